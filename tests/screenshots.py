"""`python -m tests.screenshots [ADDRESS]` takes pictures of a running demonstration for docs/.

Signs in with the accounts of `$WMP_VAR/demo-accounts.json` and shows the demonstration's invented
people only. Each page at 390 and 1280 px; long pages are cut at LONGEST.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
WIDTHS = {390: 844, 1280: 900}
LONGEST = 1600
WANTED = "razor"  # a street name of one of the invented people
PURPOSE = ("CRIME-INV", "20CR/1234/26")


def main() -> int:
    """Take all pictures; the exit code is 0."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    accounts = Path(os.environ.get("WMP_VAR", ROOT / "var")) / "demo-accounts.json"
    passwords = json.loads(accounts.read_text())
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width in WIDTHS:
            for who, tour in TOURS.items():
                with _signed_in(browser, width, address, who, passwords[who]) as page:
                    tour(page, address)
        browser.close()
    return 0


def officer(page: Page, address: str) -> None:
    """From the box to a person, a crime and a gang."""
    _picture(page, "home")
    _ask(page, WANTED)
    _picture(page, "results")
    page.locator(".wmp-result a").first.click()
    _picture(page, "person")
    person = page.url
    page.goto(f"{person}?all")
    _picture(page, "person_open")
    page.locator("#crimes a").first.click()
    _picture(page, "crime")
    page.goto(f"{person}?all")
    page.locator("#gangs a").first.click()
    _picture(page, "gang")
    page.goto(f"{address}/gangs")
    _picture(page, "gangs")
    page.goto(address)
    _ask(page, "Xqzzv Ywvkq")
    _picture(page, "results_none")
    page.goto(f"{address}/crimes")
    _ask(page, "burglary wolverhampton")
    _picture(page, "crime_results")
    page.goto(f"{address}/people/0")
    _picture(page, "not_found")


def supervisor(page: Page, address: str) -> None:
    """Who looked at whom, and what for."""
    page.goto(f"{address}/audit/purpose?next=/audit")
    page.get_by_label("To verify that the processing is lawful").check()
    page.get_by_role("button", name="Continue").click()
    _picture(page, "audit")


def administrator(page: Page, address: str) -> None:
    """People and roles, and no box."""
    page.goto(f"{address}/officers")
    _picture(page, "officers")


def panel(page: Page, address: str) -> None:
    """Numbers only."""
    page.goto(f"{address}/quality")
    _picture(page, "quality")


TOURS = {"officer": officer, "sergeant": supervisor, "admin": administrator, "ethics": panel}


@contextmanager
def _signed_in(
    browser: Browser, width: int, address: str, who: str, password: str
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]})
    page = context.new_page()
    page.goto(address)
    if who == "officer":
        _picture(page, "sign_in")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    if who == "officer":
        _picture(page, "notice")
    page.get_by_role("button", name="I accept and continue").click()
    yield page
    context.close()


def _ask(page: Page, text: str) -> None:
    page.locator("[name=text]").fill(text)
    if page.locator("[name=task]").first.is_visible():
        page.locator("[name=task]").first.check()
    elif page.locator("[name=code]").first.is_visible():
        page.locator("[name=code]").select_option(PURPOSE[0])
        page.locator("[name=reference]").fill(PURPOSE[1])
    page.get_by_role("button", name="Search").click()


def _picture(page: Page, name: str) -> None:
    page.wait_for_load_state()
    size = page.viewport_size or {"width": 390, "height": 844}
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), LONGEST)
    path = OUT / f"{name}_{size['width']}.png"
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]
    print(path.relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
