"""Printing a person is a disclosure: recorded with its recipient before the copy is made (A7)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.test import Client

from audit.actions import Action
from audit.models import Event, Screen
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

GIVEN = {
    "recipient": "Jo Bloggs",
    "organisation": "Crown Prosecution Service",
    "reason": "Asked for by the prosecutor for the hearing",
}


def somebody() -> int:
    made = person(
        record(given_names="Robert", surname="Featherstone", born_on=date(1989, 6, 8)),
        record("domestic_abuse", given_names="Robert", surname="Quillfeather", tier=1),
    )
    index()
    return made.pk


def at_work(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role), raise_request_exception=False))


@pytest.mark.django_db
def test_the_copy_is_recorded_with_recipient_reason_and_what_is_on_it() -> None:
    pk, client = somebody(), at_work()
    assert f"/people/{pk}/print" in client.get(f"/people/{pk}").content.decode()
    page = client.post(f"/people/{pk}/print", GIVEN).content.decode()
    assert "Robert Featherstone" in page
    assert "Quillfeather" not in page  # above this officer's tier
    assert "Jo Bloggs, Crown Prosecution Service" in page
    event = Event.objects.get(action=Action.PERSON_EXPORTED)
    assert event.subject_ids == [str(pk)]
    assert event.detail["means"] == "print"
    assert GIVEN.items() <= event.detail.items()
    assert event.shown[0]["records"]
    assert event.screen_hash is not None
    kept = bytes(Screen.objects.get(hash=bytes(event.screen_hash)).body).decode()
    assert "Robert Featherstone" in kept


@pytest.mark.django_db
@pytest.mark.parametrize("missing", GIVEN)
def test_without_recipient_organisation_or_reason_there_is_no_copy(missing: str) -> None:
    pk, client = somebody(), at_work()
    for answer in (
        client.get(f"/people/{pk}/print"),
        client.post(f"/people/{pk}/print", {**GIVEN, missing: ""}),
    ):
        assert "Featherstone" not in answer.content.decode()
    assert not Event.objects.filter(action=Action.PERSON_EXPORTED).exists()


@pytest.mark.django_db
def test_who_signed_in_long_ago_proves_again_who_they_are() -> None:
    pk, client = somebody(), at_work()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=8)):
        answer = client.post(f"/people/{pk}/print", GIVEN)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/confirm-who-you-are")


@pytest.mark.django_db
def test_the_purpose_is_asked_again_before_data_leaves(settings: Any) -> None:
    pk, client = somebody(), at_work()
    settings.PURPOSE_ASKS_AGAIN = True
    answer = client.get(f"/people/{pk}/print")
    assert answer.status_code == 302
    assert "/purpose" in answer["Location"]


@pytest.mark.django_db(transaction=True)
def test_with_the_trail_unwritable_there_is_no_copy(owner_connection: psycopg.Connection) -> None:
    pk, client = somebody(), at_work()
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    answer = client.post(f"/people/{pk}/print", GIVEN)
    assert answer.status_code == 503
    assert "Featherstone" not in answer.content.decode()
