"""Events expire by class after their years; what is on hold stays; the seals still verify."""

import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from audit import holds, partitions, record, retention, seal, verify
from audit.actions import Action
from audit.models import Event, Hold, Screen
from audit.record import SYSTEM, Actor, Entry, event
from tests import databases

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
LATER = datetime(2034, 1, 5, 9, 0, tzinfo=UTC)
WHY = "Investigation 20/123456/26 is still open"


@pytest.fixture
def as_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run as the owner of the tables, as migrations are."""
    database = connections["default"]
    name = str(database.settings_dict["NAME"])
    owner = psycopg.conninfo.conninfo_to_dict(databases.owner_url(name))
    database.close()
    database.close_pool()  # type: ignore[attr-defined]
    monkeypatch.setitem(database.settings_dict, "USER", owner["user"])
    monkeypatch.setitem(database.settings_dict, "PASSWORD", owner["password"])


def look(at: datetime, who: int = 7, screen: bytes = b"", **fields: Any) -> uuid.UUID:
    with time_machine.travel(at, tick=False):
        entry = {"subject_kind": "person", "subject_ids": ["41"], "screen": screen, **fields}
        action = entry.pop("action", Action.PERSON_VIEWED)
        return event(Entry(action, Actor(who, f"officer{who}"), **entry))


def left() -> set[uuid.UUID]:
    found = Event.objects.exclude(action__in=[Action.AUDIT_EXPIRED, Action.AUDIT_HELD])
    return set(found.values_list("id", flat=True))


def test_a_month_expires_whole_and_the_rest_still_verifies(
    as_owner: None, owner_connection: psycopg.Connection, second_place: Path
) -> None:
    look(BEGAN)
    look(BEGAN + timedelta(hours=1))
    april = look(BEGAN + timedelta(days=35))
    seal.run()
    now = datetime(2033, 4, 1, 9, tzinfo=UTC)
    assert [(m.name, m.expiring, m.whole) for m in retention.due(now)] == [("2026-03", 2, True)]
    for month in retention.due(now):
        retention.expire(month, now)
    assert left() == {april}
    assert (second_place / "expiry-000001.json").exists()
    gone = owner_connection.execute("SELECT to_regclass('audit_event_2026_03')").fetchone()
    assert gone == (None,)
    assert Event.objects.get(action=Action.AUDIT_EXPIRED).detail["month"] == "2026-03"
    report = verify.verify()
    assert (report.findings, report.expired) == ([], 2)


def test_held_events_stay_and_an_event_removed_beside_them_is_still_named(
    as_owner: None, owner_connection: psycopg.Connection
) -> None:
    screen = b"<main>Tom Wilson</main>"
    expired, of_officer = look(BEGAN, screen=screen), look(BEGAN + timedelta(minutes=1), who=8)
    of_subject = look(BEGAN + timedelta(minutes=2), subject_ids=["55"])
    of_case = look(BEGAN + timedelta(minutes=3), purpose_reference="20/123456/26")
    of_day = look(BEGAN + timedelta(days=2))
    seal.run()
    day = BEGAN + timedelta(days=2)
    for kind, value, more in (
        (Hold.Kind.OFFICER, "8", {}),
        (Hold.Kind.SUBJECT, "person:55", {}),
        (Hold.Kind.REFERENCE, "20/123456/26", {}),
        (Hold.Kind.PERIOD, "", {"since": day, "until": day + timedelta(hours=1)}),
    ):
        holds.place(SYSTEM, holds.Held(kind, value, WHY, **more))
    month = retention.due(LATER)[0]
    assert (month.expiring, month.held, month.whole) == (1, 4, False)
    retention.expire(month, LATER)
    assert left() == {of_officer, of_subject, of_case, of_day}
    assert expired not in left()
    assert not Screen.objects.filter(body=screen).exists()
    assert verify.verify().findings == []
    owner_connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    owner_connection.execute("DELETE FROM audit_event WHERE id = %s", [of_case])
    (finding,) = verify.verify().findings
    assert (finding.kind, finding.place and finding.place.uuid) == ("missing", of_case)


def test_classes_have_years_of_their_own(as_owner: None, settings: Any) -> None:
    settings.AUDIT_RETENTION_YEARS = {"*": 7, "session": 2}
    stays, goes = look(BEGAN), look(BEGAN, action=Action.SIGNED_IN)
    seal.run()
    now = datetime(2029, 1, 1, tzinfo=UTC)
    for month in retention.due(now):
        retention.expire(month, now)
    assert left() == {stays}
    assert goes not in left()
    assert verify.verify().findings == []


def test_nothing_expires_before_its_time_and_saying_so_removes_nothing(as_owner: None) -> None:
    kept = look(BEGAN)
    assert retention.due() == []
    said = StringIO()
    with time_machine.travel(LATER, tick=False):
        call_command("audit_expire", stdout=said)
    assert "2026-03: 1 events would go (the whole month), 0 on hold" in said.getvalue()
    assert left() == {kept}


def test_the_application_cannot_expire_anything() -> None:
    look(BEGAN)
    with pytest.raises(Exception, match="permission denied"):
        retention.due(LATER)


def test_a_hold_is_recorded_listed_and_released() -> None:
    call_command("audit_hold", "place", "officer", "8", "--reason", WHY, stdout=StringIO())
    (held,) = holds.live()
    said = StringIO()
    call_command("audit_hold", "list", stdout=said)
    assert f"{held.id} officer 8: {WHY}" in said.getvalue()
    with pytest.raises(CommandError, match="at least 15"):
        call_command("audit_hold", "release", str(held.id), "--reason", "done")
    call_command("audit_hold", "release", str(held.id), "--reason", WHY, stdout=StringIO())
    assert holds.live() == []
    actions = list(Event.objects.order_by("at").values_list("action", flat=True))
    assert actions == [Action.AUDIT_HELD, Action.AUDIT_RELEASED]


def test_months_ahead_are_made_by_the_task_closed_and_append_only(
    owner_connection: psycopg.Connection,
) -> None:
    assert partitions.make_months() == []
    owner_connection.execute("DROP TABLE audit_event_2027_02")
    assert partitions.make_months() == ["audit_event_2027_02"]
    with time_machine.travel(datetime(2027, 2, 3, tzinfo=UTC), tick=False):
        event(Entry(Action.PERSON_VIEWED, SYSTEM))
    count = owner_connection.execute("SELECT count(*) FROM audit_event_2027_02").fetchone()
    assert count == (1,)
    for statement in (b"DELETE FROM audit_event_2027_02", b"TRUNCATE audit_event_2027_02"):
        with pytest.raises(psycopg.Error, match="append-only"):
            owner_connection.execute(statement)
    with pytest.raises(record.AuditUnavailable), record.reachable():
        connections["audit"].cursor().execute("SELECT * FROM audit_event_2027_02")
