"""The pages of access, audit and quality: usable by everybody, at a phone's and a desk's width."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from ingest.models import Batch, ResolutionRun
from tests.browser.test_supervisor import say_why, sign_in
from tests.officers import officer
from wmp_search.access.models import AccessReview, Officer, ReviewLine, Role, RoleRequest

pytestmark = pytest.mark.browser
MOST_SCREENS = 3

PAGES = [
    ("officer", "/purpose"),
    ("administrator", "/officers"),
    ("administrator", "/officers/{other}"),
    ("administrator", "/officers/{other}/status"),
    ("administrator", "/officers/{other}/roles/{held}/withdraw"),
    ("administrator", "/officers/{other}/unit"),
    ("administrator", "/officers/{other}/preview"),
    ("administrator", "/officers/file"),
    ("administrator", "/roles"),
    ("administrator", "/roles/new"),
    ("administrator", "/roles/{role}"),
    ("administrator", "/roles/{role}/change"),
    ("administrator", "/roles/{role}/retire"),
    ("administrator", "/roles/matrix?role={role}"),
    ("administrator", "/roles/compare?one={role}&other={asked_role}"),
    ("administrator", "/role-requests"),
    ("administrator", "/role-requests/{asked}"),
    ("administrator", "/units"),
    ("administrator", "/units/{unit}"),
    ("administrator", "/access-reviews"),
    ("administrator", "/access-reviews/{review}"),
    ("supervisor", "/access-reviews/{review}/units/{unit}"),
    ("auditor", "/audit/purpose"),
    ("auditor", "/audit"),
    ("auditor", "/audit/find"),
    ("supervisor", "/reviews"),
    ("supervisor", "/for-you"),
    ("professional-standards", "/misuse"),
    ("professional-standards", "/misuse/limited"),
    ("professional-standards", "/misuse/rules"),
    ("professional-standards", "/misuse/listed"),
    ("professional-standards", "/misuse/cases"),
    ("records-manager", "/retention"),
    ("records-manager", "/retention/queue"),
    ("records-manager", "/retention/warnings"),
    ("data-scientist", "/extracts"),
    ("data-scientist", "/extracts/new"),
    ("disclosure", "/requests"),
    ("disclosure", "/corrections"),
    ("disclosure", "/breaches"),
    ("ethics", "/quality"),
    ("ethics", "/panel"),
    ("ethics", "/panel/search-use"),
    ("ethics", "/quality/matching"),
    ("data-engineer", "/feeds"),
    ("data-engineer", "/feeds/{held_delivery}"),
    ("data-engineer", "/feeds/new"),
    ("officer", "/feedback"),
    ("officer", "/survey"),
    ("officer", "/you-said-we-did"),
    ("officer", "/display"),
    ("officer", "/accessibility"),
    ("officer", "/design"),
    ("product", "/feedback/all"),
    ("officer", "/officers"),  # refused
    ("officer", "/nothing-is-here"),
]


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_pages_have_no_accessibility_fault_and_fit_the_screen(
    live_server: Any, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    faults = _faults(page, f"{live_server.url}/sign-in", width)
    other = officer("officer", "analyst")
    held = other.assignments.first()
    assert held
    numbers = _numbers(other) | {"other": other.pk, "held": held.pk, "role": held.role_id}
    readers = {role: officer(role) for role in sorted({role for role, _ in PAGES})}
    for role, reader in readers.items():
        sign_in(page, live_server.url, reader)
        if role in ("auditor", "supervisor", "professional-standards"):
            page.goto(f"{live_server.url}/audit/purpose")
            say_why(page)
        for address in [address for wanted, address in PAGES if wanted == role]:
            filled = address.format(**numbers)
            faults += _faults(page, live_server.url + filled, width)
        page.get_by_role("button", name="Sign out").click()
    assert faults == []


def test_the_page_of_matching_is_a_few_screens_long_on_a_phone(
    live_server: Any, page: Page
) -> None:
    many = {str(weight): 50 for weight in range(40)}
    for _ in range(12):
        ResolutionRun.objects.create(
            state="done", model_version="0001", records=1000, people=900, mentions=25,
            cluster_sizes=many, finished_at=timezone.now(),
            report={"weights": many, "input": {"whole": True}, "blocking": []},
        )  # fmt: skip
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live_server.url, officer("ethics"))
    page.goto(f"{live_server.url}/quality/matching")
    height = "document.documentElement.scrollHeight"
    assert page.evaluate(height) <= MOST_SCREENS * 844
    page.get_by_role("link", name="Open all sections").click()
    assert page.evaluate(height) > MOST_SCREENS * 844, "there is something to fold"
    assert _faults(page, page.url, 390) == []


def _numbers(other: Officer) -> dict[str, int]:
    """A request that waits and a review that is open, both about `other`."""
    admin, today = officer("administrator"), timezone.now()
    role = Role.objects.get(slug="auditor")
    asked = RoleRequest.objects.create(
        officer=other,
        role=role,
        starts_on=today.date(),
        reason="Needed for the yearly audit",
        requested_by=admin,
        expires_at=today + timedelta(days=7),
    )
    review = AccessReview.objects.create(
        title="Yearly access review 2026", due_on=today.date(), started_by=admin
    )
    for held in other.assignments.all():
        ReviewLine.objects.create(
            review=review, assignment=held, officer=other, role=held.role, unit=other.unit
        )
    unit = other.unit_id or 0
    delivery = Batch.objects.create(
        system="custody",
        stream="detainees",
        file_name="detainees.csv",
        state=Batch.State.HELD,
        error="detainees.csv: 50 of 100 rows cannot be taken",
    )
    return {
        "asked": asked.pk,
        "asked_role": role.pk,
        "review": review.pk,
        "unit": unit,
        "held_delivery": delivery.pk,
    }


def _faults(page: Page, address: str, width: int) -> list[str]:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "CSP" in said.text else None)
    page.goto(address)
    found = [f"{address}: {v['id']}" for v in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{address}: wider than {width}")
    return found + refused
