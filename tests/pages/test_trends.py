"""Trends of crime, seen from outside: counts, verdicts, and what must not show in them."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from crime.models import Crime
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index

pytestmark = pytest.mark.django_db
MONTHS = [(2022 + at // 12, at % 12 + 1) for at in range(36)]


def happened(number: int, year: int, month: int, **more: Any) -> Crime:
    on = datetime(year, month, 9, 12, tzinfo=UTC)
    return crime(f"20CR/{number:06}/{year % 100}", occurred_from=on, **more)


@pytest.fixture
def quiet(settings: Any) -> None:
    """Thirty burglaries in each of thirty-six months, and seventy in the last."""
    number = 0
    for place, (year, month) in enumerate(MONTHS):
        for _ in range(70 if place == 35 else 28 + place % 5):
            number += 1
            happened(number, year, month, category="Burglary", postcode="B23 7PJ")
    index()


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def page(client: Client, **asked: str) -> str:
    answer = client.get("/crimes/trends", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("quiet")
def test_an_unusual_month_is_called_so_with_its_range() -> None:
    shown = page(looking(), category="Burglary")
    assert "December 2024: unusually high" in shown
    assert "70 crimes of the category Burglary" in shown
    assert "Usual is" in shown
    assert 'class="wmp-chart__flag"' in shown
    assert 'class="govuk-table__header">January 2022</th>' in shown


@pytest.mark.usefixtures("quiet")
def test_the_table_holds_what_the_database_holds() -> None:
    shown = page(looking(), area="b23")
    rows = re.findall(r'table__header">(\w+ \d{4})</th><td[^>]*><a[^>]*>([\d,]+)<', shown)
    assert len(rows) == 36
    assert sum(int(count) for _, count in rows) == Crime.objects.count()
    assert "No crime that you may see" in page(looking(), area="WV1")


@pytest.mark.usefixtures("quiet")
def test_a_crime_of_a_higher_tier_moves_nothing() -> None:
    client = looking()
    before = [page(client), page(client, area="B23"), page(client, category="Burglary")]
    for number in range(40):
        happened(9_000 + number, 2024, 12, tier=1, category="Burglary", postcode="B23 7PJ")
    happened(9_900, 2025, 3, tier=1, category="Stalking", postcode="B23 7PJ")
    index()
    after = [page(client), page(client, area="B23"), page(client, category="Burglary")]
    assert [_bare(one) for one in after] == [_bare(one) for one in before]


def _bare(shown: str) -> str:
    """Without what changes from answer to answer."""
    return re.sub(r'nonce="[^"]*"|csrf\w*" value="[^"]*"|\d\d:\d\d', "", shown)


@pytest.mark.usefixtures("quiet")
def test_a_number_opens_exactly_the_crimes_behind_it() -> None:
    client = looking()
    number = re.search(r'<a[^>]*href="([^"]*2024-12[^"]*)">70<', page(client, category="Burglary"))
    assert number
    answer = client.get(number[1].replace("&amp;", "&"))
    shown = " ".join(answer.content.decode().split())
    assert "Burglary, December 2024: 70" in shown
    assert shown.count('class="wmp-result"') == 20
    assert "Page 1 of 4" in shown
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert (event.result_count, len(event.subject_ids)) == (70, 20)
    assert client.get("/crimes/trends/2024-13").status_code == 404


@pytest.mark.usefixtures("quiet")
def test_a_look_is_recorded_with_what_was_asked() -> None:
    page(looking(), area="B23", category="Burglary")
    event = Event.objects.filter(action="crime.counted").latest("at")
    assert event.query == {"area": "B23", "category": "Burglary"}
    assert event.result_count == Crime.objects.count()


@pytest.mark.usefixtures("quiet")
def test_of_an_offence_that_did_not_happen_there_are_none() -> None:
    shown = page(looking(), category="Robbery")
    assert "0 crimes of the category Robbery" in shown
    assert "Robbery" in re.search(r"<h1[^>]*>(.*?)</h1>", shown)[1]  # type: ignore[index]


def test_few_crimes_are_not_judged_and_markup_in_an_area_stays_text() -> None:
    happened(1, 2024, 1, category="Robbery")
    index()
    assert "no baseline yet" in page(looking())
    assert "<script>alert" not in page(looking(), area="<script>alert(1)</script>")


def test_a_role_that_opens_no_crime_sees_no_trend() -> None:
    assert signed_in(officer("auditor")).get("/crimes/trends").status_code == 403
