"""A disclosure officer keeps a breach and decides, at both widths, without a fault on the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer
from tests.rights.test_breaches import reported
from wmp_search.rights.breach_models import Breach

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_breach_is_kept_and_the_commissioner_told(
    live_server: Any, page: Page, width: int
) -> None:
    who, now = reported(), timezone.localtime()
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, officer("disclosure"))
    page.goto(f"{live_server.url}/breaches")
    page.get_by_role("button", name="Keep the breach").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    is_well_made(page)
    page.get_by_label("Your reference").fill("DB/26/7")
    page.get_by_role("radio", name="Wrong, mixed up or changed").check()
    page.locator("[name=what]").fill("Two people were shown as one")
    page.locator("[name=happened_at]").fill(f"{now - timedelta(hours=5):%Y-%m-%dT%H:%M}")
    page.locator("[name=known_at]").fill(f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("[name=concerned]").fill("2")
    page.locator("[name=effect]").fill("A wrong person could be stopped")
    page.locator("[name=measures]").fill("They were parted the same day")
    page.get_by_role("radio", name="A report that one person is two").check()
    page.locator("[name=origin_number]").fill(str(who.pk))
    page.get_by_role("button", name="Keep the breach").click()
    expect(page.get_by_role("heading", name="Breach DB/26/7")).to_be_visible()
    is_well_made(page)
    for name in ("Tell: the information commissioner", "Told now: the information commissioner"):
        page.locator("[name=reason]").fill("A wrong person could have been arrested")
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text("Told in time")).to_be_visible()
    assert Breach.objects.get().people == [who.pk]
