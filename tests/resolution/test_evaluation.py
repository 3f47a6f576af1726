"""The measures against figures worked out by hand, and the command end to end."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ingest.resolution import evaluation, quality, workspace
from ingest.resolution.run import resolve
from ingest.resolution.workspace import Workspace
from people.models import Person
from tests.resolution.loading import load
from tests.resolution.test_matching import crowd, record


@pytest.fixture
def space() -> Iterator[Workspace]:
    with workspace.opened(memory_limit="512MB") as opened:
        yield opened


def test_measures_agree_with_a_case_worked_by_hand(space: Workspace) -> None:
    # person 1 holds a a b; person 2 holds b b; person 3 holds c
    space.run(
        """create table judged as from (values
        ('a', 1), ('a', 1), ('b', 1), ('b', 2), ('b', 2), ('c', 3)) v(truth, person)"""
    )
    found = evaluation.measure(space, "judged")
    # 4 joined pairs, 2 of them true; 1 + 3 true pairs
    assert found["pairs"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    # the six records have precision 2/3, 2/3, 1/3, 1, 1 and 1, recall 1, 1, 1/3, 2/3, 2/3 and 1
    assert found["b_cubed"]["precision"] == pytest.approx(7 / 9, abs=1e-5)
    assert found["b_cubed"]["recall"] == pytest.approx(7 / 9, abs=1e-5)
    assert (found["clusters"], found["true_people"]) == (3, 3)
    assert (found["largest_cluster"], found["impure_clusters"]) == (3, 1)
    assert (found["exact_clusters"], found["clusters_with_more_than_3_people"]) == (1, 0)


def test_no_pairs_at_all_have_no_precision(space: Workspace) -> None:
    space.run("create table judged as from (values ('a', 1), ('b', 2)) v(truth, person)")
    found = evaluation.measure(space, "judged")
    assert found["pairs"] == {"precision": None, "recall": None, "f1": None}
    assert found["b_cubed"]["f1"] == 1


@pytest.mark.django_db
def test_the_command_counts_missing_rows_and_resolvable_ones(tmp_path: Path) -> None:
    born = date(1978, 4, 23)
    load(
        [
            record("Leonora", "Cartwright", born),
            record("Leonora", "Cartwright", born),
            record("Leonora", "Cartwright", addresses=[]),
        ]
    )
    load(crowd(people=100), first_id=1000)
    resolve()
    truth = tmp_path / "truth.csv"
    lines = ["system,source_ref,truth", *[f"custody,R{n},x" for n in (1, 2, 3)], "pnc,none,y"]
    truth.write_text("\n".join(lines) + "\n")
    out = StringIO()
    call_command("evaluate_matching", str(truth), stdout=out)
    found = json.loads(out.getvalue())
    assert (found["rows"], found["matched"], found["missing"]) == (4, 3, 1)
    assert found["all"]["pairs"]["recall"] == pytest.approx(1 / 3, abs=1e-5)
    assert found["resolvable"]["records"] == 2
    assert found["resolvable"]["pairs"]["f1"] == 1


@pytest.mark.django_db
def test_a_truth_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("system,ref\ncustody,R1\n")
    with pytest.raises(CommandError, match="no column source_ref, truth"):
        call_command("evaluate_matching", str(truth))
    with pytest.raises(CommandError, match="no such file"):
        call_command("evaluate_matching", str(tmp_path / "absent.csv"))


@pytest.mark.django_db
def test_the_quality_summary_holds_numbers_only() -> None:
    assert quality.latest() == {}
    load(crowd(people=200))
    run = resolve()
    found = quality.latest()
    assert found["people"] == Person.objects.count() == sum(found["cluster_sizes"].values())
    assert found["mentions"] == Person.objects.filter(is_mention=True).count()
    assert found["identities"]["new"] == run.people
    assert {"read", "nodes", "keep", "block", "score", "cluster", "golden", "review"} <= set(
        found["stages"]
    )
    assert "Smith" not in json.dumps(found, default=str)
