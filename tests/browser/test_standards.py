"""An investigator of professional standards, in a browser: alert, case, bundle, outcome."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.oversight.models import Alert
from tests.browser.test_supervisor import picture, say_why, sign_in
from tests.officers import officer
from tests.oversight.trail import viewed

pytestmark = pytest.mark.browser


def is_sound(page: Page, name: str) -> None:
    """No fault that axe finds, and nothing wider than the screen."""
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    width = page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, name)


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.slow)])
def test_from_an_alert_to_a_case_its_bundle_and_the_outcome(
    live_server: Any, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    constable, now = officer("officer", username="jones"), timezone.now()
    events = [viewed(constable, 41, at=now - timedelta(days=day)) for day in (4, 2, 0)]
    Alert.objects.create(
        rule="victim",
        key="fixture",
        officer_id=constable.pk,
        officer="jones",
        subjects=["41"],
        events=events,
        first_at=now - timedelta(days=4),
        last_at=now,
        raised_at=now,
        score=3,
        facts={"days": 3, "looks": 3},
    )
    sign_in(page, live_server.url, officer("professional-standards", username="ruth"))
    page.get_by_role("link", name="Alerts", exact=True).first.click()
    say_why(page)
    is_sound(page, "alerts")
    page.get_by_role("link", name="Cases").click()
    page.get_by_label("Case reference").fill("PSD/26/0071")
    page.get_by_label("Officer (user name)").fill("jones")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", name="PSD/26/0071")).to_be_visible()
    page.goto(f"{live_server.url}/misuse")
    page.get_by_role("link", name="Repeated looks at one victim").click()
    expect(page.get_by_role("heading", name="Repeated looks at one victim: jones")).to_be_visible()
    is_sound(page, "alert")
    page.get_by_role("button", name="Put into the case").click()
    page.get_by_role("link", name="PSD/26/0071").click()
    expect(page.get_by_text("jones: Viewed a person")).to_have_count(3)
    is_sound(page, "case")
    page.get_by_label("Who receives it").fill("Jane Smith")
    page.get_by_label("Their organisation").fill("Crown Prosecution Service")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the bundle").click()
    files = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()
    assert {"timeline.csv", "timeline.pdf", "events.jsonl", "manifest.json"} <= set(files)
    page.get_by_role("link", name="Repeated looks at one victim").click()
    page.get_by_label("Concern, dealt with otherwise").check()
    page.get_by_label("Note").fill("Spoken to; the victim is a neighbour")
    page.get_by_role("button", name="Close the alert").click()
    expect(page.get_by_text("The alert is closed")).to_be_visible()
    for name in ("Emergency access and limited records", "Listed people", "Rules", "Supervisors"):
        page.get_by_role("link", name=name, exact=True).click()
        is_sound(page, name.split()[0].lower())
        page.goto(f"{live_server.url}/misuse")
