"""The pages of access, audit and quality: usable by everybody, at a phone's and a desk's width."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.test_supervisor import sign_in
from tests.officers import officer

pytestmark = pytest.mark.browser

PAGES = [
    ("officer", "/purpose"),
    ("administrator", "/officers"),
    ("administrator", "/officers/{other}"),
    ("administrator", "/officers/{other}/status"),
    ("administrator", "/officers/{other}/roles/{held}/withdraw"),
    ("administrator", "/roles"),
    ("auditor", "/audit"),
    ("ethics", "/quality"),
    ("officer", "/officers"),  # refused
    ("officer", "/nothing-is-here"),
]


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_have_no_accessibility_fault_and_fit_the_screen(
    live_server: Any, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    faults = _faults(page, f"{live_server.url}/sign-in", width)
    other = officer("officer", "analyst")
    held = other.assignments.first()
    assert held
    readers = {role: officer(role) for role in sorted({role for role, _ in PAGES})}
    for role, reader in readers.items():
        sign_in(page, live_server.url, reader)
        for address in [address for wanted, address in PAGES if wanted == role]:
            filled = address.format(other=other.pk, held=held.pk)
            faults += _faults(page, live_server.url + filled, width)
        page.get_by_role("button", name="Sign out").click()
    assert faults == []


def _faults(page: Page, address: str, width: int) -> list[str]:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "CSP" in said.text else None)
    page.goto(address)
    found = [f"{address}: {v['id']}" for v in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{address}: wider than {width}")
    return found + refused
