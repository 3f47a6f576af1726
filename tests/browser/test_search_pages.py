"""The pages around a search in a real browser: phone, desk, and without JavaScript."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from people import tasks
from tests.browser.screens import WAYS, watched
from tests.browser.test_officer_journey import _has_scripts
from tests.browser.well_made import is_well_made
from tests.crime_data import crime, gang
from tests.officers import PASSWORD, officer
from tests.people_data import index, person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=WAYS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page whose every console error fails the test; the third has no JavaScript."""
    with watched(browser, request.param) as page:
        yield page


def sign_in(page: Page, address: str, role: str = "officer") -> None:
    page.goto(address)
    page.get_by_label("User name").fill(officer(role).username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="I accept and continue").click()


def give_purpose(page: Page) -> None:
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")


def search(page: Page, text: str) -> None:
    page.get_by_label("Search everything").fill(text)
    give_purpose(page)
    page.get_by_role("button", name="Search", exact=True).click()


def two() -> None:
    """A father in custody and a son on the PNC, of one name."""
    person(
        record(
            "custody", given_names="Tomasz", surname="Wrzesniewski", born_on=date(1950, 6, 8),
            addresses=[{"street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}],
            names=[{"kind": "nickname", "full": "Tommy Wren"}],
        )
    )  # fmt: skip
    person(
        record(
            "pnc", given_names="Tomasz", surname="Wrzesniewski", role="convicted",
            born_on=date(1999, 1, 2), markers=[{"code": "VI", "label": "Violent"}],
        )
    )  # fmt: skip
    index()


def test_chips_filters_and_the_form_of_all_fields(view: Page, live_server: Any) -> None:
    two()
    check = is_well_made if _has_scripts(view) else (lambda _page: None)
    heading = view.get_by_role("heading", level=1)
    sign_in(view, live_server.url)
    search(view, "tomasz wrzesniewski 8/6/1950 b23")
    expect(heading).to_have_text(re.compile("2 people for"))
    check(view)
    unfold = view.get_by_text("Change, filter or sort")
    unfold.click()
    check(view)
    view.get_by_role("button", name="Search without postcode B23").click()
    expect(view.locator(".wmp-chip")).to_have_count(2)
    unfold.click()
    view.get_by_label("Violent (1)").check()
    view.get_by_role("button", name="Apply").click()
    expect(heading).to_have_text(re.compile("1 person for"))
    expect(view.locator(".wmp-understood > summary")).to_contain_text("Warning marker Violent")
    unfold.click()
    expect(view.get_by_label("Violent (1)")).to_be_checked()
    check(view)
    view.get_by_label("Violent (1)").uncheck()
    view.get_by_label("Order").select_option(label="Last seen first")
    view.get_by_role("button", name="Apply").click()
    expect(heading).to_have_text(re.compile("2 people for"))
    expect(view.locator(".wmp-understood > summary")).to_contain_text("last seen first")
    unfold.click()
    view.get_by_role("button", name="Only as typed").click()
    expect(heading).to_have_text(re.compile("1 person for"))
    unfold.click()
    view.get_by_role("link", name="Change in the form of all fields").click()
    expect(view.get_by_label("Name, nickname or alias")).to_have_value("tomasz wrzesniewski")
    check(view)
    view.get_by_label("Name, nickname or alias").fill("Tommy Wren")
    view.get_by_label("Date of birth or year").fill("June 1950")
    view.get_by_label("Only as typed").uncheck()
    view.get_by_role("button", name="Search", exact=True).click()
    expect(heading).to_contain_text("for “Tommy Wren June 1950”")
    expect(view.locator("mark").first).to_have_text("Tommy Wren")


def test_the_first_of_what_was_found_stands_in_the_upper_half_of_the_screen(
    view: Page, live_server: Any
) -> None:
    two()
    sign_in(view, live_server.url)
    search(view, "tomasz wrzesniewski 8/6/1950 slade road b23 7pj")
    for tab in ("People 2", "Addresses 1"):
        view.get_by_role("link", name=tab).click()
        first = view.locator(".wmp-result").first
        expect(first).to_be_visible()
        box = first.bounding_box()
        assert box is not None
        assert box["y"] < 500, f"{tab}: the first begins {box['y']:.0f} px down"
        width: Any = view.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{tab} is {width} px too wide"
        expect(view.get_by_role("link", name=tab)).to_be_in_viewport()


def test_tabs_lead_to_everything_and_back(view: Page, live_server: Any) -> None:
    two()
    crime("20CR/000077/26", location="Slade Road")
    gang("Slade Road Crew")
    index()
    scripts = _has_scripts(view)
    check = is_well_made if scripts else (lambda _page: None)
    heading = view.get_by_role("heading", level=1)
    sign_in(view, live_server.url)
    search(view, "slade road b23 7pj")
    expect(view.get_by_role("link", name="Crimes 1")).to_be_visible()
    for tab, words in (
        ("Crimes 1", "1 crime for"), ("Gangs 0", "0 gangs for"),
        ("Addresses 1", "1 address for"), ("Phones 0", "0 phones for"),
    ):  # fmt: skip
        view.get_by_role("link", name=tab).click()
        expect(heading).to_contain_text(words)
        expect(view.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        check(view)
    view.go_back()
    expect(heading).to_contain_text("1 address for")
    view.reload()
    expect(heading).to_contain_text("1 address for")
    view.get_by_role("link", name="Tomasz Wrzesniewski").click()
    expect(heading).to_contain_text("Tomasz Wrzesniewski")
    view.go_back()
    if scripts:
        view.keyboard.press("/")
        expect(view.get_by_label("Search again")).to_be_focused()
        view.keyboard.press("Tab")
        view.keyboard.press("?")
        expect(heading).to_have_text("Help")
        check(view)


def test_no_trace_is_explained_and_certified(view: Page, live_server: Any) -> None:
    index()
    check = is_well_made if _has_scripts(view) else (lambda _page: None)
    sign_in(view, live_server.url, "supervisor")
    search(view, "Xqzzv Ywvkq 1990")
    expect(view.get_by_role("heading", name="What was tried")).to_be_visible()
    expect(view.get_by_text("names that sound alike")).to_be_visible()
    expect(view.get_by_text("Records may exist that your role does not open")).to_be_visible()
    check(view)
    view.get_by_role("button", name="Issue a certificate of a negative search").click()
    expect(view.get_by_role("heading", level=1)).to_have_text("Certificate of a negative search")
    expect(view.get_by_text("SHA-256").first).to_be_visible()
    check(view)
    view.goto(f"{live_server.url}/searches")
    check(view)
    view.locator("main table a").first.click()
    expect(view.locator(".wmp-replay").get_by_text("What was tried")).to_be_visible()
    check(view)
    view.get_by_role("button", name="Search again now").click()
    expect(view.get_by_role("heading", level=1)).to_contain_text("0 people")


def test_a_list_shows_its_progress_and_then_its_table(
    view: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    two()
    monkeypatch.setattr(tasks.run_batch, "delay", lambda _pk: None)  # the worker is busy
    scripts = _has_scripts(view)
    check = is_well_made if scripts else (lambda _page: None)
    sign_in(view, live_server.url, "supervisor")
    view.get_by_role("link", name="Search for many people at once").click()
    view.get_by_label("People, one on each line").fill("Tommy Wren 1950\nx\nXqzzv Ywvkq 1990")
    give_purpose(view)
    check(view)
    view.get_by_role("button", name="Search for all").click()
    expect(view.get_by_text("1 of 3 lines done")).to_be_visible()
    expect(view.locator("progress")).to_have_attribute("value", "1")
    check(view)
    assert tasks.run_batches() == 2
    if not scripts:
        view.get_by_role("link", name="See how far it is now").click()
    expect(view.get_by_text("All 3 lines are done")).to_be_visible(timeout=60_000)  # by itself
    expect(view.get_by_text("Not searched", exact=True)).to_be_visible()
    expect(view.get_by_text("No trace", exact=True)).to_be_visible()
    expect(view.get_by_role("link", name="Tomasz Wrzesniewski").first).to_be_visible()
    check(view)
    view.get_by_role("link", name="Download the table").click()
    for label, text in (
        ("Who is the copy for?", "Jo Bloggs"),
        ("Which organisation are they from?", "Crown Prosecution Service"),
        ("Why do they need a copy?", "Asked for by the prosecutor"),
    ):
        view.get_by_label(label).fill(text)
    check(view)
    with view.expect_download() as file:
        view.get_by_role("button", name="Download as CSV").click()
    assert "Tomasz Wrzesniewski" in file.value.path().read_text("utf-8-sig")


def test_a_saved_search_tells_of_new_evidence(view: Page, live_server: Any) -> None:
    two()
    check = is_well_made if _has_scripts(view) else (lambda _page: None)
    sign_in(view, live_server.url)
    search(view, "tomasz wrzesniewski")
    view.get_by_text("Change, filter or sort").click()
    view.get_by_role("link", name="Watch this search").click()
    expect(view.get_by_text("less than one alert a week")).to_be_visible()
    check(view)
    give_purpose(view)
    view.get_by_role("button", name="Begin to watch").click()
    expect(view.get_by_text("Search “tomasz wrzesniewski”")).to_be_visible()
    person(
        record(
            "custody", given_names="Tomas", surname="Wrzesniewski", changed_at=timezone.now(),
            source_ref="CUS/NEW",
        )
    )  # fmt: skip
    index()
    assert tasks.check_watches() == 1
    view.goto(live_server.url)
    view.get_by_role("link", name="What you watch (1 new)").click()
    check(view)
    view.get_by_role("link", name="Tomas Wrzesniewski").click()
    expect(view.get_by_text("Custody CUS/NEW")).to_be_visible()
    check(view)
    view.goto(f"{live_server.url}/watches")
    view.get_by_role("button", name="Stop watching").click()
    expect(view.get_by_text("Nothing yet")).to_be_visible()
