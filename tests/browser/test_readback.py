"""The read-back card on a phone: whole, first, in words, with and without JavaScript."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from people.models import Person
from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer
from tests.people_data import person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 700}


def hardest() -> Person:
    """A child with a long name, four warnings, a missing report and conflicting dates of birth."""
    markers = [("VI", "Violent"), ("WE", "Weapons"), ("SU", "Suicidal"), ("ES", "Escaper")]
    return person(
        record(
            "missing_persons",
            given_names="Mohammed Abdul Rahman",
            surname="Chaudhry-Kowalczykowska",
            sex="M",
            role="vulnerable_child",
            event_kind="missing",
            event_on=date(2026, 7, 8),
            event_ref="MP/1",
            born_on=date(2012, 3, 4),
            markers=[{"code": code, "label": label} for code, label in markers],
            addresses=[{"street": "Slade Road", "town": "Wolverhampton", "postcode": "WV1 1AA"}],
        ),
        record("incidents", surname="Chaudhry", role="victim", born_on=date(2012, 4, 3)),
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_card_fits_the_phone_and_warnings_are_read_first(
    browser: Browser, live_server: Any, theme: Any, scripts: bool
) -> None:
    someone = hardest()
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        color_scheme=theme,
        java_script_enabled=scripts,
    )
    page = context.new_page()
    open_person(page, live_server.url, someone.pk)
    card, warnings = page.locator(".wmp-readback"), page.get_by_role("region", name="Warnings")
    box = card.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"], f"{box} is below the fold"
    for word in ("Violent", "Weapons", "Suicidal", "Escaper"):
        expect(warnings.get_by_text(word)).to_be_visible()
    for words in ("Under 18: a child", "Reported 8 Jul 2026", "check PNC", "Check identity"):
        expect(card.get_by_text(words)).to_be_visible()
    main = page.locator("main").aria_snapshot()
    assert main.splitlines()[1].strip() == '- region "Warnings":', main[:200]
    assert main.index("Violent") < main.index("level=1")
    expect(page.get_by_text("Slade Road").first).to_be_visible()  # what the section holds
    expect(page.get_by_text("3 April 2012", exact=True)).to_be_hidden()
    page.locator("summary", has_text="Identity").click()
    expect(page.get_by_text("3 April 2012", exact=True)).to_be_visible()
    if scripts:
        is_well_made(page)
    context.close()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_open_all_sections_is_well_made(page: Page, live_server: Any, width: int) -> None:
    someone = hardest()
    page.set_viewport_size({"width": width, "height": 844})
    open_person(page, live_server.url, someone.pk)
    page.get_by_role("link", name="Open all sections").click()
    expect(page.get_by_text("3 April 2012", exact=True)).to_be_visible()
    is_well_made(page)


def open_person(page: Page, address: str, pk: int) -> None:
    """Sign in, say why, be on the page of that person."""
    sign_in(page, address, officer("officer"))
    page.goto(f"{address}/people/{pk}")
    for _ in range(2):  # asked again where somebody was only ever harmed
        if "/purpose" in page.url:
            page.get_by_label("Why are you looking?").select_option(label="Missing person")
            page.get_by_label("Reference or reason").fill("LOG 1453")
            page.locator("main form button[type=submit], main form button").first.click()
