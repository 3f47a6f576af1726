"""Feedback, survey and sandbox from end to end in a real browser: phone, desk, no JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import SIZES, WAYS, watched
from tests.browser.well_made import is_well_made
from tests.officers import PASSWORD, officer
from tests.people_data import index, person, record
from wmp_search.access.scope import Tier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@contextmanager
def seat(browser: Browser, address: str, way: str, role: str) -> Iterator[Page]:
    """Somebody of the role, signed in; every console error but a form's 400 fails the test."""
    with watched(browser, way, refusals=True) as page:
        page.goto(f"{address}/sign-in")
        page.get_by_label("User name").fill(officer(role).username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="I accept and continue").click()
        yield page


def check(page: Page, way: str) -> None:
    """Axe needs JavaScript in the page."""
    if way in SIZES:
        is_well_made(page)


@pytest.mark.parametrize("way", WAYS)
def test_what_an_officer_says_is_answered_for_everybody(
    browser: Browser, live_server: Any, way: str
) -> None:
    address = live_server.url
    with seat(browser, address, way, "officer") as page:
        page.get_by_role("link", name="Feedback").click()
        check(page, way)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("link", name="Choose what it is")).to_be_visible()
        check(page, way)
        page.get_by_label("I have an idea").check()
        page.get_by_label("Tell us").fill("Let me sort by age")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("What comes of it stands under")).to_be_visible()
        check(page, way)
    with seat(browser, address, way, "product") as page:
        page.get_by_role("main").get_by_role("link", name="Feedback received").click()
        expect(page.get_by_text("Let me sort by age")).to_be_visible()
        expect(page.get_by_text("home, phone").or_(page.get_by_text("home, desk"))).to_be_visible()
        expect(page.locator("td", has_text="Not told")).to_be_visible()
        check(page, way)
        page.get_by_role("link", name="I have an idea").click()
        check(page, way)
        page.get_by_label("State").select_option(label="Done")
        page.get_by_label("You said").fill("Sort by age")
        page.get_by_label("We did").fill("Results can be sorted by age since Monday")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Nothing new.")).to_be_visible()
        check(page, way)
    with seat(browser, address, way, "officer") as page:
        page.goto(f"{address}/you-said-we-did")
        expect(page.get_by_role("heading", name="Sort by age")).to_be_visible()
        expect(page.get_by_text("Results can be sorted by age since Monday")).to_be_visible()
        check(page, way)


@pytest.mark.parametrize("way", WAYS)
def test_the_survey_is_taken_once_a_quarter_and_its_figures_wait_for_enough_answers(
    browser: Browser, live_server: Any, way: str
) -> None:
    with seat(browser, live_server.url, way, "officer") as page:
        page.get_by_role("link", name="Feedback").click()
        page.get_by_role("link", name="Two questions a quarter").click()
        check(page, way)
        for question in ("Can you rely on the data", "Are the systems well brought together"):
            page.get_by_role("group", name=question).get_by_label("Mostly").check()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        check(page, way)
        page.goto(f"{live_server.url}/survey")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    with seat(browser, live_server.url, way, "product") as page:
        page.goto(f"{live_server.url}/feedback/all")
        expect(page.get_by_text("Fewer than 5 answers in 30 days: not told")).to_be_visible()


@pytest.mark.parametrize("way", WAYS)
def test_a_trainee_practises_on_made_up_people_and_meets_nobody_real(
    browser: Browser, live_server: Any, way: str
) -> None:
    named = {"given_names": "Robin", "surname": "Hartley"}
    real = person(record("custody", **named))
    person(record("practice", tier=int(Tier.PRACTICE), source_ref="P/1", **named))
    index()
    with seat(browser, live_server.url, way, "trainee") as page:
        chosen = page.get_by_label("Why are you looking?")
        options = [text.strip() for text in chosen.locator("option").all_inner_texts()]
        assert options == ["Choose", "Training (synthetic data only)"]
        page.get_by_label("Search everything").fill("robin hartley")
        chosen.select_option(label=options[1])
        page.get_by_label("Reference or reason").fill("Learning to search for people")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("1 person for “robin hartley”")
        check(page, way)
        page.get_by_role("link", name="Robin Hartley").click()
        page.locator("summary", has_text="Records and sources").click()
        expect(page.locator("#records").get_by_text("P/1")).to_be_visible()
        check(page, way)
    with seat(browser, live_server.url, way, "trainee") as page:
        page.goto(f"{live_server.url}/purpose")
        page.get_by_label("Why are you looking?").select_option(label=options[1])
        page.get_by_label("Reference or reason").fill("Learning to search for people")
        page.get_by_role("button", name="Continue").click()
        answer = page.context.request.get(f"{live_server.url}/people/{real.pk}")
        assert answer.status == 404
