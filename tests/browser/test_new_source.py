"""Two data engineers bring a new source in, on a phone and on a desk, with scripts and without."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import registry
from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.officers import officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAMPLE = (
    "Ref No;Family Nm;Given Nm;Geboren;M/F;Very long name of a column about nothing at all\n"
    "A1;Okonkwo;Adaeze;17/05/1990;F;seen at the fair\n"
    "A2;Whitlock;Jonah;01/02/1985;M;a remark that is far longer than the page has room for it\n"
    "A3;Sandoval;Inés;99/99/1971;F;bad date\n"
)
KINDS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}},
    "desk without scripts": {
        "viewport": {"width": 1280, "height": 900},
        "java_script_enabled": False,
    },
}
PICTURES = os.environ.get("PICTURES")  # a folder: what is seen is kept there


@pytest.fixture(params=KINDS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**KINDS[request.param])
    yield context.new_page()
    context.close()


def test_a_source_comes_in_by_two_people(view: Page, live_server: Any, tmp_path: Path) -> None:
    registry.forget()
    scripts = view.viewport_size["width"] == 390  # type: ignore[index]
    base, sample = live_server.url, tmp_path / "nominals_20260501.csv"
    sample.write_text(SAMPLE)

    def look(name: str) -> None:
        if scripts:
            is_well_made(view)
        if PICTURES:
            width = view.viewport_size["width"]  # type: ignore[index]
            view.screenshot(path=f"{PICTURES}/{name}_{width}.png", full_page=True)

    sign_in(view, base, officer("data-engineer", username="author"))
    view.goto(f"{base}/feeds")
    view.get_by_role("button", name="Add a source").click()
    look("source_new")
    view.get_by_label("Sample file").set_input_files(sample)
    view.get_by_label("Short name of the system").fill("prisons")
    view.get_by_label("Name that officers read").fill("Prisons")
    view.get_by_role("button", name="Read the sample").click()
    look("source_guessed")
    view.get_by_role("button", name="Change the mapping").click()
    view.get_by_label("Field of Family Nm").select_option("surname")
    view.get_by_label("Field of Given Nm").select_option("given_names")
    view.get_by_label("Field of Geboren").select_option("born_on")
    view.get_by_label("Field of M/F").select_option("sex")
    view.get_by_label("How often is it loaded?").select_option("4")
    look("source_columns")
    view.get_by_role("button", name="Save and try it").click()
    expect(view.get_by_text("Saved, and tried on the sample")).to_be_visible()
    expect(view.get_by_text("Okonkwo").first).to_be_visible()
    look("source_tried")
    view.get_by_role("link", name="Edit the source file itself").click()
    look("source_file")
    view.go_back()
    view.get_by_role("button", name="Send for approval").click()
    expect(view.get_by_text("Somebody else decides")).to_be_visible()
    view.get_by_role("button", name="Sign out").click()

    sign_in(view, base, officer("data-engineer", username="second"))
    view.goto(f"{base}/feeds")
    look("feeds_waiting")
    view.get_by_role("link", name="prisons").click()
    view.get_by_label("Approve: it is loaded by its schedule").check()
    view.get_by_label("Why").fill("As agreed with the prisons")
    look("source_decide")
    view.get_by_role("button", name="Decide").click()
    expect(view.get_by_text("Approved: it is loaded by its schedule").first).to_be_visible()
    look("source_approved")
    assert registry.sources()["prisons"].schedule == "0 */4 * * *"
