"""Reads the trail past a cursor: every event once, in one transaction with what is made of it.

An event carries the time at which it was made and may commit a little later, so each run looks
back LOOK_BACK before the cursor and leaves out what it has seen; nothing that commits within that
time is lost or read twice. One run at a time: an advisory lock of the transaction.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from audit.models import Event
from audit.oversight import alerts, facts
from audit.oversight.models import Cursor, SeenEvent
from audit.oversight.sql import NOTICES, REVIEWS
from audit.record import reachable

NAME = "collector"
LOCK = 7_215_300  # any number that nobody else takes
LOOK_BACK = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=1)
BATCH = 10_000

TAKE = """
INSERT INTO oversight_seenevent (event_id, at)
SELECT e.id, e.at FROM audit_event e
WHERE e.at > %(after)s AND e.at <= %(until)s
  AND NOT EXISTS (SELECT FROM oversight_seenevent s WHERE s.event_id = e.id)
ORDER BY e.at LIMIT %(batch)s
ON CONFLICT DO NOTHING
RETURNING event_id, at
"""


def run() -> int:
    """Read everything new, batch by batch; returns how many events were new."""
    total = 0
    while True:
        taken = _batch()
        total += taken
        if taken < BATCH:
            return total


def _batch() -> int:
    with reachable(), transaction.atomic(using="audit"):
        with connections["audit"].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
            now = timezone.now()
            place, _ = Cursor.objects.get_or_create(
                name=NAME, defaults={"at": now - FIRST_LOOK_BACK}
            )
            bounds: dict[str, Any] = {"after": place.at - LOOK_BACK, "until": now, "batch": BATCH}
            cursor.execute(TAKE, bounds)
            taken = cursor.fetchall()
        if taken:
            _use(taken)
            place.at = max(place.at, *(at for _, at in taken))
            place.save(update_fields=["at"])
        SeenEvent.objects.filter(at__lt=place.at - 2 * LOOK_BACK).delete()
    return len(taken)


def _use(taken: list[tuple[uuid.UUID, datetime]]) -> None:
    """Make review items, notices, facts and alerts of the new events."""
    ids, times = [event_id for event_id, _ in taken], [at for _, at in taken]
    since, until = min(times), max(times)
    bounds: dict[str, Any] = {"ids": ids, "since": since, "until": until, "now": timezone.now()}
    with connections["audit"].cursor() as cursor:
        cursor.execute(REVIEWS, bounds)
        cursor.execute(NOTICES, bounds)
    events = Event.objects.filter(at__gte=since, at__lte=until, id__in=ids)
    facts.learn(
        events.filter(action__startswith="person.").only(
            *("at", "id", "action", "officer_id", "unit_id", "subject_kind", "subject_ids"),
            *("query", "purpose_reference"),
        )
    )
    alerts.raise_from(since, until, pace=alerts.Pace.AT_ONCE)
