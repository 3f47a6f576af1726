"""Memberships that the gangs unit keeps: proposed, authorised, reviewed, shared, answered for."""

from playwright.sync_api import Page

from tests.screenshots.before import WANTED, once
from tests.screenshots.taking import ask, beside, confirm, picture, pictures, say_why, sign_in

KEPT = "main th a[href^='/memberships/']:not([href*='proposals'])"
REASON = "Arrested twice beside evidenced members, for offences that the gang claimed"


def keeping(page: Page, address: str) -> None:
    """The unit's queue; a proposal from its empty form on; one that waits."""
    made = _authorised(page, address)
    say_why(page, address, with_task=False)
    person = _person(page, address)
    page.goto(f"{person}/membership")
    confirm(page)
    picture(page)
    page.get_by_role("button", name="Propose").click()
    picture(page, "error")
    pictures(page, address, "/memberships", made, f"{made}/renew")
    page.goto(f"{address}{made}")
    page.get_by_role("button", name="Remove the membership").click()
    picture(page, "error")
    page.goto(f"{address}{made}")
    page.locator("dl a[href^='/gangs/']").click()
    picture(page, "kept")
    page.get_by_role("link", name="Record a conflict or an alliance").click()
    picture(page)
    for place, (kind, grade) in enumerate(
        (("In conflict with", "2/B/P"), ("Allied with", "3/D/P"))
    ):
        _relate(page, place + 1, kind, grade)
    pictures(page, address, "/gangs/relations", "/memberships/month")


def deciding(page: Page, address: str) -> None:
    """What waits, one proposal, telling a recipient, the figures."""
    made = _authorised(page, address)
    say_why(page, address, with_task=False)
    pictures(
        page, address, "/memberships/proposals/1", "/gang-figures", "/gang-figures/proportions"
    )
    page.goto(f"{address}/memberships")
    picture(page, "supervisor")
    page.goto(f"{address}{made}/share")
    confirm(page)
    picture(page)


def answering(page: Page, address: str) -> None:
    """Everything that was ever kept about somebody, for their own request."""
    _authorised(page, address)
    say_why(page, address, with_task=False)
    page.goto(f"{_person(page, address)}/gang-history")
    confirm(page)
    picture(page)


def protecting(page: Page, address: str) -> None:
    """People to protect from gangs, and one of them with the first step and a mistake."""
    say_why(page, address, with_task=False)
    page.goto(f"{address}/safeguarding")
    picture(page)
    page.locator("main th a").first.click()
    confirm(page)
    person = page.url
    if not page.get_by_text("Took responsibility.").count():
        page.get_by_label("Took responsibility").check()
        page.locator("[name=words]").fill("Spoke to the school; the family is seen on Friday")
        page.get_by_role("button", name="Keep this").click()
    page.goto(person)
    picture(page)
    page.get_by_role("button", name="Keep this").click()
    picture(page, "error")


def _relate(page: Page, place: int, kind: str, grade: str) -> None:
    """Say how the gang stands to another, where nobody has said so yet."""
    form = page.url
    page.locator("[name=other]").select_option(index=place)
    page.get_by_label(kind).check()
    page.locator("[name=valid_from]").fill("2026-10-05")
    page.locator("[name=basis]").fill("Two incidents in October, by their references")
    page.locator("[name=grade]").fill(grade)
    page.get_by_role("button", name="Record it").click()
    page.goto(form)


@once
def _authorised(page: Page, address: str) -> str:
    """The path of a membership that one has proposed and another authorised."""
    with beside(page) as author:
        sign_in(author, address, "gangs")
        say_why(author, address, with_task=False)
        author.goto(f"{address}/memberships")
        if (known := author.locator(KEPT)).count():  # of an earlier run
            return str(known.first.get_attribute("href"))
        author.goto(f"{_person(author, address)}/membership")
        confirm(author)
        author.locator("[name=gang]").select_option(index=1)
        author.get_by_label("Associate", exact=True).check()
        author.locator("[name=rationale]").fill(REASON)
        _cite(author, "Arrested", "offending_together")
        author.get_by_role("button", name="Propose").click()
        author.get_by_text("Another supervisor decides").wait_for()
        proposal = author.url
    with beside(page) as supervisor:
        sign_in(supervisor, address, "gangs2")
        say_why(supervisor, address, with_task=False)
        supervisor.goto(proposal)
        supervisor.get_by_label("Authorise").check()
        supervisor.get_by_role("button", name="Decide").click()
        return supervisor.url.removeprefix(address)


def _cite(page: Page, role: str, criterion: str) -> None:
    """The two latest records in which they had this role."""
    legend = page.locator("legend", has_text=role)
    rows = page.locator("fieldset.wmp-section", has=legend)
    for row in (rows.nth(0), rows.nth(1)):
        row.locator("select").select_option(criterion)
        if (grade := row.locator("input")).count():
            grade.fill("1/A/P")


def _person(page: Page, address: str) -> str:
    page.goto(address)
    ask(page, WANTED)
    page.locator(".wmp-result a").first.click()
    confirm(page)
    return page.url
