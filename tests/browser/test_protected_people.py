"""Sealing a record at a desk and on a phone, and breaking the glass on a phone in the street."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from people.models import Person
from tests.browser.test_supervisor import robert, sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer
from tests.people_data import index
from wmp_search.access.models import Officer

pytestmark = pytest.mark.browser

REASON = "Armed man is on his way to her address"


def search(page: Page, base: str, name: str) -> None:
    """A search from the start page, giving a purpose if none lives."""
    page.goto(base)
    page.get_by_role("searchbox").fill(name)
    if page.get_by_label("Why are you looking?").is_visible():
        page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
        page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Search", exact=True).click()


def view(page: Page, base: str, someone: Person) -> None:
    search(page, base, "bobby smith")
    page.get_by_role("link", name="Robert Featherstone").click()
    expect(page.get_by_role("heading", name="Robert Featherstone")).to_be_visible()
    assert page.url.endswith(f"/people/{someone.pk}")


def seal(page: Page, someone: Person) -> None:
    """From the person's page, one click beyond the reason."""
    page.get_by_role("link", name="Seal now").click()
    expect(page.get_by_role("heading", name="Restrict who may see this person")).to_be_visible()
    is_well_made(page)
    page.get_by_label("Reason").fill("Protects a witness in a running trial")
    page.get_by_role("button", name="Seal now").click()
    expect(page.get_by_text(f"Person {someone.pk} is now restricted")).to_be_visible()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_a_person_is_sealed_and_who_has_looked_is_listed(
    live_server: Any, page: Page, browser: Browser, width: int
) -> None:
    someone = robert()
    constable = officer("officer", username="jones", first_name="Ann", last_name="Jones")
    sign_in(page, live_server.url, constable)
    view(page, live_server.url, someone)
    desk = browser.new_page(viewport={"width": width, "height": 844})
    sign_in(desk, live_server.url, officer("supervisor", in_unit="Sapphire"))
    view(desk, live_server.url, someone)
    seal(desk, someone)
    looked = desk.get_by_role("region", name="Who has looked")
    expect(looked).to_contain_text("Central")
    is_well_made(desk)

    page.reload()
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    search(page, live_server.url, "bobby smith")
    expect(page.get_by_role("link", name="Robert Featherstone")).to_have_count(0)
    search(desk, live_server.url, "bobby smith")
    expect(desk.get_by_role("link", name="Robert Featherstone")).to_be_visible()
    desk.close()


def test_the_glass_is_broken_on_a_phone_and_closed_again(live_server: Any, page: Page) -> None:
    someone = robert()
    sealed_by(live_server, page, officer("supervisor", in_unit="Sapphire"), someone)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live_server.url, officer("officer", username="jones"))
    search(page, live_server.url, "bobby smith")
    expect(page.get_by_role("link", name="Robert Featherstone")).to_have_count(0)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Break glass").click()
    expect(page.get_by_role("heading", name="Break the glass")).to_be_visible()
    is_well_made(page)
    page.get_by_role("button", name="Open restricted people").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label("What is happening and whose life is in danger").fill(REASON)
    page.get_by_label("I declare that there is a threat to life").check()
    page.get_by_role("button", name="Open restricted people").click()
    view(page, live_server.url, someone)
    expect(page.get_by_text("Break-glass until").first).to_be_visible()
    is_well_made(page)
    page.get_by_role("button", name="End now").click()
    search(page, live_server.url, "bobby smith")
    expect(page.get_by_role("link", name="Robert Featherstone")).to_have_count(0)


def sealed_by(live_server: Any, page: Page, owner: Officer, someone: Person) -> None:
    sign_in(page, live_server.url, owner)
    view(page, live_server.url, someone)
    seal(page, someone)
    page.get_by_role("button", name="Sign out", exact=True).click()
    index()
