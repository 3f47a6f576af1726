"""Pages that need something to be about, and that no journey passes: no fault, and they fit."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page

from audit.models import Event
from audit.selectors import Key
from ingest.models import ResolutionRun
from ingest.review.models import Sample, SampledPair
from people import sharing
from people.models import Person
from tests.browser.test_matches import purpose
from tests.browser.test_supervisor import say_why, sign_in
from tests.browser.well_made import is_well_made
from tests.crime_data import crime, gang
from tests.officers import officer
from tests.oversight.trail import viewed
from tests.people.test_masking import victim
from tests.people_data import index, person, record
from wmp_search.access.models import Officer, RoleFile
from wmp_search.access.purpose_models import Challenge
from wmp_search.access.scope import scope_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = {"given_names": "Mohammed Abdul Rahman", "surname": "Chaudhry-Kowalczykowska"}
BY_WIDTH = pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])


def look(page: Page, width: int, base: str, who: Officer, *paths: str) -> None:
    """Each of these pages, by somebody with a purpose if their role has any."""
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, base, who)
    if "person.search" in scope_of(who).held:
        purpose(page, base)
    for path in paths:
        answer = page.goto(f"{base}{path}")
        assert answer
        assert answer.status == 200, path
        is_well_made(page)


def somebody() -> Person:
    made = person(record("custody", **LONG))
    index()
    return made


@BY_WIDTH
def test_sharing_and_what_was_shared(live_server: Any, page: Page, width: int) -> None:
    who, to = somebody(), officer("officer")
    reason = "Was seen in your street, and asks for you by name"
    sharing.send(scope_of(officer("officer")), who.pk, to, reason)
    look(page, width, live_server.url, to, f"/people/{who.pk}/share", "/shared")
    assert page.get_by_text("Chaudhry-Kowalczykowska").is_visible()


@BY_WIDTH
def test_a_search_that_was_asked_about(
    live_server: Any, page: Page, settings: Any, width: int
) -> None:
    settings.PURPOSE_CHALLENGE_PERCENT = 100
    index()
    look(page, width, live_server.url, officer("officer"))
    page.goto(live_server.url)
    page.get_by_label("Search everything").fill("robert wick")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Answer").click()
    is_well_made(page)
    assert Challenge.objects.count() == 1


@BY_WIDTH
def test_unmasking(live_server: Any, page: Page, width: int) -> None:
    with transaction.atomic():  # as the resolution of a run does it
        _, masked, _ = victim(offence_code="019/08", offence="Rape of a female")
    look(page, width, live_server.url, officer("disclosure"), f"/people/{masked.pk}/unmask")


@BY_WIDTH
def test_a_new_purpose_and_a_file_of_roles_with_a_wrong_line(
    live_server: Any, page: Page, width: int
) -> None:
    admin, other = officer("administrator"), officer(username="a.newcomer.with.a.long.name")
    lines = f"officer,role,from,until,unit\n{other.username},officer,,,\nnobody,officer,,,\n"
    file = RoleFile.objects.create(
        id=uuid.uuid4(), name="roles_of_the_autumn_intake_2026.csv", content=lines,
        reason="New intake of the autumn", uploaded_by=admin,
    )  # fmt: skip
    look(page, width, live_server.url, admin, "/purposes/add", f"/officers/file/{file.pk}")


@BY_WIDTH
def test_an_event_on_its_way_into_a_case(live_server: Any, page: Page, width: int) -> None:
    viewed(officer("officer", username="jones"), 41, at=timezone.now())
    key = Key.of(Event.objects.get(action="person.viewed"))
    look(page, width, live_server.url, officer("professional-standards"))
    page.goto(f"{live_server.url}/audit/purpose")
    say_why(page)
    page.goto(f"{live_server.url}/misuse/events/{key.microsecond}/{key.id}")
    is_well_made(page)


@BY_WIDTH
def test_a_pair_of_the_sample(live_server: Any, page: Page, width: int) -> None:
    left, right = record("custody", **LONG), record("pnc", **LONG)
    person(left)
    person(right)
    now = timezone.now()
    run = ResolutionRun.objects.create(state="done", model_version="0002", finished_at=now)
    band = {"low": 8, "high": None, "linked": False, "pairs": 1, "drawn": 1}
    sample = Sample.objects.create(run=run, seed=1, strata=[band], drawn_at=now)
    pair = SampledPair.objects.create(
        sample=sample, stratum=0, left_record=left.pk, right_record=right.pk
    )
    look(page, width, live_server.url, officer("analyst"), f"/matches/sample/{pair.pk}")


@BY_WIDTH
def test_crimes_and_gangs_found_from_their_own_boxes(
    live_server: Any, page: Page, width: int
) -> None:
    crime("20CR/000077/26", location="Slade Road")
    gang("Slade Road Crew")
    index()
    look(page, width, live_server.url, officer("officer"))
    for kind in ("crime", "gang"):
        page.goto(f"{live_server.url}/{kind}s")
        page.get_by_label(f"Search for a {kind}").fill("slade road")
        page.get_by_role("button", name="Search", exact=True).click()
        assert page.locator("main table, main .wmp-result").count() == 1
        is_well_made(page)
