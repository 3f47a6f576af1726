"""What has to happen in the demonstration before some pictures, and what is put right after them.

Each step is taken once in a run, by the first tour that needs it, in a browser of its own beside
the tour's page.
"""

import functools
import subprocess
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.screenshots import deliveries
from tests.screenshots.taking import (
    ROOT,
    ask,
    beside,
    confirm,
    read_trail,
    say_why,
    sign_in,
)

Step = Callable[[Page, str], str]

WANTED = "razor"  # a street name of one of the invented people
COLLECTED = 60  # seconds; the trail is read every half minute
MOST_LOOKS, PAUSE = 36, 10  # six minutes: deliveries are looked for every two, watches every one
HELD = "main li a[href^='/feeds/']:not([href*='/sources/'])"
DECISION = "main a[href^='/matches/decisions/']"
ALERT = "main a[href^='/watches/alerts/']"
MOST_KNOWN = 5  # pairs in a row whose answer is known: they make no decision


def once(step: Step) -> Step:
    """The step at its first call; at every other what it found, or LookupError if it failed."""
    found: dict[str, str | None] = {}

    @functools.wraps(step)
    def first(page: Page, address: str) -> str:
        if address not in found:
            found[address] = None
            found[address] = step(page, address)
        if (known := found[address]) is None:
            raise LookupError(f"{step.__name__} did not come to its end")
        return known

    return first


@once
def glass_broken(page: Page, address: str) -> str:
    """An officer breaks the glass and meets a canary: somebody to review, and an alert."""
    with beside(page) as officer:
        sign_in(officer, address, "officer")
        person = _somebody(officer, address)
    with beside(page) as standards:
        sign_in(standards, address, "standards")
        read_trail(standards, address, "/misuse/listed")
        standards.get_by_label("Canary: a made-up person").check()
        standards.get_by_label("Person number").fill(person.rsplit("/", 1)[1])
        standards.get_by_label("Note").fill("For the pictures")
        standards.get_by_role("button", name="Add the person").click()
    with beside(page) as officer:
        sign_in(officer, address, "officer")
        officer.goto(f"{address}/break-glass")
        reason = f"Threats with a knife at a flat in Aston, call of {time.strftime('%H:%M:%S')}"
        officer.get_by_label("What is happening").fill(reason)
        officer.get_by_label("I declare that there is a threat to life").check()
        officer.get_by_role("button", name="Open restricted people").click()
        officer.goto(person)
        officer.get_by_role("button", name="End now").click()
    time.sleep(COLLECTED)
    return person


@once
def watched_person_stopped(page: Page, address: str) -> str:
    """Somebody whom the officer watches is stopped: the path of the alert.

    It leaves the list of new alerts once it is opened, so every picture needs to know it.
    """
    with beside(page) as officer:
        sign_in(officer, address, "officer")
        _somebody(officer, address)
        if (watch := officer.get_by_role("button", name="Watch for new evidence")).count():
            watch.click()
        deliveries.stop_again(WANTED)
        return _wait_for(officer, f"{address}/watches", ALERT)


@once
def custody_broken(page: Page, address: str) -> str:
    """A delivery is held, since too many of its rows have no number: its path."""
    deliveries.break_custody()
    with beside(page) as engineer:
        sign_in(engineer, address, "engineer")
        return _wait_for(engineer, f"{address}/feeds", HELD)


@once
def custody_mended(page: Page, address: str) -> str:
    """It is kept out, and the next one is whole: officers read of no trouble any more."""
    with beside(page) as engineer:
        sign_in(engineer, address, "engineer")
        engineer.goto(f"{address}{custody_broken(page, address)}")
        engineer.get_by_label("Keep it out").check()
        engineer.locator("[name=reason]").fill("Custody has been asked for the file again")
        engineer.get_by_role("button", name="Decide").click()
    deliveries.mend_custody()
    return ""


@once
def sample_drawn(_page: Page, _address: str) -> str:
    """Pairs of records to label."""
    command = [sys.executable, "manage.py", "draw_sample", "--pairs", "40"]
    subprocess.run(command, cwd=ROOT, check=True)
    return ""


@once
def match_decided(page: Page, address: str) -> str:
    """An analyst keeps two people apart, unless a decision stands on the page already."""
    with beside(page) as analyst:
        sign_in(analyst, address, "analyst")
        say_why(analyst, address)
        for _ in range(MOST_KNOWN):
            analyst.goto(f"{address}/matches")
            if (made := analyst.locator(DECISION)).count():
                return made.first.get_attribute("href") or ""
            analyst.locator("tbody tr", has_text="Two").locator("a").first.click()
            analyst.locator("[name=words]").fill("The dates of birth are years apart")
            analyst.locator("button[value=different]").click()
    raise LookupError("no match could be decided")


def _somebody(page: Page, address: str) -> str:
    """The address of the first person of the wanted name, whose page is open then."""
    page.goto(address)
    ask(page, WANTED)
    page.locator(".wmp-result a").first.click()
    confirm(page)
    return page.url


def _wait_for(page: Page, address: str, link: str) -> str:
    """The path to which the first such link of the page leads, once there is one. Raises
    TimeoutError.
    """
    for _ in range(MOST_LOOKS):
        page.goto(address)
        if (found := page.locator(link)).count():
            return found.first.get_attribute("href") or ""
        time.sleep(PAUSE)
    raise TimeoutError(f"{link} did not appear on {address}")
