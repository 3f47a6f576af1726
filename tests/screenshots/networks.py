"""What records link a person and a gang with, as an analyst looks at it."""

import re

from playwright.sync_api import Page

from tests.screenshots.before import WANTED
from tests.screenshots.taking import ask, confirm, give_purpose, picture, pictures, say_why

A_PLACE = re.compile(r"^No link")


def network(page: Page, address: str) -> None:
    """A person's network as steps, table and chart; a path; a gang's; what is no link."""
    say_why(page, address)
    page.goto(address)
    ask(page, WANTED)
    page.locator(".wmp-result a").first.click()
    confirm(page)
    person = page.url.partition("?")[0]
    page.goto(f"{person}/network")
    confirm(page)
    picture(page)
    page.goto(f"{person}/network?tab=chart")
    picture(page, "chart")
    page.goto(f"{person}/network?tab=positions")
    picture(page, "positions")
    page.goto(f"{person}/network/emerging?days=365")
    picture(page)
    page.goto(f"{person}/network?tab=table")
    others = [link.get_attribute("href") or "" for link in page.locator("#links td a").all()]
    other = next(o for o in others if re.fullmatch(r"/people/\d+", o) and not person.endswith(o))
    page.get_by_role("link", name=A_PLACE).first.click()
    picture(page)
    _no_link(page)
    page.goto(f"{person}/network/path?to={other.rpartition('/')[2]}")
    confirm(page)
    picture(page)
    page.goto(f"{person}/network?tab=table&kind=1&kind=3&kind=5&kind=8")  # who shares an event
    pairs = [link.get_attribute("href") or "" for link in page.locator("#links td a").all()]
    shares = next(
        (p for p in pairs if re.fullmatch(r"/people/\d+", p) and not person.endswith(p)), other
    )
    page.goto(f"{person}/network/with/{shares.rpartition('/')[2]}")
    confirm(page)
    picture(page)
    page.goto(f"{person}?all")
    confirm(page)
    page.locator("#gangs a").first.click()
    confirm(page)
    gang = page.url.partition("?")[0]
    page.goto(f"{gang}/network?tab=table")
    confirm(page)
    picture(page)
    pictures(page, gang, "/network?tab=chart")
    pictures(page, gang, "/network/emerging?days=365")


def intelligence(page: Page, address: str) -> None:
    """The form, sent empty, what words and a grade find, and what is nowhere."""
    page.goto(f"{address}/intelligence")
    picture(page)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "error")
    page.get_by_label("Words").fill("supplying cannabis")
    give_purpose(page, with_task=False)
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page)
    page.goto(f"{address}/intelligence")
    page.get_by_label("Words").fill("xqzzv")
    page.get_by_role("button", name="Search", exact=True).click()
    picture(page, "none")


def briefing(page: Page, address: str) -> None:
    """A gang handed over to another supervisor: the form, sent empty, and the page."""
    page.goto(f"{address}/gangs")
    give_purpose(page, with_task=False)
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.locator("main a[href^='/gangs/']").first.click()
    page.get_by_role("link", name="Hand over").click()
    confirm(page)
    picture(page)
    page.get_by_role("button", name="Make the briefing").click()
    picture(page, "error")
    page.locator("[name=recipient]").fill("gangs")
    page.locator("[name=reason]").fill("Takes the gang over from Monday")
    page.get_by_role("button", name="Make the briefing").click()
    picture(page, "copy")


def _no_link(page: Page) -> None:
    """Something is listed, and taken off again."""
    page.get_by_label("What it is").select_option(label="Hostel or night shelter")
    page.get_by_label("How do you know?").fill("Listed by the council as a night shelter")
    page.get_by_label("Review on").fill("2027-11-01")
    page.get_by_role("button", name="It is no link").click()
    picture(page)
    page.get_by_role("button", name="It is a link").first.click()
