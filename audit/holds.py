"""Legal holds: what they name does not expire (policing.md A13). Each change is an event."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.actions import Action
from audit.models import Hold
from audit.record import Actor, Entry, event, reachable


class HoldError(ValueError):
    """The hold cannot be placed or released; the text says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """What to hold. `value`: an officer's number, `kind:id` of a subject, a reference; empty for
    a period, which needs `since` or `until`.
    """

    kind: Hold.Kind
    value: str
    reason: str
    since: datetime | None = None
    until: datetime | None = None


def place(actor: Actor, what: Held, *, action: Action = Action.AUDIT_HELD) -> uuid.UUID:
    """Record and place a hold; its id. Raises HoldError, AuditUnavailable.

    `action`: another one where the hold itself is to be known to few (policing.md H9).
    """
    if len(what.reason.strip()) < 15:
        raise HoldError("Give a reason of at least 15 characters")
    if what.kind == Hold.Kind.PERIOD and not (what.since or what.until):
        raise HoldError("A period needs a first or a last day")
    if what.kind != Hold.Kind.PERIOD and not what.value.strip():
        raise HoldError("Say what is to be held")
    made = Hold(
        id=uuid.uuid4(),
        kind=what.kind,
        value=what.value.strip(),
        reason=what.reason.strip(),
        since=what.since,
        until=what.until,
        officer=actor.officer,
    )
    detail = {"hold": made.id, "kind": made.kind, "value": made.value, "reason": made.reason}
    event(Entry(action, actor, detail=detail))
    _write(made)
    return made.id


def release(actor: Actor, hold: uuid.UUID, reason: str) -> None:
    """Record and release a hold. Raises HoldError, AuditUnavailable."""
    held = next((found for found in live() if found.id == hold), None)
    if held is None:
        raise HoldError("There is no such hold, or it was released")
    if len(reason.strip()) < 15:
        raise HoldError("Give a reason of at least 15 characters")
    event(Entry(Action.AUDIT_RELEASED, actor, detail={"hold": hold, "reason": reason.strip()}))
    _write(
        Hold(
            id=uuid.uuid4(),
            kind=held.kind,
            value=held.value,
            reason=reason.strip(),
            officer=actor.officer,
            releases=hold,
        )
    )


def live() -> list[Hold]:
    """The holds that are not released, the oldest first. Raises AuditUnavailable."""
    with reachable():
        released = Hold.objects.filter(releases__isnull=False).values("releases")
        return list(Hold.objects.filter(releases__isnull=True).exclude(id__in=released))


def _write(hold: Hold) -> None:
    hold.at = timezone.now()
    with reachable():
        hold.save(force_insert=True, using="audit")
