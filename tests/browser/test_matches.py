"""Deciding on a match by keyboard, parting a person in one tap, and the recall that follows."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.resolution.run import resolve
from ingest.review.models import Decision, Recall, Task, Verdict
from people.models import Link
from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer
from tests.resolution.loading import load
from tests.resolution.test_matching import crowd, record
from tests.review.deciding import say

pytestmark = pytest.mark.browser

BORN = date(1978, 4, 23)
PATIENCE = 120_000  # ms: a page that weighs pairs is slow on a crowded machine
TWIN = {"phones": ["01213334444"]}


def twins() -> tuple[int, int]:
    """Two people whom the model keeps apart although much is alike. Their ids."""
    load([record(given, "Cartwright", BORN, **TWIN) for given in ("Daniel", "Daniel", "Matthew")])
    load(crowd(people=40), first_id=1000)
    resolve()
    return person_of(1), person_of(3)


def person_of(record_id: int) -> int:
    return Link.objects.get(record=record_id).person_id


def purpose(page: Page, base: str) -> None:
    """Say why, so that pages about people open."""
    page.goto(f"{base}/purpose")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_the_queue_is_worked_by_keyboard(live_server: Any, page: Page, width: int) -> None:
    page.set_default_timeout(PATIENCE)
    one, two = twins()
    Task.objects.exclude(left_person=one, right_person=two).delete()
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, officer("analyst"))
    purpose(page, live_server.url)
    page.goto(f"{live_server.url}/matches")
    is_well_made(page)
    page.get_by_role("button", name="Start with the most valuable").press("Enter")
    expect(page.get_by_role("heading", name="Are these the same person?")).to_be_visible()
    is_well_made(page)
    answers = page.locator(".wmp-verdicts button")
    sizes = [box for b in answers.all() if (box := b.bounding_box())]
    assert len(sizes) == 3
    assert all(box["height"] >= 44 for box in sizes)
    page.keyboard.press("2")
    expect(page.get_by_text("Saved")).to_be_visible()
    made = Decision.objects.get()
    assert made.verdict == Verdict.DIFFERENT
    page.goto(f"{live_server.url}/matches/decisions/{made.pk}")
    is_well_made(page)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_one_tap_parts_a_person_and_who_saw_it_is_told(
    live_server: Any, page: Page, browser: Browser, width: int
) -> None:
    page.set_default_timeout(PATIENCE)
    twins()
    say(officer("analyst"), Verdict.SAME, [1], [3])
    wrong = person_of(1)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, officer("officer"))
    purpose(page, live_server.url)
    page.goto(f"{live_server.url}/people/{wrong}")
    page.get_by_role("button", name="Two different people").click()
    expect(page.get_by_role("heading", name="You said: two different people")).to_be_visible()
    expect(page.get_by_role("heading", name="Person 2 of 2")).to_be_visible()
    is_well_made(page)
    page.goto(f"{live_server.url}/people/{wrong}/why")
    is_well_made(page)

    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, live_server.url, officer("analyst"))
    purpose(desk, live_server.url)
    joined = Decision.objects.get()
    desk.goto(f"{live_server.url}/matches/decisions/{joined.pk}")
    desk.get_by_label("Why").fill("They are twin brothers, seen together")
    desk.get_by_role("button", name="Undo it").click()
    expect(desk.get_by_text("Saved")).to_be_visible()
    desk.close()

    assert person_of(1) != person_of(3)
    page.goto(live_server.url)
    expect(page.get_by_role("heading", name="A person you looked at was wrong")).to_be_visible()
    is_well_made(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("heading", name="A person you looked at was wrong")).to_have_count(0)
    assert Recall.objects.get().read_at is not None
