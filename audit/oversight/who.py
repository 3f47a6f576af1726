"""Answers of the audit search: a page is two queries at most, by keyset."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from audit import words
from audit.actions import COVERT, Action
from audit.models import Event
from audit.record import reachable
from audit.selectors import Key, visible
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

PAGE = 25
STORY = 200
NEXT = """
SELECT m.id, n.at, n.id, n.action, n.subject_kind, n.subject_ids, n.result_count
FROM unnest(%(ids)s::uuid[], %(officers)s::bigint[], %(times)s::timestamptz[]) AS m (id, who, at)
CROSS JOIN LATERAL (
    SELECT * FROM audit_event e
    WHERE e.officer_id = m.who AND e.at > m.at AND e.at < m.at + interval '30 minutes'
      AND NOT e.action = ANY(%(hidden)s) AND (%(unit)s::bigint IS NULL OR e.unit_id = %(unit)s)
    ORDER BY e.at LIMIT 3
) n ORDER BY n.at
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One event in a line: what was done and about what."""

    at: datetime
    did: str
    url: str
    about: str = ""
    asked: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: who, when, what for, what the screen listed, what the officer did next."""

    event: Event
    step: Step
    purpose: str
    particulars: list[tuple[str, str]]
    then: list[Step]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; `older` leads on, empty at the end."""

    rows: list[Any]
    older: str = ""
    key: str = ""

    @property
    def count(self) -> int:
        return sum(len(getattr(row, "steps", ())) for row in self.rows)


@dataclass(slots=True)
class Chapter:
    """What an officer did on one day for one purpose, in order."""

    day: date
    purpose: str
    reference: str
    steps: list[Step] = field(default_factory=list)


def saw(scope: Scope, person_id: str, *, before: Key | None) -> Page:
    """Events that showed this person, newest first: pages, results of searches, exports."""
    found = visible(scope).filter(subject_ids__contains=[person_id], subject_kind="person")
    events, more = _page(found.exclude(action__in=_READS), before, PAGE)
    then = _next(scope, events)
    rows = [
        Seen(
            event=event,
            step=step(event),
            purpose=words.purpose(event.purpose_code, event.at),
            particulars=_particulars(event, person_id),
            then=then.get(event.id, []),
        )
        for event in events
    ]
    return _paged(rows, events, more)


def story(scope: Scope, officer_id: int, *, before: Key | None) -> Page:
    """The officer's events in chapters of a day and a purpose, newest chapter first."""
    found = visible(scope).filter(officer_id=officer_id)
    events, more = _page(found.defer("shown", "content_hash"), before, STORY)
    return _paged(chapters(events), events, more)


def searched_for(
    scope: Scope, text: str, *, only_nothing: bool, since: datetime, before: Key | None
) -> Page:
    """Searches of any kind whose words hold `text`, newest first."""
    found = searches(scope, text, only_nothing=only_nothing, since=since)
    events, more = _page(found.defer("shown", "content_hash"), before, PAGE)
    rows = [(event, step(event), words.purpose(event.purpose_code, event.at)) for event in events]
    return _paged(rows, events, more)


def searches(scope: Scope, text: str, *, only_nothing: bool, since: datetime) -> QuerySet[Event]:
    """Those searches; the index `audit_event_words` is made for this condition."""
    found = visible(scope).filter(action__in=SEARCHES, at__gte=since, query__text__icontains=text)
    return found.filter(result_count=0) if only_nothing else found


def may_read(scope: Scope, officer: Officer) -> bool:
    """Whether anything of this officer may be shown: not oneself, and the own unit or everybody.

    Decided before any row is read, so that a page without rows tells nothing either.
    """
    if scope.may(Permission.AUDIT_VIEW_ALL):
        return True
    return officer.unit_id == scope.unit_id and officer.pk != scope.officer_id


def chapters(events: Iterable[Event]) -> list[Chapter]:
    """Newest first, but what belongs together is told in its order."""
    told: dict[tuple[date, str, str], Chapter] = {}
    for event in events:
        day = timezone.localtime(event.at).date()
        key = (day, event.purpose_code, event.purpose_reference)
        if key not in told:
            label = words.purpose(event.purpose_code, event.at)
            told[key] = Chapter(day=day, purpose=label, reference=event.purpose_reference)
        told[key].steps.insert(0, step(event))
    return list(told.values())


_READS = [Action.AUDIT_VIEWED, Action.MISUSE_VIEWED]
SEARCHES = [
    *(Action.PERSON_SEARCHED, Action.CRIME_SEARCHED, Action.GANG_LISTED),
    Action.INTELLIGENCE_SEARCHED,
]


def _page(found: QuerySet[Event], before: Key | None, size: int) -> tuple[list[Event], bool]:
    if before:
        found = found.filter(pk__lt=(before.at, before.id))
    with reachable():
        events = list(found.order_by("-at", "-id")[: size + 1])
    return events[:size], len(events) > size


def _paged(rows: list[Any], events: list[Event], more: bool) -> Page:
    if not more:
        return Page(rows)
    key = str(Key.of(events[-1]))
    return Page(rows, older=f"?{urlencode({'before': key})}", key=key)


def _next(scope: Scope, events: list[Event]) -> dict[uuid.UUID, list[Step]]:
    """Up to three things that each officer did in the half hour after. One query for the page."""
    looks = [event for event in events if event.officer_id is not None]
    everybody = scope.may(Permission.AUDIT_VIEW_ALL)
    parameters: dict[str, Any] = {
        "ids": [event.id for event in looks],
        "officers": [event.officer_id for event in looks],
        "times": [event.at for event in looks],
        "hidden": [] if scope.may(Permission.MISUSE_VIEW) else [a.value for a in COVERT],
        "unit": None if everybody else scope.unit_id,
    }
    found: dict[uuid.UUID, list[Step]] = {}
    with reachable(), connections["audit"].cursor() as cursor:
        cursor.execute(NEXT, parameters)
        for look, at, event_id, action, kind, subjects, count in cursor.fetchall():
            step = Step(
                at=at,
                did=words.action(action),
                url=address(at, event_id),
                about=_about(kind, subjects),
                count="" if count is None else str(count),
            )
            found.setdefault(look, []).append(step)
    return found


def step(event: Event) -> Step:
    return Step(
        at=event.at,
        did=words.action(event.action),
        url=address(event.at, event.id),
        about=_about(event.subject_kind, event.subject_ids),
        asked=words.sentence(event.query) or words.about(event.detail),
        count=words.count(event),
    )


def address(at: datetime, event_id: uuid.UUID) -> str:
    return reverse("audit-event", args=[Key(at, event_id).microsecond, event_id])


def _about(kind: str, subjects: list[str]) -> str:
    if not subjects:
        return ""
    more = f" and {len(subjects) - 3} more" if len(subjects) > 3 else ""
    return f"{kind.replace('_', ' ')} {', '.join(subjects[:3])}{more}"


def _particulars(event: Event, person_id: str) -> list[tuple[str, str]]:
    """What the screen held of this person: rank, version, fields."""
    row = next((r for r in event.shown if str(r.get("id")) == person_id), None)
    return words.pairs({k: v for k, v in row.items() if k != "id"})[:6] if row else []
