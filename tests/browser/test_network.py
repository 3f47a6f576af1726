"""The chart of a network by keyboard, on a phone and at a desk, under the product's policy."""

import json
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Page

from gangs.network import build
from people.models import Person
from tests.browser.test_matches import purpose
from tests.browser.test_supervisor import sign_in
from tests.browser.well_made import is_well_made
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer
from tests.people_data import person, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("width", [390, 1280])
VIOLATIONS = """window.violations = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));"""
# elements as in the measured charts: one node to one and a half links
FCOSE = """(wanted) => {
    const nodes = Math.round(wanted / 2.5), elements = [];
    for (let n = 0; n < nodes; n += 1) elements.push({ data: { id: `n${n}` } });
    for (let n = 1; elements.length < wanted; n += 1)
        elements.push({ data: { id: `e${n}`, source: `n${n % nodes}`,
            target: `n${n < nodes ? (n * 7919) % n : (n * 104729) % nodes}` } });
    const box = document.querySelector("#network-canvas").cloneNode();
    document.body.append(box);
    const chart = cytoscape({ container: box, elements, layout: { name: "preset" } });
    const began = performance.now();
    chart.layout({ name: "fcose", animate: false, quality: "default" }).run();
    const took = performance.now() - began;
    const placed = new Set(chart.nodes().map((n) => JSON.stringify(n.position()))).size;
    chart.destroy();
    box.remove();
    return { elements: elements.length, placed, nodes, took: Math.round(took) };
}"""


def somebody() -> tuple[Person, Person]:
    """Wick, linked by a crime, a gang and phones with others."""
    one = record("custody", surname="Wick", phones=["07700900123", "07700900124"])
    wick = person(one)
    where, crew = crime(), gang()
    involve(one, where, "suspect")
    affiliate(one, crew)
    for number in range(6):
        phones = ["07700900123"] if number < 3 else ["07700900124"]
        other = record("custody", surname=f"Poole{number}", phones=phones, role="victim")
        last = person(other)
        involve(other, where, "victim")
    far = record("pnc", surname="Reed", phones=["07700900999"])
    person(far)
    other.phones = [*other.phones, "07700900999"]
    other.save()
    from people.models import Identifier

    Identifier.objects.create(
        person=last, kind="phone", value="07700900999", records=[other.pk], tier=0, rank=1
    )
    build.rebuild()
    return wick, last


def opened(page: Page, base: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(VIOLATIONS)
    sign_in(page, base, officer("analyst"))
    purpose(page, base)


def violations(page: Page) -> Any:
    return page.evaluate("window.violations")


@SIZES
def test_every_tab_fits_and_has_no_fault(live_server: Any, page: Page, width: int) -> None:
    wick, last = somebody()
    opened(page, live_server.url, width)
    for tab in ("tree", "table", "chart", "positions"):
        page.goto(f"{live_server.url}/people/{wick.pk}/network?tab={tab}")
        is_well_made(page)
        assert violations(page) == [], tab
    for path in (
        f"/people/{wick.pk}/network/path",
        f"/people/{wick.pk}/network/path?to={last.pk}",
        f"/people/{wick.pk}/network/with/{last.pk}",
        "/gangs/relations",
    ):
        page.goto(f"{live_server.url}{path}")
        is_well_made(page)
    page.goto(f"{live_server.url}/network/not-a-link")
    is_well_made(page)


@SIZES
def test_the_day_is_moved_month_by_month_with_the_keyboard(
    live_server: Any, page: Page, width: int
) -> None:
    wick, _ = somebody()
    opened(page, live_server.url, width)
    page.goto(f"{live_server.url}/people/{wick.pk}/network?tab=table")
    page.locator("summary", has_text="Choose kinds").press("Enter")
    months = page.get_by_label("Month by month")
    assert months.get_attribute("aria-valuetext") == "Today"
    months.press("ArrowLeft")
    months.press("ArrowLeft")
    day = page.locator("#id_known").input_value()
    assert day.endswith("-01")
    assert months.get_attribute("aria-valuetext") != "Today"
    months.press("End")
    assert page.locator("#id_known").input_value() == ""
    months.press("Home")
    page.get_by_role("button", name="Show these links").press("Enter")
    page.wait_for_url("**known=**")
    assert "As recorded by" in page.locator("main").inner_text()
    told = months.get_attribute("aria-valuetext") or ""
    assert told.endswith(str(timezone.localdate().year - 10))
    is_well_made(page)
    assert violations(page) == []


@SIZES
def test_the_chart_is_used_by_keyboard_alone(live_server: Any, page: Page, width: int) -> None:
    wick, _ = somebody()
    opened(page, live_server.url, width)
    page.goto(f"{live_server.url}/people/{wick.pk}/network?tab=chart")
    canvas = page.locator("#network-canvas")
    canvas.wait_for()
    assert str(page.locator("#network").get_attribute("data-drawn")).startswith("concentric")
    for _ in range(60):  # by the Tab key alone
        if page.evaluate("document.activeElement.id") == "network-canvas":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "network-canvas"
    said = page.locator("#network-said")
    assert "Wick" in said.inner_text()
    page.keyboard.press("ArrowRight")
    first = said.inner_text()
    assert "Wick" not in first
    page.keyboard.press("ArrowLeft")
    assert "Wick" in said.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#links tr') !== null")
    assert violations(page) == []


@SIZES
def test_a_step_is_opened_from_the_chart_by_a_key(
    live_server: Any, page: Page, width: int
) -> None:
    wick, last = somebody()
    opened(page, live_server.url, width)
    page.goto(f"{live_server.url}/people/{wick.pk}/network?tab=tree")
    assert not page.get_by_text("Reed").count()
    page.get_by_role("link", name="Open Poole5", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**open=p{last.pk}*")
    page.get_by_text("Reed").first.wait_for()
    page.get_by_role("link", name="Close Poole5").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Network of Wick").wait_for()
    assert not page.get_by_text("Reed").count()


def test_five_hundred_elements_are_laid_out(live_server: Any, page: Page) -> None:
    wick, _ = somebody()
    opened(page, live_server.url, 1280)
    page.goto(f"{live_server.url}/people/{wick.pk}/network?tab=chart")
    page.locator("#network-canvas").wait_for()
    page.get_by_role("button", name="By who shares most").click()
    page.wait_for_function("document.querySelector('#network').dataset.drawn.startsWith('fcose')")
    runs = [page.evaluate(FCOSE, 500) for _ in range(3)]
    kept = django_settings.VAR_DIR / "network-chart.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(runs))  # the aim of 700 ms is reported in docs/benchmarks.md
    for run in runs:
        assert run["elements"] == 500
        assert run["placed"] > 0.95 * run["nodes"]
        assert run["took"] < 7_000  # ten times the aim: another layout, not a busy machine
    assert violations(page) == []


def test_without_scripts_everything_is_there(live_server: Any, browser: Any) -> None:
    wick, _ = somebody()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url, officer("analyst"))
    purpose(page, live_server.url)
    page.goto(f"{live_server.url}/people/{wick.pk}/network?tab=chart")
    assert page.locator("#network").is_hidden()
    assert page.locator("#links tbody tr").count() >= 9
    page.get_by_text("Choose kinds, a source or a day").click()
    page.get_by_label("Recorded with a phone").check()
    page.get_by_role("button", name="Show these links").click()
    assert page.locator("#links tbody tr").count() == 8
    context.close()
