"""The sergeant sees, in a browser, what the officer of the same unit searched, saw and why."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audit.oversight import drawing
from people.models import Person
from tests.officers import PASSWORD, officer
from tests.people_data import index, person, record
from wmp_search.access.models import Officer

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PICTURES", "")  # a folder for pictures of the pages, if wanted


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, for the guides and to be looked at."""
    if PICTURES:
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=Path(PICTURES) / f"{name}_{width}.png", full_page=True)


def sign_in(page: Page, base: str, who: Officer) -> None:
    page.goto(f"{base}/sign-in")
    page.get_by_label("User name").fill(who.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="I accept and continue").click()


def say_why(page: Page) -> None:
    """Choose one of the four purposes for which the law lets the trail be read."""
    page.get_by_label("To verify that the processing is lawful").check()
    page.get_by_role("button", name="Continue").click()


def robert() -> Person:
    made = person(
        record(
            "custody",
            given_names="Robert",
            surname="Featherstone",
            born_on=date(1989, 6, 8),
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
        )
    )
    index()
    return made


def test_a_supervisor_sees_search_and_view_with_purpose_query_and_results(
    live_server: Any, page: Page, browser: Browser
) -> None:
    someone = robert()
    constable = officer("officer", username="jones")
    sergeant = officer("supervisor", username="sergeant")

    sign_in(page, live_server.url, constable)
    page.get_by_role("searchbox").fill("bobby smith")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Robert Featherstone").click()
    expect(page.get_by_role("heading", name="Robert Featherstone")).to_be_visible()

    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, live_server.url, sergeant)
    desk.get_by_role("link", name="Audit").first.click()
    say_why(desk)
    searched = desk.get_by_role("row").filter(has_text="Searched for a person")
    for words in ("jones", "“bobby smith”", "Crime investigation", "20/123456/26", "1 result"):
        expect(searched).to_contain_text(words)
    expect(searched.get_by_role("link", name=str(someone.pk), exact=True)).to_be_visible()
    viewed = desk.get_by_role("row").filter(has_text="Viewed a person")
    expect(viewed).to_contain_text("20/123456/26")
    assert "sergeant" not in desk.get_by_role("table").inner_text()

    searched.get_by_role("link").first.click()
    expect(desk.get_by_role("heading", name="What was shown")).to_be_visible()
    expect(desk.get_by_text("As it was written")).to_be_visible()
    desk.close()


def test_a_supervisor_narrows_the_list_to_one_officer_on_a_phone(
    live_server: Any, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("jones", "brown"):
        sign_in(page, live_server.url, officer("officer", username=name))
        page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server.url, officer("supervisor", username="sergeant"))
    page.goto(f"{live_server.url}/audit")
    say_why(page)
    expect(page.get_by_role("table")).to_contain_text("brown")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Officer (user name)").fill("jones")
    page.get_by_role("button", name="Apply filter").click()
    expect(page.get_by_role("table")).to_contain_text("jones")
    expect(page.get_by_role("table")).not_to_contain_text("brown")
    assert "jones" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_supervisors_morning_queue_replay_outcome_on_a_phone(
    live_server: Any, page: Page, browser: Browser
) -> None:
    robert()
    constable = officer("officer", username="jones")
    sign_in(page, live_server.url, constable)
    page.get_by_role("searchbox").fill("bobby smith")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Robert Featherstone").click()
    expect(page.get_by_role("heading", name="Robert Featherstone")).to_be_visible()
    sergeant = officer("supervisor", username="sergeant")
    assert drawing.draw(timezone.localdate()) == 1  # as it will be drawn tomorrow at four

    phone = browser.new_page(viewport={"width": 390, "height": 844})
    sign_in(phone, live_server.url, sergeant)
    phone.goto(f"{live_server.url}/reviews")
    say_why(phone)
    expect(phone.get_by_role("link", name="Daily sample")).to_be_visible()
    picture(phone, "reviews")
    phone.get_by_role("link", name="Daily sample").click()
    expect(phone.get_by_role("heading", name="jones")).to_be_visible()
    expect(phone.get_by_text("20/123456/26").first).to_be_visible()
    phone.get_by_text("Show it").click()
    expect(phone.locator(".wmp-replay")).to_contain_text("Featherstone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("Ask the officer for more information").check()
    picture(phone, "review")
    phone.get_by_label("Notes or question").fill("What led you from the name to this person?")
    phone.get_by_role("button", name="Save the decision").click()
    expect(phone.get_by_text("Your question was sent to the officer")).to_be_visible()

    page.goto(live_server.url)
    page.get_by_role("link", name="1 question about your searches").click()
    page.get_by_label("Your reply").fill("The victim named him as Bobby Smith")
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("Your reply was sent")).to_be_visible()

    phone.goto(f"{live_server.url}/reviews")
    expect(phone.get_by_text("Officer replied")).to_be_visible()
    phone.get_by_role("link", name="Daily sample").click()
    expect(phone.get_by_text("The victim named him")).to_be_visible()
    phone.get_by_label("Justified").check()
    phone.get_by_role("button", name="Save the decision").click()
    expect(phone.get_by_text("Nothing waits for you")).to_be_visible()
    phone.close()
