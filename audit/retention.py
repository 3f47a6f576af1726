"""Removes events whose time is over, except what a hold keeps; seals stay verifiable.

A class of events is the word before the dot of its action; how many years each is kept stands in
`settings.AUDIT_RETENTION_YEARS` ("*" for all others). The owner of the tables alone can do this
(the connection `default` of a command run as the owner). A whole month goes with its part of the
table; otherwise single rows go. Either is first recorded as an event, then stated in a signed
list, so that the verifier tells what expired from what was removed.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from audit import expiries, places, signing
from audit.actions import Action
from audit.leaves import Place
from audit.record import SYSTEM, Entry, event

PART = re.compile(r"audit_event_(\d{4})_(\d{2})")
HELD = """EXISTS (SELECT FROM audit_hold h WHERE h.releases IS NULL
  AND NOT EXISTS (SELECT FROM audit_hold r WHERE r.releases = h.id)
  AND (h.since IS NULL OR e.at >= h.since) AND (h.until IS NULL OR e.at < h.until)
  AND CASE h.kind WHEN 'officer' THEN e.officer_id::text = h.value
    WHEN 'subject' THEN e.subject_kind = split_part(h.value, ':', 1)
      AND e.subject_ids @> ARRAY[split_part(h.value, ':', 2)]::varchar[]
    WHEN 'reference' THEN e.purpose_reference = h.value
    ELSE true END)"""
OVER = (
    "e.at < %(now)s - make_interval(years => "
    "coalesce(%(years)s::jsonb -> split_part(e.action, '.', 1), %(years)s::jsonb -> '*')::int)"
)


@dataclass(frozen=True, slots=True)
class Month:
    """One part of the trail: what of it expires at a moment."""

    part: str
    expiring: int
    held: int
    staying: int

    @property
    def name(self) -> str:
        found = PART.fullmatch(self.part)
        return f"{found[1]}-{found[2]}" if found else ""

    @property
    def whole(self) -> bool:
        return self.staying == 0


def due(now: datetime | None = None) -> list[Month]:
    """The months in which something expires, the oldest first. Reads as the owner."""
    given = _given(now or timezone.now())
    with connections["default"].cursor() as cursor:
        return [month for part in _parts(cursor) if (month := _month(cursor, part, given))]


def expire(month: Month, now: datetime | None = None) -> None:
    """Record it, then remove what expires in the month; a whole month with its part.

    Raises AuditUnavailable, and PlaceError after the removal if the second place is away.
    """
    given = _given(now or timezone.now())
    detail = {"month": month.name, "whole": month.whole, "held": month.held}
    event(Entry(Action.AUDIT_EXPIRED, SYSTEM, result_count=month.expiring, detail=detail))
    with transaction.atomic(using="default"), connections["default"].cursor() as cursor:
        if month.whole:
            number, text, signature = _state(cursor, month, b"")
            cursor.execute(f"ALTER TABLE audit_event DETACH PARTITION {month.part}")
            cursor.execute(f"DROP TABLE {month.part}")
        else:
            cursor.execute(f"SELECT at, id FROM {month.part} e WHERE {_expiring()}", given)
            packed = b"".join(
                expiries.pack(Place.of(at, identifier)) for at, identifier in cursor.fetchall()
            )
            number, text, signature = _state(cursor, month, packed)
            with _without(cursor, month.part, "audit_event_append_only"):
                cursor.execute(f"DELETE FROM {month.part} e WHERE {_expiring()}", given)
        _forget_screens(cursor, given)
    kept = {"statement": text, "signature": signature.hex()}
    places.place().put(f"expiry-{number:06}.json", json.dumps(kept).encode())


def _given(now: datetime) -> dict[str, Any]:
    return {"now": now, "years": json.dumps(settings.AUDIT_RETENTION_YEARS)}


def _expiring() -> str:
    return f"{OVER} AND NOT {HELD}"


def _parts(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'audit_event'::regclass ORDER BY 1"
    )
    return [part for (part,) in cursor.fetchall() if PART.fullmatch(part)]


def _month(cursor: CursorWrapper, part: str, given: dict[str, Any]) -> Month | None:
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE {OVER} AND NOT {HELD}), "
        f"count(*) FILTER (WHERE {OVER} AND {HELD}), "
        f"count(*) FILTER (WHERE NOT ({OVER}) OR {HELD}) FROM {part} e "
        "WHERE e.at < %(now)s - make_interval(years => %(least)s)",
        {**given, "least": min(settings.AUDIT_RETENTION_YEARS.values())},
    )
    expiring, held, staying = cursor.fetchone()
    cursor.execute(
        f"SELECT count(*) FROM {part} WHERE at >= %(now)s - make_interval(years => %(least)s)",
        {**given, "least": min(settings.AUDIT_RETENTION_YEARS.values())},
    )
    staying += cursor.fetchone()[0]
    return Month(part, expiring, held, staying) if expiring else None


def _state(cursor: CursorWrapper, month: Month, packed: bytes) -> tuple[int, str, bytes]:
    """Write the signed statement; its number, text and signature."""
    cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM audit_expiry")
    number: int = cursor.fetchone()[0]
    said = {
        "format": expiries.FORMAT,
        "number": number,
        "month": month.name if month.whole else None,
        "count": month.expiring,
        "places": hashlib.sha256(packed).hexdigest(),
        "at": timezone.now().isoformat(timespec="seconds"),
        "key": signing.key_name(),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    signature = signing.sign(text.encode())
    cursor.execute(
        "INSERT INTO audit_expiry (number, statement, signature, places) VALUES (%s, %s, %s, %s)",
        [number, text, signature, packed],
    )
    return number, text, signature


def _forget_screens(cursor: CursorWrapper, given: dict[str, Any]) -> None:
    """Screens that no event names any more go, too: they hold what was read, not who read it."""
    with _without(cursor, "audit_screen", "audit_screen_append_only"):
        cursor.execute(
            "DELETE FROM audit_screen s WHERE s.first_at < %(now)s - interval '1 day' "
            "AND NOT EXISTS (SELECT FROM audit_event e WHERE e.screen_hash = s.hash)",
            given,
        )


@contextmanager
def _without(cursor: CursorWrapper, table: str, trigger: str) -> Iterator[None]:
    """The one trigger that refuses DELETE is off for the body; a failure undoes all of it."""
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
