"""Pages that one comes to seldom, and only when something has happened.

Every tour leaves the demonstration so that it can be taken again.
"""

import re
import time

from playwright.sync_api import Page

from tests.browser.authenticator import authenticator
from tests.screenshots import before
from tests.screenshots.before import WANTED
from tests.screenshots.taking import (
    ask,
    confirm,
    explain,
    give_password,
    picture,
    pictures,
    read_trail,
    say_why,
    sign_in,
)

MOST_SEARCHES = 120  # one in ten is drawn
# what the wanted person lives at, drives and answers to, and whom they are with
FOUND = {
    "crimes": "DY4 9HH",
    "gangs": "quartz corner firm",
    "addresses": "20 jasmine street dy4 9hh",
    "vehicles": "BB65UWS",
    "phones": "07526379732",
}
ROLES_OF_MANY = (
    "officer,role,from,until,unit\n"
    "WM2377,Officer,2026-12-01,,Central neighbourhood team\n"
    "a.newcomer.whom.nobody.has.added.yet,Officer,,,\n"
    "WM2101,Officer of the river police,,,\n"
)


def newcomer(page: Page, address: str) -> None:
    """Signing in, forgetting to, and the notice."""
    page.goto(address)
    picture(page)
    page.get_by_role("button", name="Sign in").click()
    picture(page, "error")
    give_password(page, address, "officer")
    picture(page)


def unmask(page: Page, address: str) -> None:
    """Somebody is sealed, then masked, and let go; before unmasking one says why."""
    say_why(page, address, with_task=False)
    page.goto(address)
    ask(page, "smith birmingham")
    page.locator(".wmp-result a").first.click()
    confirm(page)
    person = page.url
    page.goto(f"{person}/restrict")
    if "/restrictions/" in page.url:  # an earlier run did not come to its end
        _lift(page)
        page.goto(f"{person}/restrict")
    page.get_by_role("button", name="Seal now").click()
    picture(page, "error")
    page.locator("[name=officers]").fill("sergeant disclosure")
    page.locator("[name=reason]").fill("Protects a witness in a running trial")
    page.get_by_role("button", name="Seal now").click()
    restriction = page.url
    picture(page)
    page.locator("[name=level][value=masked]").check()
    page.get_by_role("button", name="Save").click()
    page.goto(person)
    confirm(page)
    picture(page, "masked")
    page.get_by_role("link", name="Unmask").click()
    picture(page)
    page.get_by_role("button", name="Unmask for 15 minutes").click()
    picture(page, "error")
    page.goto(restriction)
    _lift(page)
    picture(page, "lifted")


def _lift(page: Page) -> None:
    page.locator("#lift_reason").fill("The trial has come to its end")
    page.get_by_role("button", name="Lift the restriction").click()


def watch_alert(page: Page, address: str) -> None:
    """What one watches has new evidence."""
    found = before.watched_person_stopped(page, address)
    say_why(page, address)
    pictures(page, address, found)


def challenge(page: Page, address: str) -> None:
    """Searches until one is drawn at random, which the officer explains."""
    drawn = page.locator("main a[href*='/purpose/explain/']")
    for _ in range(MOST_SEARCHES):
        page.goto(address)
        if drawn.count():
            break
        ask(page, WANTED)
    picture(page, "asked")
    drawn.first.click()
    picture(page)
    page.get_by_role("button", name="Send").click()
    picture(page, "error")
    explain(page)


def boxes(page: Page, address: str) -> None:
    """A search to be changed; the boxes of crimes and gangs, left empty and answered."""
    ask(page, WANTED)
    pictures(page, page.url, "/fields")
    for kind in ("crimes", "gangs"):
        page.goto(f"{address}/{kind}")
        picture(page)
        page.get_by_role("button", name="Search", exact=True).click()
        picture(page, "error")
    page.goto(f"{address}/gangs")
    ask(page, page.locator("main tbody a").first.inner_text())
    picture(page)
    for tab, text in FOUND.items():
        page.goto(address)
        ask(page, text)
        page.goto(f"{page.url}/{tab}")
        picture(page, "found")


def trends(page: Page, address: str) -> None:
    """Crimes by month in a place, their numbers, one month; by week; a place that is none."""
    say_why(page, address)
    page.goto(f"{address}/crimes/trends?area=Wolverhampton")
    picture(page)
    page.locator("summary", has_text="The numbers").click()
    picture(page, "numbers")
    page.locator("figure tbody a").first.click()
    picture(page)
    page.goto(f"{address}/crimes/trends?by=week")
    picture(page, "week")
    page.locator("summary", has_text="The numbers").click()
    page.locator("figure tbody a").first.click()
    picture(page)
    page.goto(f"{address}/crimes/trends?area=Atlantis")
    picture(page, "none")
    for what in ("hours", "outcomes", "repeats"):
        page.goto(f"{address}/crimes/trends/{what}?area=Wolverhampton&category=Burglary&months=36")
        picture(page)
    page.goto(f"{address}/my-area")
    if (other := page.locator("summary", has_text="Choose another area")).count():
        other.click()  # chosen when this tour was taken before
        page.get_by_label("Your area").fill("")
        page.get_by_role("button", name="Use this area").click()
    picture(page, "none")
    page.get_by_label("Your area").fill("Wolverhampton")
    page.get_by_role("button", name="Use this area").click()
    picture(page)


def breaks(page: Page, address: str) -> None:
    """A change in recording: one without a word, one that is declared, drawn and withdrawn."""
    say_why(page, address)
    page.goto(f"{address}/crimes/trends/breaks")
    page.get_by_role("button", name="Declare").click()
    picture(page, "error")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("What changed").fill("New counting rules: one crime for each victim")
    page.get_by_role("button", name="Declare").click()
    picture(page)
    page.goto(f"{address}/crimes/trends")
    picture(page, "break")
    page.goto(f"{address}/crimes/trends/breaks")
    page.get_by_role("link", name="Withdraw").first.click()
    picture(page)
    page.get_by_role("button", name="Withdraw it").click()


def decision(page: Page, address: str) -> None:
    """A decision that stands, and one that is to be undone for no reason."""
    made = before.match_decided(page, address)
    say_why(page, address)
    pictures(page, address, made)
    page.get_by_role("button", name="Undo it").click()
    picture(page, "error")


def sampled_pair(page: Page, address: str) -> None:
    """Two records without weight or link."""
    before.sample_drawn(page, address)
    say_why(page, address)
    page.goto(f"{address}/matches")
    page.get_by_role("link", name="Label pairs of the sample").click()
    picture(page)


def held_delivery(page: Page, address: str) -> None:
    """Why it is held, and what to do with it."""
    held = before.custody_broken(page, address)
    page.goto(f"{address}/feeds")
    picture(page, "held")
    pictures(page, address, held)
    page.get_by_role("button", name="Decide").click()
    picture(page, "error")


def kept_out(page: Page, address: str) -> None:
    """The list of feeds after the decision."""
    before.custody_mended(page, address)
    page.goto(f"{address}/feeds")
    picture(page, "decided")


def second_factor(page: Page, address: str) -> None:
    """A newcomer sets up a passkey, signs in with it and removes it. Nobody has signed in yet."""
    here = address.replace("127.0.0.1", "localhost")  # a passkey is for a name
    authenticator(page)
    sign_in(page, here, "constable")
    picture(page, "without_role")
    page.goto(f"{here}/account/passkey")
    page.get_by_role("button", name="Set up the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    picture(page)
    page.goto(f"{here}/account")
    picture(page, "with_passkey")
    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page, here, "constable")
    picture(page)
    page.get_by_role("button", name="Continue").click()
    picture(page, "error")
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("button", name="I accept and continue").click()
    page.goto(f"{here}/account")
    page.get_by_role("link", name=re.compile("^Remove")).click()
    picture(page)
    page.get_by_role("button", name="Remove").click()


def case_event(page: Page, address: str) -> None:
    """An event of the trail on its way into an open case."""
    read_trail(page, address, "/misuse/cases")
    if not page.locator("tbody tr", has_text="Open").count():
        page.get_by_label("Case reference").fill(f"PSD/26/{time.strftime('%H%M%S')}")
        page.get_by_role("button", name="Open the case").click()
    page.goto(f"{address}/audit")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Add to a case").click()
    picture(page)


def role_request(page: Page, address: str) -> None:
    """A sensitive role is asked for, as the one who asks sees it."""
    _fielding(page, address)
    asked = page.locator("main a[href^='/role-requests/']")
    if not asked.count():
        page.get_by_label("Role", exact=True).select_option(label="Analyst")
        page.get_by_role("button", name="Continue").click()
        page.locator("[name=reason]").fill("Joins the desk that decides on matches")
        page.get_by_role("button", name="Ask for the role").click()
    asked.first.click()
    picture(page)


def second_administrator(page: Page, address: str) -> None:
    """The same request, as the one who decides sees it."""
    page.goto(f"{address}/role-requests")
    page.locator("main tbody a").first.click()
    picture(page, "deciding")
    page.get_by_role("button", name="Decide").click()
    picture(page, "deciding_error")


def access_review(page: Page, address: str) -> None:
    """The yearly review, and one unit of it."""
    page.goto(f"{address}/access-reviews")
    if (start := page.get_by_role("button", name="Start the review")).count():
        page.locator("[name=title]").fill("Autumn 2026")
        page.locator("[name=due_on]").fill("2027-03-31")
        start.click()
    else:
        page.locator("main tbody a").first.click()
    picture(page)
    page.locator("main tbody a").first.click()
    picture(page)


def administration(page: Page, address: str) -> None:
    """A file of roles with wrong lines, roles side by side, what is asked before a change."""
    pictures(page, address, "/purposes/add")
    page.goto(f"{address}/officers/file")
    sample = {
        "name": "roles_of_the_autumn_intake_2026.csv",
        "mimeType": "text/csv",
        "buffer": ROLES_OF_MANY.encode(),
    }
    page.locator("[name=file]").set_input_files(sample)  # type: ignore[arg-type]
    page.locator("[name=reason]").fill("New intake of the autumn")
    page.get_by_role("button", name="Check the file").click()
    picture(page)
    page.goto(f"{address}/roles/matrix")
    page.locator("[name=role]").select_option(label="Officer")
    page.get_by_role("button", name="Show the role").click()
    picture(page, "officer")
    page.goto(f"{address}/roles/compare")
    page.locator("[name=one]").select_option(label="Officer")
    page.locator("[name=other]").select_option(label="Analyst")
    page.get_by_role("button", name="Compare").click()
    picture(page)
    page.goto(f"{address}/officers")
    page.get_by_role("link", name=re.compile("Bartlett")).first.click()
    somebody = page.url
    page.get_by_role("link", name=re.compile("^Withdraw")).first.click()
    picture(page)
    pictures(page, somebody, "/sign-out")
    page.goto(f"{address}/people/1")
    picture(page, "refused")


def _fielding(page: Page, address: str) -> None:
    """The newcomer's page."""
    page.goto(f"{address}/officers")
    page.get_by_role("link", name=re.compile("Fielding")).first.click()
