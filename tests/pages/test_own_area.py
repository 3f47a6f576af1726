"""My area: an officer's page at the beginning of a shift, seen from outside."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from crime.models import OwnArea
from people.models import NominalRecord
from tests.crime_data import crime
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index, next_id, person, record

pytestmark = pytest.mark.django_db
LIVES = {"house": "9", "street": "Slade Road", "town": "Birmingham", "postcode": "B23 7PJ"}


def ago(hours: float, **more: Any) -> Any:
    at = timezone.now() - timedelta(hours=hours)
    return crime(f"20CR/{next_id():06}/26", occurred_from=at, **more)


def page(client: Client) -> str:
    answer = client.get("/my-area")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def in_b23(role: str = "officer", code: str = "CRIME-INV") -> Client:
    client = with_purpose(signed_in(officer(role)), code)
    assert client.post("/my-area", {"area": "B23"}).status_code == 302
    return client


def test_what_happened_in_a_day_and_a_week_is_one_tap_away() -> None:
    newest = ago(3, category="Robbery")
    ago(5, category="Burglary")
    ago(100, category="Burglary")
    ago(200, category="Burglary")  # longer ago than a week
    ago(3, category="Robbery", postcode="WV1 1AA")
    ago(3, category="Robbery", tier=1)
    index()
    shown = page(in_b23())
    assert "2 crimes in 24 hours, 3 in 7 days" in shown
    assert f'href="/crimes/{newest.pk}"' in shown
    assert shown.index(f"/crimes/{newest.pk}") == min(
        shown.index(f"/crimes/{pk}") for pk in _listed(shown)
    )
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert (event.query["area"], event.result_count) == ("B23", 3)
    assert len(event.subject_ids) == 3


def _listed(shown: str) -> list[str]:
    return [part.split('"')[0] for part in shown.split('href="/crimes/')[1:] if part[0].isdigit()]


def test_without_a_choice_the_unit_that_is_named_after_an_area_gives_it() -> None:
    ago(800, lsoa_name="Walsall 001A")
    index()
    unit("Walsall")
    there = with_purpose(signed_in(officer("officer", in_unit="Walsall")))
    assert '<span class="govuk-caption-l">My area</span>Walsall' in page(there)
    assert "Choose the area you work in" in page(with_purpose(signed_in(officer("officer"))))


def test_the_choice_is_the_officers_own_and_can_be_taken_back() -> None:
    index()
    client = in_b23()
    assert OwnArea.objects.get().area == "B23"
    assert "Choose the area you work in" in page(with_purpose(signed_in(officer("officer"))))
    client.post("/my-area", {"area": ""})
    assert not OwnArea.objects.exists()
    assert client.post("/my-area", {"area": "%"}).status_code == 400
    assert Event.objects.filter(action="crime.own_area_chosen").count() == 2


def test_an_old_delivery_is_said_to_be_old() -> None:
    ago(24 * 40, category="Burglary")
    index()
    assert "The newest crime known there began on" in page(in_b23())


def reported(surname: str, lives: dict[str, str], on: date, system: str = "") -> NominalRecord:
    """A report that somebody is missing."""
    return record(
        system or "missing_persons",
        surname=surname,
        addresses=[lives],
        event_kind="missing",
        role="missing",
        event_on=on,
        recorded_on=on,
    )


def test_who_is_missing_is_shown_as_the_role_and_the_purpose_allow() -> None:
    today = timezone.localdate()
    long_ago = today - timedelta(days=60)
    elsewhere = {**LIVES, "postcode": "WV1 1AA", "town": "Wolverhampton"}
    someone = person(reported("Okonkwo", LIVES, today), record("custody", surname="Okonkwo"))
    person(reported("Elsewhere", elsewhere, today))
    person(reported("Longago", LIVES, long_ago))
    person(reported("Hidden", LIVES, today, system="domestic_abuse"))
    index()
    shown = page(in_b23())
    assert f'href="/people/{someone.pk}"' in shown
    assert "Whether they were found is not held here" in shown
    assert "Not held here: check PNC" in shown
    for name in ("Elsewhere", "Longago", "Hidden"):
        assert name not in shown
    event = Event.objects.filter(action="person.searched").latest("at")
    assert event.subject_ids == [str(someone.pk)]


def test_nobody_missing_is_said_so_and_what_is_unusual_is_named() -> None:
    index()
    shown = page(in_b23())
    assert "Nobody who may be shown to you" in shown
    assert "No feed brings it" in shown
    assert "No whole month is known yet" in shown
