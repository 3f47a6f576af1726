"""A disclosure officer lists the material of a case and makes both schedules, at both widths."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audit.models import Event
from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer
from tests.rights.test_material import case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_case_is_listed_and_each_list_is_made_apart(
    live_server: Any, page: Page, width: int, tmp_path: Path
) -> None:
    one, _, _ = case()
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, officer("disclosure"))
    page.goto(f"{live_server.url}/crimes/{one.pk}")
    page.get_by_label("Why are you looking?").select_option(label="Crime investigation")
    page.get_by_label("Reference or reason").fill("20CR/000005/26")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="All material of this case").click()
    expect(page.get_by_role("heading", name="Material of this case")).to_be_visible()
    is_well_made(page)
    folder = tmp_path / "shown"
    folder.mkdir()
    page.screenshot(path=str(folder / f"material-{width}.png"), full_page=True)

    page.get_by_role("button", name="Make the schedule").click()
    expect(page.get_by_text("Choose a list, and enter who it is for")).to_be_visible()
    for label, name in (("Unused material", "unused"), ("Sensitive material", "sensitive")):
        page.get_by_role("radio", name=label).check()
        page.get_by_label("Who is the copy for?").fill("Jo Bloggs")
        page.get_by_label("Which organisation are they from?").fill("Crown Prosecution Service")
        page.get_by_label("Why do they need a copy?").fill("Schedules for the prosecutor")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Make the schedule").click()
        file = tmp_path / taken.value.suggested_filename
        taken.value.save_as(file)
        assert file.name == f"schedule-{name}.zip"
        data = json.loads(zipfile.ZipFile(file).read("schedule.json"))
        assert data["about"]["list"].startswith(label)
        assert data["items"]
    made = Event.objects.filter(action="material.exported").order_by("at")
    assert [row.detail["list"] for row in made] == ["unused", "sensitive"]
