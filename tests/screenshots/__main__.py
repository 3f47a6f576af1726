"""`python -m tests.screenshots [ADDRESS [NAME …]]` takes pictures of a demonstration for docs/.

Signs in with the accounts of `$WMP_VAR/demo-accounts.json` and shows the demonstration's invented
people only. Each page at 390 and 1280 px; long pages are cut at LONGEST. Light pictures go to
docs/screenshots; dark ones to `$WMP_VAR/screenshots`, to be looked at and not kept. Every page is
asked of axe, in both colours. A page with a fault, and a tour that does not come to its end, are
named; then the exit code is 1. With names of accounts or tours only their tours are taken.
"""

import os
import sys

import django
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.screenshots.table import TOURS, Tour
from tests.screenshots.taking import OUT, WIDTHS, opened, say, sign_in, wrong


def main() -> int:
    """Take all pictures, or those of the tours that are named."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    names = set(sys.argv[2:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wmp_search.settings.dev")
    django.setup()  # pictures are called after the routes
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for who, tour in TOURS:
            if not names or {who, tour.__name__} & names:
                _take(browser, address, who, tour)
        browser.close()
    print(*wrong, sep="\n")  # noqa: T201
    return 1 if wrong else 0


def _take(browser: Browser, address: str, who: str, tour: Tour) -> None:
    """One tour in both colours and widths; `who` is empty where the tour signs in itself."""
    for theme in OUT:
        for width in WIDTHS:
            try:
                with opened(browser, width, theme) as page:
                    if who:
                        sign_in(page, address, who)
                    tour(page, address)
            except (BrowserError, LookupError, TimeoutError) as error:
                say(f"{tour.__name__}, {theme}, {width} px", [str(error)])


if __name__ == "__main__":
    sys.exit(main())
