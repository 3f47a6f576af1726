"""Signing in, in a browser: the notice, a passkey on a virtual authenticator, the pages' make."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.authenticator import authenticator
from tests.browser.test_supervisor import sign_in
from tests.officers import PASSWORD, officer

pytestmark = pytest.mark.browser


def faults(page: Page) -> list[str]:
    found = [f"{page.url}: {v['id']}" for v in Axe().run(page).response["violations"]]
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, *([f"{page.url}: too wide"] if width > 0 else [])]


def test_a_passkey_is_set_up_and_signs_in_on_a_phone(live_server: Any, page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.set_viewport_size({"width": 390, "height": 844})
    authenticator(page)
    who = officer("officer", username="jones")
    sign_in(page, live_server.url, who)
    page.goto(f"{live_server.url}/account/passkey")
    found = faults(page)
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    found += faults(page)
    page.goto(f"{live_server.url}/account")
    found += faults(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("User name").fill(who.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="I accept and continue").click()
    expect(page.get_by_label("Search everything")).to_be_visible()
    assert found == []
    assert refused == []


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_the_pages_have_no_fault_and_fit_the_screen(
    live_server: Any, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    other = officer("officer")
    page.goto(f"{live_server.url}/sign-in")
    page.get_by_label("User name").fill(officer("administrator", username="admin").username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Before you continue")).to_be_visible()
    found = faults(page)
    page.get_by_role("button", name="I accept and continue").click()
    addresses = ("account", "account/app", "confirm-who-you-are", f"officers/{other.pk}/sign-out")
    for address in addresses:
        page.goto(f"{live_server.url}/{address}")
        found += faults(page)
    assert found == []
