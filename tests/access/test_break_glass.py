"""Break-glass: everything restricted for a quarter of an hour, never silently."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from people.models import Person, Restriction
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Officer, Opening

pytestmark = pytest.mark.django_db

REASON = "Armed man is on his way to her address"


def hidden() -> tuple[Person, Officer]:
    owner = officer("supervisor")
    who = person(record(given_names="Jane", surname="Ashgrove"))
    Restriction.objects.create(
        person=who, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=owner, review_on=date(2099, 1, 1),
    )  # fmt: skip
    return who, owner


def break_glass(client: Client, reason: str = REASON, declared: str = "on") -> int:
    return client.post("/break-glass", {"reason": reason, "declared": declared}).status_code


def test_it_opens_for_a_quarter_of_an_hour_and_every_look_names_the_owner() -> None:
    who, owner = hidden()
    constable = officer("officer")
    client = with_purpose(signed_in(constable))
    assert client.get(f"/people/{who.pk}").status_code == 404
    assert break_glass(client) == 302
    page = client.get(f"/people/{who.pk}")
    assert page.status_code == 200
    assert "Break-glass until" in page.content.decode()
    look = Event.objects.filter(action=Action.PERSON_VIEWED).latest("at")
    assert look.detail["break_glass"] is True
    assert look.detail["owner"][0]["officer"] == owner.pk
    assert look.purpose_code == "BREAK-GLASS"
    opened = Event.objects.get(action=Action.BREAK_GLASS_OPENED)
    assert opened.detail["reason"] == REASON
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=5)):
        late = with_purpose(signed_in(constable))
        assert late.get(f"/people/{who.pk}").status_code == 404


def test_it_can_be_ended_at_once() -> None:
    who, _ = hidden()
    client = with_purpose(signed_in(officer("officer")))
    break_glass(client)
    client.post("/break-glass/end")
    assert with_purpose(client).get(f"/people/{who.pk}").status_code == 404
    assert Event.objects.filter(action=Action.BREAK_GLASS_ENDED).exists()


def test_a_second_use_needs_a_new_reason() -> None:
    client = with_purpose(signed_in(officer("officer")))
    break_glass(client)
    client.post("/break-glass/end")
    assert break_glass(client, REASON.upper()) == 200
    assert Opening.objects.count() == 1
    assert break_glass(client, "She has called again and is hiding") == 302


@pytest.mark.parametrize(("reason", "declared"), [("", "on"), ("too short", "on"), (REASON, "")])
def test_without_reason_and_declaration_nothing_opens(reason: str, declared: str) -> None:
    assert break_glass(signed_in(officer("officer")), reason, declared) == 200
    assert not Opening.objects.exists()


def test_it_opens_for_this_officer_only() -> None:
    who, _ = hidden()
    break_glass(signed_in(officer("officer")))
    assert with_purpose(signed_in(officer("officer"))).get(f"/people/{who.pk}").status_code == 404


def test_who_proved_themselves_long_ago_is_asked_again() -> None:
    client = signed_in(officer("officer"))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        answer = client.get("/break-glass")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/confirm-who-you-are?next=")
