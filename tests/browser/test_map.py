"""The map of crimes in a real browser: phone, desk, without JavaScript; by finger and by keys.

A violation of the content security policy is a console error, and fails the test.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import h3
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import WAYS, watched
from tests.browser.test_officer_journey import _has_scripts
from tests.browser.test_search_pages import sign_in
from tests.browser.well_made import is_well_made
from tests.crime_data import crime
from tests.people_data import index

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MIDDLE = (52.52, -1.86)


@pytest.fixture(params=WAYS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with watched(browser, request.param) as page:
        yield page


def town() -> None:
    middle, number = h3.latlng_to_cell(*MIDDLE, 8), 0
    for cell in h3.grid_disk(middle, 4):
        latitude, longitude = h3.cell_to_latlng(cell)
        for _ in range(20 if h3.grid_distance(cell, middle) <= 1 else 1):
            number += 1
            crime(
                f"20CR/{number:06}/24", latitude=latitude, longitude=longitude,
                occurred_from=datetime(2024, 5, 9, 12, tzinfo=UTC), category="Burglary",
            )  # fmt: skip
    index()


def give_purpose(page: Page) -> None:
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name=re.compile("Continue|Go on")).click()


def test_a_map_is_read_moved_and_searched(view: Page, live_server: Any) -> None:
    has_scripts = _has_scripts(view)
    town()
    sign_in(view, live_server.url, "analyst")
    view.goto(f"{live_server.url}/crimes/map?period=all&by=8")
    give_purpose(view)
    expect(view.get_by_role("heading", level=1)).to_contain_text("Crimes on a map")
    expect(view.get_by_role("row").nth(1)).to_contain_text("hot spot")
    if not has_scripts:
        expect(view.get_by_role("img", name="Crimes on a map")).to_be_visible()
        expect(view.get_by_role("button", name="Draw an area")).to_be_hidden()
        view.get_by_label("Postcode or crime number").fill("B23 7PJ")
        view.get_by_role("button", name="Find crimes near it").click()
        expect(view.get_by_role("heading", level=1)).to_contain_text("within 1 km of B23 7PJ")
        return
    is_well_made(view)
    chart = view.get_by_role("application")
    expect(chart).to_be_visible()
    expect(view.locator("path.wmp-map__shape--hot").first).to_be_visible()
    pin, around = (view.locator(one).bounding_box() for one in (".wmp-map__pin >> nth=0", "#map"))
    assert pin
    assert around
    assert around["x"] < pin["x"] < around["x"] + around["width"]
    assert around["y"] < pin["y"] < around["y"] + around["height"]
    tap(view, 0.5, 0.5)
    expect(view.get_by_role("status")).to_contain_text("20 crimes")
    draw(view)
    expect(view.get_by_role("heading", level=1)).to_contain_text(
        re.compile(r"in the area you drew: 1\d\d")
    )
    is_well_made(view)


def tap(view: Page, across: float, down: float) -> None:
    """Tap the map at a share of its width and height."""
    chart = view.get_by_role("application")
    box = chart.bounding_box()
    assert box
    chart.click(position={"x": box["width"] * across, "y": box["height"] * down})


def draw(view: Page) -> None:
    """Two corners by taps, two by keys, one taken back and given again."""
    view.get_by_role("button", name="Draw an area").click()
    for across, down in ((0.05, 0.05), (0.05, 0.95), (0.75, 0.95)):
        tap(view, across, down)
    expect(view.get_by_role("status")).to_have_text("3 corners of the area")
    view.get_by_role("button", name="Take the last corner back").press("Enter")
    expect(view.get_by_role("button", name="Find crimes in the area")).to_be_hidden()
    tap(view, 0.75, 0.95)
    tap(view, 0.75, 0.05)
    is_well_made(view)
    view.get_by_role("button", name="Find crimes in the area").press("Enter")


def test_an_area_can_be_drawn_by_keys_alone(browser: Browser, live_server: Any) -> None:
    town()
    with watched(browser, "desk") as view:
        sign_in(view, live_server.url, "analyst")
        view.goto(f"{live_server.url}/crimes/map?period=all&by=8")
        give_purpose(view)
        view.get_by_role("button", name="Draw an area").press("Enter")
        for keys in (("ArrowLeft", "ArrowUp"), ("ArrowRight",), ("ArrowDown",), ()):
            view.get_by_role("application").focus()
            for key in keys:
                view.keyboard.press(key)
                view.wait_for_timeout(400)  # the map moves for a quarter of a second
            if keys:
                view.get_by_role("button", name="Add the middle of the map").press("Enter")
        view.get_by_role("button", name="Find crimes in the area").press("Enter")
        expect(view.get_by_role("heading", level=1)).to_contain_text("in the area you drew")
