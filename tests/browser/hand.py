"""A person who uses the keyboard alone, as steps that a table of journeys is made of.

    steps = (write("Search everything", "bobby smith"), press("Search"), arrive("1 person"))
    for step in steps:
        step(page)

Each step moves the focus with Tab, as far as it takes, and fails if Tab does not get there. None
needs JavaScript in the page.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.well_made import is_well_made

Step = Callable[[Page], None]
Words = str | re.Pattern[str]
MOST_TABS = 150  # a page of results has about sixty places to stop at
MOST_CHOICES = 12


def arrive(heading: Words) -> Step:
    """The page with this first heading is there; with scripts in it, axe finds no fault."""

    def step(page: Page) -> None:
        expect(page.locator("h1")).to_contain_text(heading)
        if runs_scripts(page):
            is_well_made(page)

    return step


def see(words: Words) -> Step:
    """These words stand on the page, not folded away."""
    return lambda page: expect(page.get_by_text(words).filter(visible=True).first).to_be_visible()


def press(name: Words) -> Step:
    """Enter on the link or button of this name (all of it, or what a pattern finds)."""

    def step(page: Page) -> None:
        link = page.get_by_role("link", name=name, exact=True)
        _reach(page, link.or_(page.get_by_role("button", name=name, exact=True)))
        page.keyboard.press("Enter")

    return step


def unfold(title: Words) -> Step:
    """Enter on what opens a folded part of the page."""

    def step(page: Page) -> None:
        _reach(page, page.locator("summary", has_text=title))
        page.keyboard.press("Enter")

    return step


def menu(title: str) -> Step:
    """The entry of the menu, which a phone with scripts folds behind a button."""

    def step(page: Page) -> None:
        folded = page.get_by_role("button", name="Menu", exact=True)
        if folded.is_visible():
            _reach(page, folded)
            page.keyboard.press("Enter")
        _reach(page, page.get_by_label("Menu").get_by_role("link", name=title, exact=True))
        page.keyboard.press("Enter")

    return step


def write(label: Words, text: str) -> Step:
    """Type into a field; into a list of choices, too: it takes the choice that begins so."""

    def step(page: Page) -> None:
        _reach(page, page.get_by_label(label))
        page.keyboard.type(text)

    return step


def tick(label: Words) -> Step:
    """Space on a box that is not ticked."""

    def step(page: Page) -> None:
        box = page.get_by_label(label)
        _reach(page, box)
        page.keyboard.press("Space")
        expect(box).to_be_checked()

    return step


def choose(label: str) -> Step:
    """One answer of several: Tab leads to the first or the chosen one, arrows to the others."""

    def step(page: Page) -> None:
        wanted = page.get_by_label(label).first
        name = wanted.get_attribute("name")
        _reach(page, page.locator(f"input[type=radio][name={name}]"), anyone=True)
        page.keyboard.press("Space")
        for _ in range(MOST_CHOICES):
            if _has_focus(wanted):
                return expect(wanted).to_be_checked()
            page.keyboard.press("ArrowDown")
        pytest.fail(f"no way to {label} by arrow keys")

    return step


def answer(question: str, label: str) -> Step:
    """One answer to one of several questions that have the same answers."""

    def step(page: Page) -> None:
        group = page.get_by_role("group", name=question)
        radios = group.get_by_role("radio")
        _reach(page, radios, anyone=True)
        page.keyboard.press("Space")
        wanted = group.get_by_label(label, exact=True)
        for _ in range(MOST_CHOICES):
            if _has_focus(wanted):
                return expect(wanted).to_be_checked()
            page.keyboard.press("ArrowDown")
        pytest.fail(f"no way to {label} of {question} by arrow keys")

    return step


def take(name: str, ending: str) -> Step:
    """Enter on a button that answers with a file of this ending."""

    def step(page: Page) -> None:
        with page.expect_download() as file:
            press(name)(page)
        assert file.value.suggested_filename.endswith(ending)
        assert file.value.path().stat().st_size > 0

    return step


def runs_scripts(page: Page) -> bool:
    """Axe needs JavaScript in the page; `js-enabled.js` marks the body."""
    page.wait_for_load_state()
    return page.locator("body.js-enabled").count() == 1


def _reach(page: Page, target: Locator, *, anyone: bool = False) -> None:
    """Press Tab until the target has the focus, or with `anyone` any of what it stands for."""
    seen = target.filter(visible=True).first if not anyone else target.first
    expect(seen).to_be_attached()
    for _ in range(MOST_TABS):
        if any(_has_focus(one) for one in (target.all() if anyone else [seen])):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way to {target} by Tab")


def _has_focus(target: Locator) -> bool:
    found: bool = target.evaluate("element => element === document.activeElement")
    return found
