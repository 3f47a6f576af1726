"""A model decides only after the gate; roll-back and the kill switch work and are recorded."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from ingest.generator.reference import table
from ingest.models import ModelRelease, ResolutionRun
from ingest.resolution import gate, groups, model, release, training
from ingest.resolution.run import resolve
from people.models import Link, NominalRecord, Person
from tests.resolution.loading import load
from tests.resolution.test_matching import crowd, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _models_and_limits_of_its_own(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product's limits on fewer people: the gate itself takes a minute."""
    settings.VAR_DIR = tmp_path
    limits = tmp_path / "gate.toml"
    text = gate.LIMITS.read_text(encoding="utf-8")
    limits.write_text(text.replace("people = 10000", "people = 700"), encoding="utf-8")
    shipped = model.load()
    monkeypatch.setattr(gate, "LIMITS", limits)
    monkeypatch.setattr(model, "MODELS", tmp_path)
    for version in ("0003", "0004"):
        model.save(replace(shipped, version=version), tmp_path)


def test_a_sound_model_is_released_and_decides_from_the_next_run_on(tmp_path: Path) -> None:
    load(crowd(people=60))
    assert resolve().model_version == "0003"
    out = StringIO()
    call_command("release_model", "0004", reason="yearly training", stdout=out)
    assert "0004 is in use" in out.getvalue()
    kept = ModelRelease.objects.get()
    assert kept.judgement["measured"]["everybody"]["pairs"]["precision"] > 0.98
    assert kept.judgement["failed"] == []
    event = Event.objects.get(action="model.released")
    assert (event.subject_ids, event.detail["reason"]) == (["0004"], "yearly training")
    assert resolve().model_version == "0004"
    call_command("roll_back_model", reason="complaints", stdout=out)
    assert release.current() == "0003"
    assert resolve(force=True).model_version == "0003"
    assert Event.objects.filter(action="model.released").count() == 2
    with pytest.raises(CommandError, match="before 0003"):
        call_command("roll_back_model", reason="further", stdout=out)


def _refused(version: str, bad: model.MatchModel, folder: Path) -> list[str]:
    """The reasons for which the gate stops the model; the model in use must not change."""
    model.save(replace(bad, version=version), folder)
    before = release.current()
    with pytest.raises(CommandError, match="Refused; 0003 stays in use"):
        call_command("release_model", version, reason="try")
    assert release.current() == before
    assert not ModelRelease.objects.exists()
    event = Event.objects.get(action="model.refused")
    assert event.subject_ids == [version]
    return list(event.detail["failed"])


def test_a_model_that_joins_too_easily_is_stopped(tmp_path: Path) -> None:
    easy = replace(model.load(), thresholds=model.Thresholds(join=-8, attach=-8, margin=0))
    failed = _refused("0005", easy, tmp_path)
    assert any(f.startswith("precision is") for f in failed)


def test_a_model_biased_against_an_age_group_is_stopped(tmp_path: Path) -> None:
    """It holds every agreement of people born before 1970 to be a coincidence."""
    failed = _refused("0006", _biased("y0_l < 1970 or y0_r < 1970"), tmp_path)
    assert any("born before 1970" in f for f in failed)


def test_a_model_biased_against_a_tradition_of_name_is_stopped(tmp_path: Path) -> None:
    """It holds every agreement of people with a Pakistani surname to be a coincidence."""
    names = table("names").filter(pl.col("kind").str.ends_with("surname"))
    theirs = names.filter(pl.col("tradition") == "pakistani")["name"].to_list()
    listed = ", ".join(f"'{name.upper()}'" for name in theirs if name.isalpha())
    failed = _refused("0006", _biased(f"s_l in ({listed}) or s_r in ({listed})"), tmp_path)
    assert any("missed of tradition Pakistani" in f for f in failed)
    assert any("missed of ethnicity Pakistani" in f for f in failed)
    assert not any("tradition British" in f or "tradition Polish" in f for f in failed)


def test_a_group_stops_a_model_by_the_low_end_of_its_interval_only() -> None:
    limits = {"least": 50, "missed": 10.0, "confused": 3.0}
    everybody = groups.Group("all", "Everybody", groups.rate(5000, 500), groups.rate(5000, 50))

    def said(people: int, missed: int, confused: int = 0) -> list[str]:
        rates = groups.rate(people, missed), groups.rate(people, confused)
        return gate.apart(everybody, [groups.Group("ethnicity", "Roma", *rates)], limits)

    assert said(1000, 200) == []  # ten points apart: allowed
    assert said(60, 14) == []  # 23 per cent, but as few as 14 are likely
    assert said(40, 40) == []  # too few to judge
    (words,) = said(1000, 260)
    assert words.startswith("26.00 per cent are missed of ethnicity Roma (at least 23.")
    (words,) = said(1000, 0, 60)
    assert "confused" in words


def _biased(against: str) -> model.MatchModel:
    """The sound model, and a comparison that speaks against every pair of the condition."""
    sound = model.load()
    level = {"label_for_charts": "they", "m_probability": 1e-6, "u_probability": 1.0}
    other = {"label_for_charts": "others", "m_probability": 1.0, "u_probability": 1.0}
    bias = {
        "output_column_name": "bias",
        "comparison_description": "bias",
        "comparison_levels": [
            level | {"sql_condition": against},
            other | {"sql_condition": "ELSE"},
        ],
    }
    splink = {**sound.splink, "comparisons": [*sound.splink["comparisons"], bias]}
    return replace(sound, splink=splink)


def test_a_model_with_one_comparison_trained_anew_decides_all_else_as_before() -> None:
    base = model.load()
    weights = [
        {**c, "comparison_levels": [{**v, "m_probability": 0.5} for v in c["comparison_levels"]]}
        for c in base.splink["comparisons"]
    ]
    trained = replace(base, version="0004", splink={**base.splink, "comparisons": weights})
    found = training.only("place", trained, base)
    assert found.version == "0004"
    assert [
        one["output_column_name"]
        for one, other in zip(found.splink["comparisons"], base.splink["comparisons"], strict=True)
        if one != other
    ] == ["place"]
    with pytest.raises(KeyError):
        training.only("ethnicity", trained, base)


def test_an_unknown_model_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(CommandError, match=r"no matching model 00010: `manage\.py train_model`"):
        call_command("release_model", "00010", reason="try")


def test_switched_off_nothing_is_linked_and_links_stay(tmp_path: Path) -> None:
    ids = load([record("Leonora", "Cartwright") for _ in range(3)])
    load(crowd(people=60), first_id=100)
    resolve()
    before = dict(Link.objects.values_list("record", "person"))
    call_command("automatic_linking", "off", reason="ethics panel", stdout=StringIO())
    event = Event.objects.get(action="linking.switched")
    assert (event.detail["on"], event.detail["reason"]) == (False, "ethics panel")
    (again,) = load([record("Leonora", "Cartwright")], first_id=90_000)
    NominalRecord.objects.filter(pk=ids[0]).delete()
    run = resolve()
    assert run.report["input"]["frozen"]
    assert run.pairs_scored == 0
    after = dict(Link.objects.values_list("record", "person"))
    lone = after.pop(again)
    assert lone not in before.values()
    assert Person.objects.get(pk=lone).record_count == 1
    del before[ids[0]]
    assert after == before
    assert resolve().pk == run.pk
    call_command("automatic_linking", "on", reason="decided", stdout=StringIO())
    run = resolve()
    assert not run.report["input"].get("frozen")
    assert Link.objects.get(record=again).person_id == before[ids[1]]
    assert ResolutionRun.objects.filter(state="failed").count() == 0
