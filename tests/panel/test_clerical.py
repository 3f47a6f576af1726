"""Errors by group of what people said of real pairs: weighted, small numbers hidden, once only."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ingest import traditions
from ingest.models import ResolutionRun
from ingest.review.models import Sample, SampledPair, Verdict
from people.models import Person
from tests.officers import officer, signed_in
from tests.people_data import person, record
from wmp_search.panel import clerical
from wmp_search.panel.models import Snapshot

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 6, 1, tzinfo=UTC)
STRATA = [
    {"low": 4.5, "high": None, "linked": True, "pairs": 1000, "drawn": 0},
    {"low": 0, "high": 3.0, "linked": False, "pairs": 300, "drawn": 0},
]
# group → (linked: same, different), (apart: same, different)
SAID = {
    "A2": ((6, 2), (1, 5)),
    "W1": ((9, 1), (1, 6)),
    "B2": ((1, 0), (0, 1)),
    "B1": ((6, 0), (0, 1)),
    "": ((0, 0), (0, 1)),
}


def labelled() -> Sample:
    """One pair of people for each answer; the second of each pair says nothing of itself."""
    run = ResolutionRun.objects.create(state="done", model_version="0002")
    sample = Sample.objects.create(run=run, seed=7, strata=STRATA, drawn_at=DAY)
    for code, answers in SAID.items():
        for stratum, counts in enumerate(answers):
            for label, count in zip((Verdict.SAME, Verdict.DIFFERENT), counts, strict=True):
                for _ in range(count):
                    _pair(sample, stratum, label, code)
    return sample


def _pair(sample: Sample, stratum: int, label: str, code: str) -> SampledPair:
    made: list[Person] = [
        person(record("custody", surname=s, given_names="Sam", sex="M", born_on=date(1990, 1, 2),
                      ethnicity_self=e))
        for s, e in (("Hussain", code), ("Hussain", ""))
    ]  # fmt: skip
    left, right = (one.link_set.get().record_id for one in made)
    return SampledPair.objects.create(
        sample=sample, stratum=stratum, left_record=left, right_record=right, label=label,
        labelled_by=officer("analyst") if label else None, labelled_at=DAY if label else None,
    )  # fmt: skip


def by_name(figures: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {group["name"]: group for group in figures["groups"] if group["kind"] == kind}


def test_rates_are_weighted_by_stratum_and_groups_come_from_what_people_said_of_themselves() -> (
    None
):
    figures = clerical.measure(labelled())
    everybody = figures["everybody"]
    assert (everybody["pairs"], everybody["wrong"]["people"]) == (41, 25)
    assert everybody["wrong"]["rate"] == 12.0  # 3 of 25 linked pairs are two people
    # one person: 22 linked pairs that stand for 40 each, 2 others that stand for 300 / 16
    assert everybody["missed"]["rate"] == pytest.approx(100 * 37.5 / 917.5, abs=0.001)
    groups = by_name(figures, "ethnicity")
    interval = {"people": 8, "rate": 25.0, "low": 7.148, "high": 59.072}
    assert groups["Pakistani"]["wrong"] == interval
    assert groups["White British"]["wrong"]["rate"] == 10.0
    assert by_name(figures, "sex")["Male"]["wrong"] == everybody["wrong"]
    assert by_name(figures, "age")["35 to 44"]["pairs"] == 41
    assert list(by_name(figures, "tradition")) != [traditions.UNKNOWN]


def test_small_groups_are_hidden_and_nothing_gives_them_away() -> None:
    """Two groups of two pairs and of one: the smallest of the others is hidden with them."""
    figures = clerical.measure(labelled())
    groups = by_name(figures, "ethnicity")
    assert groups["African"]["pairs"] is None
    assert groups["Not recorded"]["pairs"] is None
    assert groups["Caribbean"]["pairs"] is None
    for what in ("pairs", "wrong", "missed"):
        told = [
            g[what] if what == "pairs" else g[what]["people"] for g in groups.values() if g[what]
        ]
        whole = figures["everybody"][what]
        left = (whole if what == "pairs" else whole["people"]) - sum(told)
        hidden = sum(group[what] is None for group in groups.values())
        assert left == 0 or (hidden >= 2 and left >= 5), what
    assert "hits" not in str(figures)
    assert not {"pk", "record", "records", "left_record"} & set(str(figures).split("'"))


def test_a_sample_is_measured_once_and_its_page_stays_as_it_was() -> None:
    sample = labelled()
    waiting = _pair(sample, 0, "", "A2")
    for _ in range(5):
        _pair(sample, 0, "", "A2")
    with pytest.raises(CommandError, match="41 of 47 pairs have a label"):
        call_command("measure_labels")
    SampledPair.objects.filter(label="").exclude(pk=waiting.pk).delete()
    call_command("measure_labels")
    held = Snapshot.objects.get()
    client = signed_in(officer("ethics"))
    assert f"/panel/snapshots/{held.pk}" in client.get("/panel").content.decode()

    def shown() -> str:
        page = client.get(f"/panel/snapshots/{held.pk}").content.decode()
        return page[page.index("<main") : page.index("</main>")]

    first = shown()
    for words in ("25.0 (7.1 to 59.1)", "Too few", held.digest, "41 of 42 pairs"):
        assert words in first, words
    SampledPair.objects.filter(pk=waiting.pk).update(
        label=Verdict.DIFFERENT, labelled_by=officer("analyst"), labelled_at=DAY
    )
    with pytest.raises(CommandError, match="its figures stay"):
        call_command("measure_labels")
    assert shown() == first


def test_without_a_label_in_a_band_nothing_is_said() -> None:
    sample = labelled()
    SampledPair.objects.filter(stratum=1).update(label=Verdict.UNSURE)
    with pytest.raises(clerical.NotLabelledError, match="1 bands have none"):
        clerical.measure(sample)


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("Dana WHITLOCK", traditions.BRITISH),
        ("Margaret", traditions.BRITISH),
        ("Piotr Nowak", "Polish"),
        ("Zzyzx", traditions.UNKNOWN),
        ("", traditions.UNKNOWN),
    ],
)
def test_a_name_is_of_the_tradition_whose_lists_hold_it(words: str, family: str) -> None:
    found = traditions.of_words(words.split())
    assert found in (family, traditions.UNKNOWN) if words == "Dana WHITLOCK" else found == family
