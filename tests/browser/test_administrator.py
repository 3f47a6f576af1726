"""The administrator gives a second account the officer role, and it can search."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_supervisor import robert, sign_in
from tests.officers import officer

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with this accessible text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(e => e.labels && e.labels.length ? e.labels[0].innerText : e.innerText)"
            "(document.activeElement)"
        )
        if focused and " ".join(focused.split()) == name:
            return
    pytest.fail(f"no way to {name} by keyboard")


def test_an_officer_without_a_role_gets_one_and_can_search(
    live_server: Any, page: Page, browser: Browser
) -> None:
    robert()
    constable = officer(username="constable", first_name="Joe", last_name="Fielding")
    sign_in(page, live_server.url, constable)
    expect(page.get_by_text("You have no role yet")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)

    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, live_server.url, officer("administrator", username="admin"))
    desk.get_by_role("link", name="Officers and roles").first.click()
    desk.get_by_label("Name, user name or collar number").fill("fielding")
    desk.get_by_role("button", name="Find officers").click()
    desk.get_by_role("link", name="Joe Fielding").click()
    desk.get_by_label("Role", exact=True).select_option(label="Officer")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("Search for people")).to_be_visible()
    desk.get_by_role("button", name="Give the role").click()
    expect(desk.get_by_text("Joe Fielding now has the role Officer")).to_be_visible()
    desk.goto(f"{live_server.url}/people/1")
    expect(desk.get_by_role("heading", name="Your role does not include this")).to_be_visible()
    desk.close()

    page.reload()
    page.get_by_role("searchbox").fill("bobby smith")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("link", name="Robert Featherstone")).to_be_visible()


def test_a_role_is_given_and_withdrawn_with_the_keyboard_alone(
    live_server: Any, page: Page
) -> None:
    who = officer(username="constable", first_name="Joe", last_name="Fielding")
    sign_in(page, live_server.url, officer("administrator", username="admin"))
    page.goto(f"{live_server.url}/officers/{who.pk}")
    tab_to(page, "Role")
    page.keyboard.type("Officer")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Give Joe Fielding the role Officer?")).to_be_visible()
    tab_to(page, "Give the role")
    page.keyboard.press("Enter")
    expect(page.get_by_text("now has the role Officer")).to_be_visible()
    tab_to(page, "Withdraw the role Officer")
    page.keyboard.press("Enter")
    question = "Withdraw the role Officer from Joe Fielding?"
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    tab_to(page, "Withdraw the role")
    page.keyboard.press("Enter")
    expect(page.get_by_text("no longer has the role Officer")).to_be_visible()


def test_a_sensitive_role_is_asked_for_by_one_administrator_and_approved_by_another(
    live_server: Any, page: Page, browser: Browser
) -> None:
    analyst = officer("officer", username="newanalyst", first_name="Priya", last_name="Nair")
    sign_in(page, live_server.url, analyst)
    expect(page.get_by_role("link", name="Data quality")).to_have_count(0)

    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, live_server.url, officer("administrator", username="admin", first_name="Owen"))
    desk.goto(f"{live_server.url}/officers/{analyst.pk}")
    desk.get_by_label("Role", exact=True).select_option(label="Analyst")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("Another administrator, neither you nor Priya Nair")).to_be_visible()
    desk.get_by_label("Why is it needed?").fill("Joins the analysis team on Monday")
    desk.get_by_role("button", name="Ask for the role").click()
    expect(desk.get_by_text("waits for a second administrator").first).to_be_visible()
    desk.get_by_role("link", name="Analyst").first.click()
    expect(desk.get_by_text("You asked for this. Another administrator")).to_be_visible()
    expect(desk.get_by_role("button", name="Decide")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("link", name="Data quality")).to_have_count(0)

    other = browser.new_page(viewport={"width": 390, "height": 844})
    sign_in(other, live_server.url, officer("administrator", username="admin2"))
    other.goto(f"{live_server.url}/officers")
    other.get_by_role("link", name="Requests (1 waiting)").click()
    other.get_by_role("link", name="Analyst for Priya Nair").click()
    expect(other.get_by_text("Joins the analysis team on Monday")).to_be_visible()
    expect(other.get_by_text("See records from restricted systems")).to_be_visible()
    other.get_by_label("Approve").check()
    other.get_by_label("Why?").fill("Confirmed by her inspector")
    other.get_by_role("button", name="Decide").click()
    expect(other.get_by_text("Approved: it counts from the next page on")).to_be_visible()
    other.close()

    page.reload()
    expect(page.get_by_role("link", name="Data quality").first).to_be_visible()
    desk.goto(f"{live_server.url}/officers/{analyst.pk}")
    expect(desk.get_by_role("table")).to_contain_text("approved by admin2")
    desk.close()


def test_a_role_is_made_with_the_keyboard_alone(live_server: Any, page: Page) -> None:
    sign_in(page, live_server.url, officer("administrator", username="admin"))
    page.goto(f"{live_server.url}/roles/new")
    tab_to(page, "Name of the role")
    page.keyboard.type("Burglary desk")
    tab_to(page, "Who it is for")
    page.keyboard.type("Staff who link burglaries")
    tab_to(page, "Search for and see crimes")
    page.keyboard.press("Space")
    tab_to(page, "Make the role")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Burglary desk")).to_be_visible()
    expect(page.get_by_text("Finds crimes and sees who is recorded in them")).to_be_visible()
