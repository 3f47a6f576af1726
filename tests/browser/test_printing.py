"""On paper: an ordinary page comes out empty; a recorded copy holds the person and who gets it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audit.actions import Action
from audit.models import Event
from tests.browser.test_supervisor import robert, sign_in
from tests.officers import officer

pytestmark = pytest.mark.browser


def test_only_a_recorded_copy_goes_to_paper(live_server: Any, page: Page) -> None:
    someone = robert()
    sign_in(page, live_server.url, officer("officer", username="jones"))
    page.get_by_role("searchbox").fill("bobby smith")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20/123456/26")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Robert Featherstone").click()
    page.emulate_media(media="print")
    expect(page.locator("main")).to_be_hidden()
    expect(page.get_by_text("who gets a copy has to be recorded")).to_be_visible()
    page.emulate_media(media="screen")

    page.goto(f"{live_server.url}/people/{someone.pk}/print")
    page.get_by_label("Who is the copy for?").fill("Jo Bloggs")
    page.get_by_label("Which organisation are they from?").fill("Crown Prosecution Service")
    page.get_by_label("Why do they need a copy?").fill("Asked for by the prosecutor")
    page.get_by_role("button", name="Make the copy").click()
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        expect(page.get_by_role("heading", name="Robert Featherstone")).to_be_visible()
        expect(page.get_by_text("Jo Bloggs, Crown Prosecution Service")).to_be_visible()
    expect(page.get_by_text("This copy was recorded")).to_be_hidden()  # not on the paper itself
    assert page.get_by_text("OFFICIAL-SENSITIVE").count() == 2
    assert Event.objects.get(action=Action.PERSON_EXPORTED).detail["recipient"] == "Jo Bloggs"
