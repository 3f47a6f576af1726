"""The panel's pages: figures that stay, the switch pulled, advice unanswered, nobody named."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from audit.models import Event
from ingest.generator import population
from ingest.generator.reference import TRADITION
from ingest.models import LinkingSwitch
from ingest.resolution import generated, groups, working_set, workspace
from tests.officers import officer, signed_in
from wmp_search.panel import advice, fairness
from wmp_search.panel.models import KINDS, Snapshot, digest_of

pytestmark = pytest.mark.django_db
FIGURES = {
    "everybody": {
        "kind": "all", "name": "Everybody",
        "missed": {"people": 90, "hits": 9, "rate": 10.0, "low": 5.35, "high": 17.92},
        "confused": {"people": 100, "hits": 0, "rate": 0.0, "low": 0.0, "high": 3.7},
    },
    "groups": [
        {"kind": "sex", "name": "Female", "missed": None,
         "confused": {"people": 50, "hits": 1, "rate": 2.0, "low": 0.35, "high": 10.5}},
    ],
    "resolved_people": 100,
    "day": "2026-06-01",
}  # fmt: skip
ONE = """
[[advice]]
id = "2027-1"
given_on = "2027-02-11"
about = "matching"
models = ["0002"]
advice = "Show the rates by tradition of name"
"""


def kept() -> Snapshot:
    return Snapshot.objects.create(
        model_version="0002", people=100, seed=1, figures=FIGURES, digest=digest_of(FIGURES)
    )


def shown(client: Client, held: Snapshot) -> str:
    """What stands between the tokens of the shell's forms."""
    page = client.get(f"/panel/snapshots/{held.pk}").content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_a_snapshot_shows_the_same_figures_for_ever() -> None:
    held = kept()
    client = signed_in(officer("ethics"))
    first = shown(client, held)
    for words in ("10.00 (5.35 to 17.92)", "Female", "Too few", held.digest):
        assert words in first
    for statement in ("UPDATE panel_snapshot SET people = 5", "DELETE FROM panel_snapshot"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
    assert shown(client, held) == first
    assert "not the ones that were measured" not in first
    assert Event.objects.filter(action="quality.viewed").count() == 2


def test_the_page_says_what_is_never_done_and_what_nobody_advised_or_decided() -> None:
    held = kept()
    LinkingSwitch.objects.create(on=False, reason="The panel asked for it")
    page = signed_in(officer("ethics")).get("/panel").content.decode()
    for words in (
        "Scores or ranks people by risk",
        "No advice of the panel names it",
        "Automatic linking is <strong>off</strong>",
        "The panel asked for it",
        f"/panel/snapshots/{held.pk}",
        "No advice is recorded yet",
        "wait for a decision",
    ):
        assert words in page, words
    assert signed_in(officer("officer")).get("/panel").status_code == 403


def test_an_advice_without_a_response_is_unanswered() -> None:
    (one,) = advice.read(ONE)
    assert not one.is_answered
    assert advice.unadvised(["0002", "0003"], [one]) == ["0003"]
    answered = ONE + 'response = "We do"\nstatus = "accepted"\nresponded_on = "2027-03-01"\n'
    assert advice.read(answered)[0].is_answered


@pytest.mark.parametrize(
    ("people", "hits", "low", "high"),
    [(100, 0, 0.0, 3.7), (90, 9, 5.35, 17.92), (5, 5, 56.55, 100)],
)
def test_intervals_are_those_of_wilson(people: int, hits: int, low: float, high: float) -> None:
    found = groups.rate(people, hits)
    assert found is not None
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


def test_fewer_than_five_are_not_shown() -> None:
    assert groups.rate(4, 0) is None


def test_generated_groups_are_beside_the_records_and_decide_nothing(tmp_path: Path) -> None:
    """Ethnicity goes with the tradition of the name and is not it; matching cannot read it."""
    generated.prepare(400, 3, tmp_path)
    people = pl.read_parquet(tmp_path / "people.parquet")
    assert set(people.columns) == {"truth", *KINDS}
    pakistani = people.filter(pl.col("tradition") == "Pakistani")["ethnicity"]
    assert pakistani.to_list().count("Pakistani") > 0.6 * len(pakistani)
    assert people.filter(pl.col("tradition") == "British")["ethnicity"].n_unique() > 1
    records = pl.read_parquet(tmp_path / "records")
    assert set(records.columns) == {*working_set.COLUMNS, "source_ref"}
    with workspace.opened() as space:
        before = fairness.count(space, "0002", tmp_path)
    shuffled = people.with_columns(pl.col("ethnicity").reverse(), pl.col("tradition").reverse())
    shuffled.write_parquet(tmp_path / "people.parquet")
    with workspace.opened() as space:
        after = fairness.count(space, "0002", tmp_path)
    assert after["everybody"] == before["everybody"]
    assert after["groups"] != before["groups"], "the groups come from this file alone"


def test_every_group_is_measured_on_generated_people_and_the_counts_agree(tmp_path: Any) -> None:
    call_command("measure_fairness", people=400, seed=3)
    held = Snapshot.objects.get()
    assert held.is_intact
    figures = held.figures
    everybody = figures["everybody"]["confused"]
    by_kind: dict[str, int] = {}
    hits: dict[str, int] = {}
    for group in figures["groups"]:
        by_kind[group["kind"]] = by_kind.get(group["kind"], 0) + group["confused"]["people"]
        hits[group["kind"]] = hits.get(group["kind"], 0) + group["confused"]["hits"]
    assert by_kind["sex"] == everybody["people"] == figures["resolved_people"]
    assert hits["sex"] == everybody["hits"]
    assert everybody["people"] - by_kind["tradition"] < 5 * 14  # groups of fewer than five
    names = {g["name"] for g in figures["groups"] if g["kind"] == "tradition"}
    assert {"British", "Pakistani", "Polish", "Somali"} & names
    by_ethnicity = {g["name"] for g in figures["groups"] if g["kind"] == "ethnicity"}
    assert {"White British", "Pakistani", "Indian"} <= by_ethnicity
    assert figures["everybody"]["missed"]["rate"] < 20
    call_command("measure_fairness", people=400, seed=3)
    latest, first = Snapshot.objects.all()
    assert latest.digest == first.digest, "the same people and model: the same figures"


def test_the_same_people_are_measured_under_the_names_of_every_tradition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fairness, "TRADITIONS", ("british", "somali"))
    found = fairness.under_other_names("0002", 300, 3)
    british, somali = found["traditions"]
    assert (british["name"], somali["name"]) == ("British", "Somali")
    assert british["more"]["missed"] == {"points": 0, **_around(british["missed"])}
    told = somali["missed"]["rate"] - british["missed"]["rate"]
    assert somali["more"]["missed"]["points"] == pytest.approx(told, abs=0.001)
    figures = {**FIGURES, "names": found}
    held = Snapshot.objects.create(
        model_version="0002", people=300, seed=3, figures=figures, digest=digest_of(figures)
    )
    page = shown(signed_in(officer("ethics")), held)
    assert "The same people under other names" in page
    assert f"{somali['missed']['rate']:.2f}" in page


def _around(rate: dict[str, float]) -> dict[str, float]:
    """Newcombe's interval of no difference between a rate and itself."""
    below, above = rate["rate"] - rate["low"], rate["high"] - rate["rate"]
    half = round((below**2 + above**2) ** 0.5, 3)
    return {"low": -half, "high": half}


def test_other_names_leave_families_and_births_as_they_are() -> None:
    day = 20_605
    plain, other = (
        population.make(np.random.default_rng(5), 0, 500, day, named) for named in ("", "somali")
    )
    for same in ("household", "female", "born", "place"):
        one, two = getattr(plain.family, same), getattr(other.family, same)
        assert (one == two).mean() > 0.85, same  # births of 1 January are of a tradition
    shown = 60  # the first are named by hand, for demonstrations
    assert (other.family.tradition[shown:] == TRADITION["somali"]).all()
    assert (plain.family.given != other.family.given)[shown:].mean() > 0.9


@pytest.mark.parametrize(
    ("one", "other", "points", "low", "high"),
    # Newcombe 1998, table II, method 10: 56/70 - 48/80, 9/10 - 3/10
    [((70, 56), (80, 48), 20.0, 5.24, 33.39), ((10, 9), (10, 3), 60.0, 17.05, 80.90)],
)
def test_differences_have_the_published_intervals(
    one: tuple[int, int], other: tuple[int, int], points: float, low: float, high: float
) -> None:
    found = groups.difference(groups.rate(*one), groups.rate(*other))
    assert found is not None
    assert found["points"] == pytest.approx(points)
    assert found["low"] == pytest.approx(low, abs=0.01)
    assert found["high"] == pytest.approx(high, abs=0.01)
