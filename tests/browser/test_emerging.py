"""New and faded links on a phone and at a desk, around a person and around a gang."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from gangs.models import Gang
from gangs.network import build
from people.models import Person
from tests.browser.test_network import SIZES, opened, violations
from tests.browser.well_made import is_well_made
from tests.crime_data import affiliate, crime, gang, involve
from tests.people_data import person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def somebody() -> tuple[Person, Gang]:
    """Wick of a gang, newly in two crimes with Poole, long ago in two with Reed."""
    born = date(1990, 3, 4)
    names = (("Jordan", "Wick"), ("Casey", "Poole"), ("Robin", "Reed"))
    records = [
        record("crime_recording", given_names=given, surname=last, born_on=born)
        for given, last in names
    ]
    wick, *_ = (person(one) for one in records)
    crew = gang()
    today = timezone.localdate()
    affiliate(records[0], crew, authorised_on=today, review_on=today + timedelta(days=90))
    for number, (other, days) in enumerate(((1, 12), (1, 40), (2, 500), (2, 700))):
        at = datetime.combine(today - timedelta(days=days), datetime.min.time(), UTC)
        where = crime(f"20CR/00100{number}/26", occurred_from=at)
        involve(records[0], where, "suspect")
        involve(records[other], where, "arrested")
    build.rebuild()
    return wick, crew


@SIZES
def test_the_pages_fit_and_have_no_fault(live_server: Any, page: Page, width: int) -> None:
    wick, crew = somebody()
    opened(page, live_server.url, width)
    for address in (f"/people/{wick.pk}", f"/gangs/{crew.pk}"):
        page.goto(f"{live_server.url}{address}/network/emerging")
        assert page.get_by_role("heading", name="What argues against it").count() == 2
        is_well_made(page)
        assert violations(page) == []
