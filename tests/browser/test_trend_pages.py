"""Hours, outcomes, repeats, breaks and an officer's own area: no fault, and they fit a phone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from crime.models import Outcome, RecordingBreak
from tests.browser.test_rare_pages import BY_WIDTH, look
from tests.crime_data import crime
from tests.officers import officer
from tests.people_data import index, next_id

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def burglaries() -> None:
    """Forty in each of two months, at places and times of their own, half of them charged."""
    for number in range(80):
        at = datetime(2024, 1 + number // 40, 1 + number % 27, number % 24, 5, tzinfo=UTC)
        one = crime(
            f"20CR/{next_id():06}/24",
            category="Burglary",
            occurred_from=at,
            occurred_to=at + timedelta(hours=number % 9),
            reported_on=at.date(),
            latitude=52.5 + number % 20 / 1000,
            longitude=-1.9,
        )
        if number % 2:
            Outcome.objects.create(
                pk=next_id(),
                system=one.system,
                crime_ref=one.source_ref,
                crime=one,
                outcome="Suspect charged as part of another case",
                outcome_on=at.date() + timedelta(days=60),
            )
    index()


@BY_WIDTH
def test_what_stands_beside_a_trend(live_server: Any, page: Page, width: int) -> None:
    burglaries()
    analyst = officer("analyst")
    declared = RecordingBreak.objects.create(
        from_on=date(2024, 2, 1), text="One crime for each victim", added_by=analyst
    )
    asked = "?area=B23&category=Burglary"
    paths = [f"/crimes/trends{what}{asked}" for what in ("", "/hours", "/outcomes", "/repeats")]
    breaks = ("/crimes/trends/breaks", f"/crimes/trends/breaks/{declared.pk}")
    look(page, width, live_server.url, analyst, *paths, *breaks, "/my-area", "/design")
    page.goto(f"{live_server.url}/crimes/trends/hours{asked}")
    page.locator("summary", has_text="The numbers").click()
    is_well = page.locator("table").bounding_box()
    assert is_well
    assert is_well["width"] <= width
    page.goto(f"{live_server.url}/my-area")
    page.get_by_label("Your area").fill("B23")
    page.get_by_role("button", name="Use this area").click()
    assert page.get_by_text("The newest crime known there began on").is_visible()
