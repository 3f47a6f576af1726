"""An officer's journey in a real browser: phone and desk, with and without JavaScript."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from people.models import Person
from tests.browser.screens import SIZES, watched
from tests.browser.well_made import is_well_made
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import PASSWORD, officer
from tests.people_data import index, person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def story() -> Person:
    """A person of four systems with warnings, a crime and a gang; a child who is a victim."""
    suspect = record("crime_recording", given_names="Robert", surname="Smith", role="suspect")
    member = record("gangs", given_names="Robert", surname="Smith", role="subject")
    someone = person(
        record(
            "custody",
            given_names="Robert James",
            surname="Featherstonehaugh-Smith",
            born_on=date(1989, 6, 8),
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
            addresses=[{"house": "12", "street": "Slade Road", "postcode": "B23 7PJ"}],
            markers=[{"code": "VI", "label": "Violent"}],
        ),
        record("pnc", surname="Smith", born_on=date(1989, 8, 6), pnc_id="1999/0123456X"),
        suspect,
        member,
    )
    child = record(
        "missing_persons",
        given_names="Mohammed Abdul Rahman",
        surname="Chaudhry-Kowalczykowska",
        role="missing",
        born_on=date(2015, 3, 4),
    )
    person(child)
    one, crew = crime(outcome="Charged"), gang()
    involve(suspect, one, "suspect")
    involve(child, one, "victim")
    affiliate(member, crew)
    affiliate(child, crew, "exploited")
    index()
    return someone


@pytest.fixture(params=[*SIZES, "without JavaScript"])
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page whose every console error fails the test; the third has no JavaScript."""
    with watched(browser, request.param) as page:
        yield page


def sign_in(page: Page, address: str) -> None:
    who = officer("officer")
    page.goto(address)
    page.get_by_label("User name").fill(who.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="I accept and continue").click()


def test_from_signing_in_to_the_person_the_crime_and_the_gang(
    view: Page, live_server: Any
) -> None:
    someone = story()
    check = is_well_made if _has_scripts(view) else _nothing
    sign_in(view, live_server.url)
    check(view)
    view.get_by_label("Search everything").fill("bobby smith")
    view.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    view.get_by_label("Reference or reason").fill("20/123456/26")
    view.get_by_role("button", name="Search").click()
    expect(view).to_have_url(re.compile(r"/s/[0-9a-f-]{36}$"))
    expect(view.get_by_role("heading", level=1)).to_have_text("1 person for “bobby smith”")
    check(view)
    view.get_by_role("link", name="Robert James Featherstonehaugh-Smith").click()
    view.go_back()
    view.reload()
    expect(view.get_by_role("heading", level=1)).to_have_text("1 person for “bobby smith”")
    view.get_by_role("link", name="Robert James Featherstonehaugh-Smith").click()
    expect(view).to_have_url(f"{live_server.url}/people/{someone.pk}")
    expect(view.get_by_role("heading", name="Warning", exact=True)).to_be_in_viewport()
    view.locator("summary", has_text="Records and sources").click()
    for system in ("Crime recording", "Custody", "Gangs", "Police National Computer"):
        expect(view.locator("#records").get_by_text(system).first).to_be_visible()
    check(view)
    view.locator("summary", has_text=re.compile("^Crimes")).click()
    view.get_by_role("link", name="20CR/000005/26").click()
    expect(view.get_by_role("heading", level=1)).to_contain_text("Burglary in a dwelling")
    check(view)
    view.get_by_role("link", name="Mohammed Abdul Rahman Chaudhry-Kowalczykowska").click()
    expect(view.get_by_text("Only ever recorded as victim and missing person")).to_be_visible()
    # whom a gang exploits is shown to those who protect them, not to every officer
    expect(view.locator("summary", has_text=re.compile("^Gangs"))).to_have_count(0)
    check(view)
    view.go_back()
    view.get_by_role("link", name="Robert James Featherstonehaugh-Smith").click()
    view.locator("summary", has_text=re.compile("^Gangs")).click()
    view.get_by_role("link", name="Canal Street Crew").click()
    members = view.get_by_role("region", name="Members and associates").get_by_role("link")
    expect(members.first).to_have_text("Robert James Featherstonehaugh-Smith")
    expect(view.get_by_text("Chaudhry-Kowalczykowska")).to_have_count(0)
    check(view)
    assert view.title().startswith(f"Gang {view.url.rsplit('/', 1)[1]} ")  # no name in the history


def _has_scripts(page: Page) -> bool:
    """Axe needs JavaScript in the page."""
    page.set_content("<noscript><p>none</p></noscript>")
    return not page.get_by_text("none").is_visible()


def _nothing(_page: Page) -> None:
    pass
