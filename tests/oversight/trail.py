"""Events for tests of oversight, written through the one door at a chosen moment."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from audit import record as door
from audit.actions import Action
from audit.oversight import alerts, collect
from audit.oversight.models import Alert
from audit.oversight.rules import Pace
from wmp_search.access.models import Officer

NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Birmingham


def did(
    who: Officer, action: Action = Action.PERSON_VIEWED, *people: object, **fields: Any
) -> uuid.UUID:
    """One event of an officer; `at` and `roles` may be given like the fields of an entry."""
    at = fields.pop("at", NOW)
    entry = {
        "action": action,
        "actor": door.Actor(
            officer_id=who.pk,
            officer=who.get_username(),
            unit_id=who.unit_id,
            roles=fields.pop("roles", ("officer",)),
        ),
        "purpose_code": "CRIME-INV",
        "purpose_reference": "20/123456/26",
        "subject_kind": "person",
        "subject_ids": [str(p) for p in people],
        "result_count": len(people),
        **fields,
    }
    with time_machine.travel(at, tick=False):
        return door.event(door.Entry(**entry))


def viewed(who: Officer, *people: object, **fields: Any) -> uuid.UUID:
    return did(who, Action.PERSON_VIEWED, *people, **fields)


def searched(who: Officer, text: str = "", **fields: Any) -> uuid.UUID:
    fields = {"query": {"text": text, "understood": fields.pop("understood", {})}, **fields}
    return did(who, Action.PERSON_SEARCHED, *fields.pop("people", ()), **fields)


def collect_at(moment: datetime = NOW + timedelta(seconds=30)) -> int:
    with time_machine.travel(moment, tick=False):
        return collect.run()


def judge(rule: str, *, until: datetime = NOW + timedelta(seconds=30)) -> list[Alert]:
    """Collect, run the hourly rules over the last day, return what this rule raised."""
    collect_at(until)
    with time_machine.travel(until, tick=False):
        alerts.raise_from(until - timedelta(days=1), until, pace=Pace.HOURLY)
    return list(Alert.objects.filter(rule=rule).order_by("pk"))
