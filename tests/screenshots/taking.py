"""What every tour does: sign in, say why, ask, take a picture.

A picture is called after the route of the page that it shows, so that nobody keeps a list of which
page has one: `<route>[_<state>]_<width>.png`. A page with a fault (tests/browser/well_made.py)
leaves none in docs.
"""

import functools
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from django.urls import resolve
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.well_made import faults

Theme = Literal["light", "dark"]
ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("WMP_VAR", ROOT / "var"))
OUT: dict[Theme, Path] = {"light": ROOT / "docs" / "screenshots", "dark": VAR / "screenshots"}
FAULTY = VAR / "screenshots" / "faulty"
WIDTHS = {390: 844, 1280: 900}
LONGEST = 1600
COLOURS = 64  # what is kept stays small
PATIENCE = 15_000.0  # milliseconds
PURPOSE = ("CRIME-INV", "20CR/1234/26")
EXPLAINED = "To find out whether the man in the street is wanted, as control asked"
wrong: list[str] = []  # what this run found


@contextmanager
def opened(browser: Browser, width: int = 1280, theme: Theme = "light") -> Iterator[Page]:
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def beside(page: Page) -> Iterator[Page]:
    """Another browser of somebody else, at a desk."""
    browser = page.context.browser
    assert browser is not None
    with opened(browser) as other:
        yield other


@functools.cache
def passwords() -> dict[str, str]:
    """User name → password of the demonstration's accounts."""
    found: dict[str, str] = json.loads((VAR / "demo-accounts.json").read_text())
    return found


def give_password(page: Page, address: str, who: str) -> None:
    page.goto(address)
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(passwords()[who])
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Page, address: str, who: str) -> None:
    """To the start page. What the officer was asked about earlier searches is answered: a day
    later it would be asked before the next one.
    """
    give_password(page, address, who)
    page.get_by_role("button", name="I accept and continue").click()
    while (asked := page.locator("main a[href*='/purpose/explain/']")).count():
        asked.first.click()
        explain(page)


def explain(page: Page) -> None:
    """Say more about a search that was drawn at random."""
    page.locator("main [name=text]").fill(EXPLAINED)
    page.get_by_role("button", name="Send").click()


def read_trail(page: Page, address: str, then: str, *, with_picture: bool = False) -> None:
    """Say which of the four purposes the trail is read for."""
    page.goto(f"{address}/audit/purpose?next={then}")
    if with_picture:
        picture(page)
    page.get_by_label("To verify that the processing is lawful").check()
    page.get_by_role("button", name="Continue").click()


def say_why(page: Page, address: str, *, with_task: bool = True) -> None:
    """Before pages about people."""
    page.goto(f"{address}/purpose")
    give_purpose(page, with_task=with_task)
    page.get_by_role("button", name="Continue").click()


def confirm(page: Page) -> None:
    """Where the risk rises one is asked again why; it is still the same."""
    if route_of(page.url) == "purpose":
        page.get_by_role("button", name="Continue").click()


def ask(page: Page, text: str) -> None:
    page.locator("[name=text]").fill(text)
    give_purpose(page)
    page.get_by_role("button", name="Search", exact=True).click()


def give_purpose(page: Page, code: str = PURPOSE[0], *, with_task: bool = True) -> None:
    """The officer's first task, or the code; nothing where a purpose lives already."""
    if page.locator("[name=task]").first.is_visible():
        if with_task:
            page.locator("[name=task]").first.check()
            return
        page.get_by_label("Something else").check()
    if page.locator("[name=code]").first.is_visible():
        page.locator("[name=code]").select_option(code)
        page.locator("[name=reference]").fill(PURPOSE[1])


def pictures(page: Page, base: str, *paths: str) -> None:
    for path in paths:
        page.goto(f"{base}{path}")
        picture(page)


def picture(page: Page, state: str = "") -> None:
    """Of the page as it stands, in few colours; `state` where the route has several pictures."""
    found = faults(page)
    size = page.viewport_size or {"width": 390, "height": 844}
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    name = "_".join(filter(None, (route_of(page.url), state, str(size["width"]))))
    folder = FAULTY if found else OUT["dark" if is_dark else "light"]
    folder.mkdir(parents=True, exist_ok=True)
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), LONGEST)
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    image = (
        Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    )
    image.save(folder / f"{name}.png", optimize=True)
    say(name, found)


def route_of(url: str) -> str:
    """The name of the route of an address. Raises Resolver404 for one that is none of ours."""
    return resolve(urlsplit(url).path).url_name or ""


def say(name: str, found: list[str]) -> None:
    """Tell how far the run is, and remember what was wrong."""
    wrong.extend(f"{name}: {fault}" for fault in found)
    print(name, *found, flush=True)  # noqa: T201
