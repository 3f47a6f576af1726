"""Trends of crime, seen from outside: counts, verdicts, and what must not show in them."""

import re
from datetime import UTC, date, datetime, time, timedelta
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
    more = {"occurred_from": datetime(year, month, 9, 12, tzinfo=UTC), **more}
    return crime(f"20CR/{number:06}/{year % 100}", **more)


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
    asked: tuple[dict[str, str], ...] = (
        {},
        {"area": "B23"},
        {"category": "Burglary"},
        {"by": "week"},
    )
    before = [page(client, **one) for one in asked]
    for number in range(40):
        happened(9_000 + number, 2024, 12, tier=1, category="Burglary", postcode="B23 7PJ")
    happened(9_900, 2025, 3, tier=1, category="Stalking", postcode="B23 7PJ")
    index()
    after = [page(client, **one) for one in asked]
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


SUNDAY = date(2024, 12, 1)


@pytest.fixture
def weeks(settings: Any) -> None:
    """Twenty-two thefts in each of thirty weeks, seventy in the last; some reported late."""
    for back in range(31):
        for number in range(70 if back == 0 else 21 + back % 3):
            on = SUNDAY - timedelta(days=7 * back + number % 7)
            late = (number % 10 == 0) * 6
            crime(
                f"20CR/{back:03}{number:03}/24",
                occurred_from=datetime.combine(on, time(12), tzinfo=UTC),
                reported_on=on + timedelta(days=late),
                category="Theft",
                postcode="B23 7PJ",
            )
    # a week that is not over, and a crime of which only the month is known
    later = datetime(2024, 12, 4, 12, tzinfo=UTC)
    crime("20CR/900001/24", category="Theft", occurred_from=later, postcode="B23 7PJ")
    only_month = date(2024, 11, 1)
    crime(
        "20CR/900002/24",
        category="Theft",
        occurred_from=None,
        month=only_month,
        postcode="B23 7PJ",
    )
    index()


@pytest.mark.usefixtures("weeks")
def test_weeks_are_judged_and_each_opens_its_crimes() -> None:
    client = looking()
    shown = page(client, by="week", area="B23")
    assert "25 November to 1 December 2024: unusually high" in shown
    assert "70 crimes: unusually high. Usual is" in shown
    assert "the 8 weeks before" in shown
    assert "2 of which only the month is known, or nothing, are not counted" not in shown
    assert "1 of which only the month is known, or nothing, is not counted" in shown
    rows = re.findall(r'table__header">([\w ]+)</th><td[^>]*><a[^>]*>([\d,]+)<', shown)
    assert len(rows) == 30  # neither the first week nor the one that is not over
    number = re.search(r'<a[^>]*href="([^"]*2024-w48[^"]*)">70<', shown)
    assert number
    listed = " ".join(client.get(number[1].replace("&amp;", "&")).content.decode().split())
    assert "Crimes in B23, 25 November to 1 December 2024: 70" in listed
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert (event.result_count, event.query["week"]) == (70, "2024-11-25")
    assert client.get("/crimes/trends/2024-w54").status_code == 404
    assert client.get("/crimes/trends/9999-w52").status_code == 404


@pytest.mark.usefixtures("weeks")
def test_by_how_late_crimes_are_recorded_the_last_week_is_judged() -> None:
    """Six in seven are reported on the day, the rest after six: 94 % of a week by Wednesday."""
    shown = page(looking(), by="week")
    known = re.search(r"usually recorded, (\d+)% of the crimes of 25 November", shown)
    assert known
    assert 90 <= int(known[1]) < 100


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
