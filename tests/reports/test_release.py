"""Rounded figures that leave the force: what may be cut, the ledger, and whom it does not tell."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from crime.models import Crime
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from wmp_search.reports import release
from wmp_search.reports.models import IssuedCut
from wmp_search.reports.periods import Days
from wmp_search.reports.reading import read
from wmp_search.reports.spec import SpecError

pytestmark = pytest.mark.django_db
YEAR = Days(date(2024, 1, 1), date(2025, 1, 1))
GIVEN = {
    "recipient": "Jane Smith",
    "organisation": "The Evening Post",
    "reason": "Freedom of information request 26/0042",
}


@pytest.fixture(autouse=True)
def town(settings: Any) -> None:
    """Few arsons, more burglaries, in each month of 2024; one stalking above the open tier."""
    settings.PURPOSE_ASKS_AGAIN = False
    number = 0
    for month in range(1, 13):
        for category, many in (("Arson", month % 4), ("Burglary", 11 + month % 3)):
            for _ in range(many):
                number += 1
                happened(number, month, category=category)
    happened(9_000, 5, category="Stalking", tier=1)
    index()


def happened(number: int, month: int, **fields: Any) -> Crime:
    at = datetime(2024, month, 9, 12, tzinfo=UTC)
    return crime(f"20CR/{number:06}/24", occurred_from=at, **fields)


def client() -> Client:
    return with_purpose(signed_in(officer("analyst")))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"by": ["district"]}, "by month, offence and authority"),
        ({"by": ["day"], "period": {"from": "2024-01", "to": "2024-01"}}, "by month, offence"),
        ({"where": {"area": ["B23"]}}, "of one offence, one authority"),
        ({"where": {"category": ["Arson", "Burglary"]}}, "of one offence"),
        ({"period": {"from": "2024-02", "to": "2024-04"}}, "calendar month, quarter or year"),
        ({"period": {"from": "2024-01", "to": "2024-02"}}, "calendar month, quarter or year"),
        ({"period": {"last": 12}}, "calendar month, quarter or year"),
        ({"period": {"from": "2999-01", "to": "2999-12"}}, "months that are over"),
        ({"compare": "year"}, "compared with nothing"),
    ],
)
def test_only_declared_cuts_may_leave(given: dict[str, Any], words: str) -> None:
    spec = {"dataset": "crimes", "period": {"from": "2024-01", "to": "2024-12"}, **given}
    with pytest.raises(SpecError, match=words):
        release.check(read(spec))


def test_every_figure_is_a_multiple_of_five_and_gaps_are_zero() -> None:
    spec = release.question(["month", "category"], {}, YEAR)
    found = release.issue(spec, officer("analyst").pk, GIVEN)
    assert {row.value % 5 for row in found.rows} == {0}
    assert found.total % 5 == 0
    assert len(found.rows) == 12 * 3  # Arson, Burglary, not recorded; no word of stalking
    assert "rounded" in found.scope_label


def test_the_same_cut_stays_as_first_issued_and_does_not_depend_on_who_asks() -> None:
    spec = release.question(["category"], {}, YEAR)
    first = release.issue(spec, officer("analyst").pk, GIVEN)
    for number in range(10_000, 10_040):
        happened(number, 6, category="Arson")
    index()
    again = release.issue(spec, officer("analyst", "disclosure").pk, GIVEN)
    assert [row.value for row in again.rows] == [row.value for row in first.rows]
    assert again.total == first.total
    assert IssuedCut.objects.count() == 2


def test_an_invisible_record_changes_no_released_figure() -> None:
    spec = release.question(["month", "category"], {}, YEAR)
    before = release.issue(spec, officer("analyst").pk, GIVEN)
    IssuedCut.objects.all().delete()
    for number in range(20_000, 20_030):
        happened(number, 5, category="Burglary", tier=1)
    index()
    after = release.issue(spec, officer("analyst").pk, GIVEN)
    assert after.rows == before.rows


def test_subtracting_what_was_issued_recovers_no_small_count() -> None:
    who = officer("analyst").pk
    days = [YEAR, *_parts(3), *_parts(1)]
    figures: list[float] = []
    refused = 0
    for span in days:
        for by, where in (
            (["category"], {}),
            ([], {"category": "Arson"}),
            (["month"], {"category": "Arson"}),
            (["month", "category"], {}),
        ):
            try:
                found = release.issue(release.question(by, where, span), who, GIVEN)
            except SpecError:
                refused += 1
            else:
                figures += [row.value for row in found.rows] + [found.total]
    assert len(figures) > 50
    assert not {abs(a - b) for a in figures for b in figures} & {1, 2, 3, 4}


def test_the_page_gives_a_file_and_records_to_whom() -> None:
    form = {"by": ["category"], "when": "2024-01.12", "form": "csv", **GIVEN}
    answer = client().post("/reports/release", form)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Burglary", "145"] in rows
    assert any("rounded to the nearest 5" in row[1] for row in rows if row[:1] == ["Note"])
    event = Event.objects.filter(action="report.released").latest("at")
    assert event.detail["organisation"] == "The Evening Post"
    assert IssuedCut.objects.get().given["recipient"] == "Jane Smith"
    assert "Stalking" not in answer.content.decode()


def test_who_may_not_release_is_refused() -> None:
    assert (
        with_purpose(signed_in(officer("supervisor"))).get("/reports/release").status_code == 403
    )


def _parts(length: int) -> list[Days]:
    firsts = [date(2024, month, 1) for month in range(1, 13, length)]
    ends = [*firsts[1:], YEAR.until]
    return [Days(first, end) for first, end in zip(firsts, ends, strict=True)]
