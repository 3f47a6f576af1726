"""Reads of the audit trail, always through a scope. Every caller records that it read (A9)."""

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import COVERT
from audit.models import Event
from audit.record import reachable
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

PAGE_SIZE = 50
DEFAULT_DAYS = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to read: both days inclusive; empty fields do not narrow."""

    since: date
    until: date
    officer: int | None = None
    action: str = ""
    purpose: str = ""
    kind: str = ""
    subject: str = ""

    @classmethod
    def of_late(cls) -> "Filters":
        """Everything of the last DEFAULT_DAYS days."""
        today = timezone.localdate()
        return cls(since=today - timedelta(days=DEFAULT_DAYS), until=today)

    def given(self) -> dict[str, str]:
        """The fields in use, as text: for an address and for the audit of the read itself."""
        return {
            name: str(value) for name, value in asdict(self).items() if value not in (None, "")
        }


@dataclass(frozen=True, slots=True)
class Key:
    """The place of an event in the trail: its time and id, the table's primary key."""

    at: datetime
    id: uuid.UUID

    @classmethod
    def of(cls, event: Event) -> "Key":
        return cls(at=event.at, id=event.id)

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The key behind `str(key)`, None for anything else."""
        moment, _, identifier = text.partition("-")
        try:
            return cls.at_microsecond(int(moment), uuid.UUID(identifier))
        except (ValueError, OverflowError):
            return None

    @classmethod
    def at_microsecond(cls, moment: int, identifier: uuid.UUID) -> "Key":
        """Raises OverflowError for a moment outside the calendar."""
        return cls(at=EPOCH + moment * MICROSECOND, id=identifier)

    @property
    def microsecond(self) -> int:
        return (self.at - EPOCH) // MICROSECOND

    def __str__(self) -> str:
        return f"{self.microsecond}-{self.id}"


def visible(scope: Scope) -> QuerySet[Event]:
    """Auditors see everything; supervisors their own unit's events, but never their own.

    What professional standards do to find misuse is seen by them alone (policing.md H1, H9).
    """
    if scope.may(Permission.AUDIT_VIEW_ALL):
        found = Event.objects.all()
    elif scope.may(Permission.AUDIT_VIEW_UNIT) and scope.unit_id is not None:
        not_own = Q(officer_id__isnull=True) | ~Q(officer_id=scope.officer_id)
        found = Event.objects.filter(not_own, unit_id=scope.unit_id)
    else:
        return Event.objects.none()
    return found if scope.may(Permission.MISUSE_VIEW) else found.exclude(action__in=COVERT)


def page(scope: Scope, filters: Filters, *, before: Key | None = None) -> list[Event]:
    """Newest first, at most PAGE_SIZE + 1 events: one more than a page shows tells of another.
    Raises `AuditUnavailable`, as `get` does.

    Days are bounds on the partition key, so only the months asked for are read; the place to go on
    from is the primary key, so a late page costs what the first one does. Nothing is counted.
    """
    found = narrowed(visible(scope), filters)
    if before:
        found = found.filter(pk__lt=(before.at, before.id))
    with reachable():
        return list(found.defer("shown", "content_hash").order_by("-at", "-id")[: PAGE_SIZE + 1])


def narrowed(found: QuerySet[Event], filters: Filters) -> QuerySet[Event]:
    """Those of the events that the filters let through."""
    found = found.filter(at__gte=_midnight(filters.since))
    found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    for field, value in _equal(filters).items():
        if value not in (None, ""):
            found = found.filter(**{field: value})
    return found


def get(scope: Scope, key: Key) -> Event | None:
    """One event, None if it is missing or not for this scope."""
    with reachable():
        return visible(scope).filter(pk=(key.at, key.id)).first()


def _equal(filters: Filters) -> dict[str, Any]:
    return {
        "officer_id": filters.officer,
        "action": filters.action,
        "purpose_code": filters.purpose,
        "subject_kind": filters.kind,
        "subject_ids__contains": [filters.subject] if filters.subject else None,
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
