"""A sergeant builds, saves, shares and schedules a report by keyboard; an officer reads it on a
phone, sees their own answer and opens only what the role allows.

Pages are watched: no console error, so none of the content security policy, and axe clean.
"""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hand import Step, arrive, choose, menu, press, see, unfold, write
from tests.browser.screens import watched
from tests.browser.test_supervisor import picture, sign_in
from tests.browser.well_made import is_well_made
from tests.crime_data import crime
from tests.officers import officer
from tests.people_data import index
from wmp_search.reports import schedules
from wmp_search.reports.models import Report, Schedule
from wmp_search.reports.periods import Period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = (
    arrive("Say why you are looking"),
    write("Why are you looking?", "Crime investigation"),
    write("Reference or reason", "20/123456/26"),
    press("Continue"),
)
BUILD: tuple[Step, ...] = (
    menu("Reports"),
    arrive("Reports"),
    press("Build a report"),
    arrive("What to count"),
    choose("Crimes: number of crimes"),
    press("Continue"),
    arrive("Split it by"),
    write("Split by", "Offence"),
    press("Continue"),
    *WHY,
    arrive("Where and when"),
    write("When", "Last 3 full"),
    choose("Bars"),
    press("Show the report"),
    arrive("Crimes"),
    see("31 crimes"),
    write("Name of the report", "Offences of the quarter"),
    press("Save"),
    arrive("Offences of the quarter"),
)
SHARE: tuple[Step, ...] = (
    press("Share it"),
    arrive("Share the question"),
    write("Role", "Officer"),
    press("Share"),
    see("Everybody with the role Officer"),
    press("The report"),
    arrive("Offences of the quarter"),
    press("Schedule it"),
    arrive("Have it made regularly"),
    choose("Every day"),
    write("To whom?", "sergeant, constable"),
    press("Schedule"),
    see("On the page, to"),
)


def town() -> None:
    """Thirty burglaries; a stalking for those who see restricted records, here the sergeant."""
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    for number in range(30):
        crime(f"20CR/{number:06}/26", occurred_from=at, category="Burglary")
    crime("20CR/000100/26", occurred_from=at, category="Stalking", tier=1)
    index()


def work(page: Page, steps: tuple[Step, ...]) -> None:
    for step in steps:
        step(page)


def test_a_sergeant_shares_a_question_and_an_officer_reads_their_own_answer(
    live_server: Any, browser: Browser
) -> None:
    town()
    sergeant = officer("supervisor", "analyst", username="sergeant")
    constable = officer("officer", username="constable")
    with watched(browser, "desk") as desk:
        sign_in(desk, live_server.url, sergeant)
        work(desk, BUILD)
        picture(desk, "report")
        work(desk, SHARE)
        is_well_made(desk)
    assert Report.objects.get().title == "Offences of the quarter"
    Schedule.objects.update(next_on="2026-01-01")
    assert schedules.deliver() == 2

    with watched(browser, "phone") as phone:
        sign_in(phone, live_server.url, constable)
        expect(phone.get_by_text("1 new report in your inbox")).to_be_visible()
        work(
            phone,
            (
                press("1 new report in your inbox"),
                arrive("Your inbox"),
                press(re.compile("Offences of the quarter")),
                *WHY,
                arrive("Offences of the quarter"),
                see("30 crimes"),
                unfold("What this counts"),
                see("open records, Crime investigation"),
            ),
        )
        picture(phone, "report")
        expect(phone.get_by_text("Stalking")).to_have_count(0)
        expect(phone.get_by_role("link", name="Share it")).to_have_count(0)
        is_well_made(phone)
        work(
            phone,
            (
                press(re.compile("^30 Burglary")),
                arrive("Burglary: 30"),
                press("The report"),
                arrive("Offences of the quarter"),
            ),
        )
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("way", ["desk", "phone"])
def test_the_rare_pages_of_reports_are_well_made(
    live_server: Any, browser: Browser, way: str
) -> None:
    town()
    who = officer("analyst", username="analyst")
    with watched(browser, way) as page:
        sign_in(page, live_server.url, who)
        base = f"{live_server.url}/reports"
        page.goto(f"{base}/preview?of=crimes.crimes&by=month&by=category&last=3")
        work(page, (*WHY, arrive("Crimes")))
        page.get_by_label("Name of the report").fill("Both")
        page.get_by_role("button", name="Save").click()
        arrive("Both")(page)
        page.get_by_text("Put it on a dashboard").click()
        page.get_by_label("Name of the new dashboard").fill("Morning")
        page.get_by_role("button", name="Put it there").click()
        arrive("Morning")(page)
        asked = "of=crimes.crimes&by=month&last=12&compare=usual&chart=line"
        for address in (
            "",
            f"/preview?{asked}",
            f"/download?{asked}",
            "/inbox",
            "/differ?one=1&other=2",
            "/release",
        ):
            page.goto(f"{base}{address}")
            if page.get_by_role("heading", name="Say again why").count():
                page.get_by_role("button", name="Continue").click()
            expect(page.locator("h1")).not_to_contain_text("Say again why")
            is_well_made(page)
