"""Whoever can write anything in the database is found out: the verifier names the very event.

Each test does one thing as the owner of the tables, with the triggers switched off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.core.management import call_command

from audit import seal, verify
from audit.actions import Action
from audit.compare import Finding
from audit.models import Event
from audit.record import SYSTEM, Entry, content_hash, event

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def rows() -> list[Event]:
    """Six sealed events in two seals, a minute apart, the last two with a screen."""
    for i in range(6):
        with time_machine.travel(BEGAN + timedelta(minutes=i), tick=False):
            screen = b"<main>Tom Wilson</main>" if i > 3 else b""
            event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=[str(i)], screen=screen))
        if i == 2:
            seal.run()
    seal.run()
    assert verify.verify().findings == []
    return list(Event.objects.order_by("at"))


@contextmanager
def as_owner(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The owner with every trigger of the trail switched off."""
    tables = ("audit_event", "audit_screen", "audit_seal")
    for table in tables:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    yield connection
    for table in tables:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


def first(**options: Any) -> Finding:
    found = verify.verify(**options).findings
    assert found, "nothing was found"
    return found[0]


def test_an_altered_event_is_named(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute("UPDATE audit_event SET officer = 'another' WHERE id = %s", [rows[1].id])
        found = first()
        assert (found.kind, found.seal) == ("altered", 1)
        assert str(rows[1].id) in str(found)
        # also with the content hash made to fit
        fitting = Event.objects.get(id=rows[1].id)
        names = [f.attname for f in Event._meta.concrete_fields if f.attname != "content_hash"]
        false = content_hash({name: getattr(fitting, name) for name in names})
        owner.execute(
            "UPDATE audit_event SET content_hash = %s WHERE id = %s", [false, fitting.id]
        )
        found = first()
        assert (found.kind, found.place and found.place.uuid) == ("altered", rows[1].id)


def test_a_removed_event_is_named(rows: list[Event], owner_connection: psycopg.Connection) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute("DELETE FROM audit_event WHERE id = %s", [rows[4].id])
    found = first()
    assert (found.kind, found.seal) == ("missing", 2)
    assert str(rows[4].id) in str(found)


def test_an_inserted_event_is_named_before_and_after_the_next_seal(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with time_machine.travel(BEGAN + timedelta(seconds=90), tick=False):
        added = event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["9"]))
    for _ in range(2):
        found = first()
        assert found.kind == "inserted"
        assert str(added) in str(found)
        seal.run()


def test_an_inserted_event_that_hides_from_the_sealer_is_named(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute(
            "INSERT INTO audit_event SELECT gen_random_uuid(), (e.at + interval '1 second'), "
            "action, operation_id, officer_id, officer, unit_id, roles, purpose_code, "
            "purpose_reference, ip, device, session, subject_kind, subject_ids, query, shown, "
            "result_count, detail, content_hash, screen_hash, '5'::xid8 "
            "FROM audit_event e WHERE id = %s",
            [rows[5].id],
        )
    seal.run()
    found = first()
    assert found.kind == "inserted"
    assert found.place is not None
    assert found.place.uuid not in {row.id for row in rows}


def test_a_moved_event_is_named(rows: list[Event], owner_connection: psycopg.Connection) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute(
            "UPDATE audit_event SET at = at + interval '90 seconds' WHERE id = %s", [rows[1].id]
        )
    found = first()
    assert (found.kind, found.seal) == ("reordered", 1)
    assert str(rows[1].id) in str(found)
    assert "09:02:30" in str(found)


def test_two_events_that_changed_places_are_named(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        for row, at in ((rows[3], rows[4].at), (rows[4], rows[3].at)):
            owner.execute("UPDATE audit_event SET at = %s WHERE id = %s", [at, row.id])
    found = verify.verify().findings
    assert [f.kind for f in found] == ["reordered", "reordered"]
    assert found[0].place is not None
    assert found[0].place.uuid == rows[3].id


def test_a_screen_with_another_content_is_named(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute("ALTER TABLE audit_screen DROP CONSTRAINT audit_screen_is_what_it_says")
        owner.execute("UPDATE audit_screen SET body = '<main>Somebody else</main>'")
        found = first()
        assert (found.kind, found.place and found.place.uuid) == ("screen", rows[4].id)
        owner.execute("DELETE FROM audit_screen")
        assert "its screen is gone" in str(first())


def test_a_seal_made_to_fit_is_found_by_its_signature_and_outside(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute(
            "UPDATE audit_seal SET header = replace(header, '\"size\":3', '\"size\":2'), "
            "hash = sha256(convert_to(replace(header, '\"size\":3', '\"size\":2'), 'UTF8')) "
            "WHERE number = 1"
        )
    said = [str(f) for f in verify.verify().findings]
    assert any("not that of a known key (seal 1)" in words for words in said)
    assert any("not the one that the second place holds (seal 1)" in words for words in said)
    assert any("does not follow the seal before it (seal 2)" in words for words in said)


def test_a_tail_cut_off_with_its_events_is_found_outside(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute("DELETE FROM audit_seal WHERE number = 2")
        owner.execute("DELETE FROM audit_event WHERE at > %s", [rows[2].at])
    assert "newer than seal 1" in str(first())


def test_a_checkpoint_that_is_gone_is_named(rows: list[Event], second_place: Path) -> None:
    (second_place / "seal-000000000001.json").unlink()
    assert "checkpoint is missing" in str(first())
    assert verify.verify(outside=False).findings == []


def test_a_period_is_verified_alone(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    with as_owner(owner_connection) as owner:
        owner.execute("DELETE FROM audit_event WHERE id = %s", [rows[0].id])
    assert verify.verify(since=rows[3].at).findings == []
    assert verify.verify(since=rows[3].at).seals == 1
    assert first(until=rows[1].at).kind == "missing"


def test_the_command_names_what_is_wrong_and_ends_with_1(
    rows: list[Event], owner_connection: psycopg.Connection
) -> None:
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert "6 events under 2 seals" in said.getvalue()
    assert "The trail is as it was sealed" in said.getvalue()
    with as_owner(owner_connection) as owner:
        owner.execute("DELETE FROM audit_event WHERE id = %s", [rows[0].id])
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify", stdout=said)
    assert f"MISSING: event {rows[0].id} of 2026-10-06 09:00:00" in said.getvalue()
