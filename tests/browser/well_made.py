"""What every page must be like, for the tests and for the pictures."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# the elements that reach furthest beyond the right edge of the screen
WIDEST = """[...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > innerWidth).slice(-3)
    .map(e => `${e.tagName} ${e.className} in ${e.parentElement.className}`).join(', ')"""


def faults(page: Page) -> list[str]:
    """What sticks out sideways, and what axe finds against WCAG 2.2 A and AA; needs scripts."""
    page.wait_for_load_state()
    width: Any = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    wide = [f"{width} px too wide: {page.evaluate(WIDEST)}"] if width > 0 else []
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return wide + ([str(found.generate_report())] if found.violations_count else [])


def is_well_made(page: Page) -> None:
    """The page has no fault."""
    found = faults(page)
    assert found == [], "\n".join([page.url, *found])
