"""A crime with its timeline and its leads, and the box with how it was done: they fit a phone."""

import os
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from people.models import Identifier
from tests.browser.test_rare_pages import BY_WIDTH, look
from tests.browser.well_made import is_well_made
from tests.crime_data import crime, involve
from tests.officers import officer
from tests.people_data import index, person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORCED = "Entry forced through rear patio door, tidy search, jewellery and keys taken"


def linked() -> int:
    """A burglary with a lead of each kind, one of them far away and long ago."""
    group: dict[str, Any] = {"category": "Burglary", "mo": FORCED, "longitude": -1.85}
    one = crime(
        "20CR/1/24", latitude=52.52, reported_on=date(2024, 5, 3), outcome="Charged", **group
    )
    far = datetime(2021, 1, 2, 3, tzinfo=UTC)
    other = crime("20CR/2/24", latitude=52.62, occurred_from=far, postcode="WS1 1AA", **group)
    crime("20CR/3/24", latitude=52.52, category="Robbery")
    third = crime("20CR/4/24", postcode="DY1 1AA")
    suspect = record("crime_recording", given_names="Alan", surname="Wick", vehicles=["BD51SMR"])
    holder = record("crime_recording", surname="Ashdown", vehicles=["BD51SMR"])
    person(suspect)
    made = person(holder)
    Identifier.objects.get_or_create(
        person=made,
        kind=Identifier.Kind.VEHICLE,
        value="BD51SMR",
        defaults={"records": [holder.pk], "tier": 0, "rank": 0},
    )
    for of, role in ((one, "suspect"), (other, "charged")):
        involve(suspect, of, role)
    involve(holder, third, "arrested")
    index()
    return one.pk


@BY_WIDTH
def test_a_crime_with_its_leads(live_server: Any, page: Page, width: int) -> None:
    pk = linked()
    look(page, width, live_server.url, officer("officer"), "/crimes", f"/crimes/{pk}")
    lists = page.locator("section[aria-labelledby=linked] details")
    assert lists.count() == 4
    for summary in lists.locator("summary").all():
        summary.click()
    assert page.get_by_text("Leads, not findings.").count() == 4
    is_well_made(page)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/crime_{width}.png", full_page=True)
    page.goto(f"{live_server.url}/crimes")
    page.get_by_label("How it was done").fill("patio door")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_text("How it was done: Entry forced").first.wait_for()
    is_well_made(page)
    if folder:
        page.screenshot(path=f"{folder}/found_{width}.png", full_page=True)
        page.goto(f"{live_server.url}/crimes")
        page.screenshot(path=f"{folder}/box_{width}.png", full_page=True)
