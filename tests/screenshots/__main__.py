"""`python -m tests.screenshots [ADDRESS [ACCOUNT …]]` takes pictures of a demonstration for docs/.

Signs in with the accounts of `$WMP_VAR/demo-accounts.json` and shows the demonstration's invented
people only. Each page at 390 and 1280 px; long pages are cut at LONGEST. Light pictures go to
docs/screenshots; dark ones to `$WMP_VAR/screenshots`, to be looked at and not kept. First an
officer breaks the glass and meets a canary, so that those who oversee have something to do. With
accounts only their tours are taken, and nothing is prepared.
"""

import json
import os
import sys
import time

from playwright.sync_api import Browser, sync_playwright

from tests.screenshots.taking import OUT, VAR, WIDTHS, ask, opened, read_trail, sign_in
from tests.screenshots.tours import FIRST, TOURS, WANTED

COLLECTED = 60  # seconds; the trail is read every half minute


def main() -> int:
    """Take all pictures; the exit code is 0."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    wanted = {who: tour for who, tour in TOURS.items() if who in sys.argv[2:]}
    passwords = json.loads((VAR / "demo-accounts.json").read_text())
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        if not wanted:
            _prepare(browser, address, passwords)
        for theme, folder in OUT.items():
            folder.mkdir(parents=True, exist_ok=True)
            for width in WIDTHS:
                for who, tour in (wanted or TOURS).items():
                    with opened(browser, width, theme) as page:
                        sign_in(page, address, who, passwords[who], with_pictures=who == FIRST)
                        tour(page, address)
        browser.close()
    return 0


def _prepare(browser: Browser, address: str, passwords: dict[str, str]) -> None:
    """Emergency access to review and an alert; done again with every run."""
    with opened(browser, 1280, "light") as page:
        sign_in(page, address, FIRST, passwords[FIRST])
        ask(page, WANTED)
        page.locator(".wmp-result a").first.click()
        person = page.url
    number = person.rsplit("/", 1)[1]
    with opened(browser, 1280, "light") as page:
        sign_in(page, address, "standards", passwords["standards"])
        read_trail(page, address, "/misuse/listed")
        page.get_by_label("Canary: a made-up person").check()
        page.get_by_label("Person number").fill(number)
        page.get_by_label("Note").fill("For the pictures")
        page.get_by_role("button", name="Add the person").click()
    with opened(browser, 1280, "light") as page:
        sign_in(page, address, FIRST, passwords[FIRST])
        page.goto(f"{address}/break-glass")
        reason = f"Threats with a knife at a flat in Aston, call of {time.strftime('%H:%M:%S')}"
        page.get_by_label("What is happening").fill(reason)
        page.get_by_label("I declare that there is a threat to life").check()
        page.get_by_role("button", name="Open restricted people").click()
        page.goto(person)
        page.get_by_role("button", name="End now").click()
    time.sleep(COLLECTED)


if __name__ == "__main__":
    sys.exit(main())
