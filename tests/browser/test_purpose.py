"""Saying why in a real browser: one tap with a task; phone, desk and without scripts."""

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_administrator import tab_to
from tests.browser.well_made import is_well_made
from tests.officers import PASSWORD, officer
from tests.people_data import index, person, record
from wmp_search.access import assigned
from wmp_search.access.models import Officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def somebody_with_tasks() -> Officer:
    """An officer with two tasks; one person can be found."""
    who = officer("officer", username="tasked")
    base = {"kind": "crime", "purpose": "CRIME-INV", "officer": who.username}
    assigned.load(
        [
            {**base, "reference": "20CR/1/26", "title": "Burglary", "from": "2026-01-05"},
            {**base, "reference": "20CR/2/26", "title": "Robbery", "from": "2026-01-06"},
        ]
    )
    person(record("custody", given_names="Robert", surname="Wick"))
    index()
    return who


def sign_in(page: Page, address: str, who: Officer) -> None:
    page.goto(address)
    page.get_by_label("User name").fill(who.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="I accept and continue").click()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
@pytest.mark.parametrize("scripts", [True, False])
def test_with_a_task_a_search_costs_one_tap_more(
    browser: Browser, live_server: Any, width: int, scripts: bool
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
    sign_in(page, live_server.url, somebody_with_tasks())
    if scripts:
        is_well_made(page)
    expect(page.get_by_label("Reference or reason")).to_be_hidden()
    page.get_by_label("Search everything").fill("robert wick")
    page.get_by_label("20CR/2/26 Robbery").check()  # the one tap
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 person for “robert wick”")
    expect(page.locator(".wmp-purpose").get_by_text("20CR/2/26")).to_be_visible()
    page.get_by_label("Search again").fill("robert wicks")  # under a living purpose: no tap
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("for “robert wicks”")
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_three_steps_by_keyboard_alone_lead_to_the_answer_within_ten_seconds(
    page: Page, live_server: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, somebody_with_tasks())
    page.wait_for_load_state()
    page.keyboard.press("/")
    begun = time.perf_counter()
    page.keyboard.type("robert wick")  # one: what is asked
    tab_to(page, "20CR/2/26 Robbery")
    page.keyboard.press("Space")  # two: what for
    page.keyboard.press("Enter")  # three: search
    expect(page.get_by_role("heading", level=1)).to_have_text("1 person for “robert wick”")
    expect(page.locator(".wmp-result__name").first).to_be_in_viewport()
    assert time.perf_counter() - begun <= 10
    tab_to(page, "Robert Wick")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Robert Wick")
    assert time.perf_counter() - begun <= 10


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_something_else_and_for_somebody_else(page: Page, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, somebody_with_tasks())
    page.get_by_label("Search everything").fill("robert wick")
    page.get_by_label("Something else").check()
    page.get_by_label("Why are you looking?").select_option(label="Missing person")
    page.get_by_label("Reference or reason").fill("LOG 1453")
    page.get_by_text("For somebody else").click()
    page.get_by_label("Their name").fill("Jo Birch")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter their collar number")
    is_well_made(page)
    page.get_by_label("Their collar number").fill("WM1234")
    page.get_by_label("Their station").fill("Bournville Lane")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Jo Birch, WM1234")).to_be_visible()
    is_well_made(page)
    page.goto(f"{live_server.url}/purpose")
    is_well_made(page)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_an_administrator_changes_a_purpose(page: Page, live_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, officer("administrator", username="keeper"))
    page.goto(f"{live_server.url}/purposes")
    is_well_made(page)
    page.get_by_role("link", name="Traffic").click()
    is_well_made(page)
    page.get_by_label("Name in the list").fill("Road traffic")
    page.get_by_label("See gangs and their members").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Road traffic has been changed")).to_be_visible()
    page.get_by_role("link", name="Road traffic").click()
    page.get_by_role("link", name="Take it out of the list").click()
    is_well_made(page)
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("Road traffic (TRAFFIC)")).to_be_visible()
