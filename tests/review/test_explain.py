"""Why records are together: by the model that made the link, also after a new one is published."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.models import ModelRelease, ResolutionRun
from ingest.resolution import model
from ingest.resolution.run import resolve
from ingest.review import doubts
from ingest.review.explain import Explanation, Pair, explain
from people.models import Link
from tests.resolution.loading import load
from tests.resolution.test_matching import ELSEWHERE, crowd, record

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)


def robert() -> list[int]:
    return load(
        [
            record("Robert", "Cartwright", BORN, phones=["01213334444"]),
            record("Robert", "Cartwrihgt", BORN, phones=["01213334444"]),
            record("Rob", "Cartwright", BORN, addresses=[ELSEWHERE]),
        ]
    )


def weights(ids: list[int]) -> dict[int, float | None]:
    return dict(Link.objects.filter(record__in=ids).values_list("record", "weight"))


def strongest(found: Explanation, record_id: int) -> float:
    return max(p.weight for p in found.pairs if record_id in (*p.left, *p.right))


def test_the_parts_add_up_to_the_weight_that_the_run_kept() -> None:
    ids = robert()
    load(crowd(people=100), first_id=1000)
    run = resolve()
    found = explain(ids, run.model_version)
    assert len({Link.objects.get(record=i).person_id for i in ids}) == 1
    for pair in found.pairs:
        assert sum(part.bits for part in pair.parts) == pytest.approx(pair.weight, abs=1e-3)
    for pk, weight in weights(ids).items():
        assert weight == pytest.approx(strongest(found, pk), abs=0.01)
    labels = {part.label for pair in found.pairs for part in pair.parts}
    assert {"Before comparing", "Name", "Date of birth"} <= labels


def test_an_old_link_is_explained_by_its_own_model_after_a_new_one_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = robert()
    load(crowd(people=100), first_id=1000)
    old = resolve()
    person, before = Link.objects.get(record=ids[0]).person_id, weights(ids)
    first = doubts.of_person(person, ids)
    _publish_another(old.model_version, tmp_path, monkeypatch)
    ModelRelease.objects.create(version="9999", reason="another model")
    load([record("Aurelia", "Quennell", date(1990, 3, 3))], first_id=5000)
    new = resolve()
    assert new.model_version == "9999"
    again = doubts.of_person(person, ids)
    assert (again.model_version, weights(ids)) == (old.model_version, before)
    assert [p.weight for p in again.pairs] == [p.weight for p in first.pairs]
    by_new = explain(ids, "9999")
    assert by_new.model_version == "9999"
    assert [p.weight for p in by_new.pairs] != [p.weight for p in first.pairs]
    assert ResolutionRun.objects.count() == 2


def _publish_another(version: str, folder: Path, patch: Any) -> None:
    """The same model with a birth that says less, as version 9999 beside the first."""
    old = model.load(version)
    splink = json.loads(json.dumps(old.splink))
    birth = next(c for c in splink["comparisons"] if c["output_column_name"] == "birth")
    birth["comparison_levels"][1]["u_probability"] *= 2
    patch.setattr(model, "MODELS", folder)
    model.save(old, folder)
    model.save(replace(old, version="9999", splink=splink), folder)


def test_the_dial_parts_what_only_weak_pairs_hold() -> None:
    groups = ((1,), (2, 3), (4,))
    pairs = (Pair((1,), (2, 3), 20.0, ()), Pair((2, 3), (4,), 6.0, ()))
    found = Explanation("x", groups, pairs)
    assert found.joined_at(4.5) == [(1, 2, 3, 4)]
    assert found.joined_at(8.0) == [(1, 2, 3), (4,)]
    assert found.joined_at(25.0) == [(2, 3), (1,), (4,)]
    assert [p.weight for p in found.holding()] == [6.0, 20.0]
