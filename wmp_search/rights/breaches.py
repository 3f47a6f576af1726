"""What changes the record of a breach, its clock, and who saw what was wrong (DPA 2018 ss.67, 68).

The text of the Act was at hand in part only: the data protection officer confirms the clock. Each
change and its audit row stand or fall together.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import disclosed
from audit.actions import Action
from audit.oversight.models import Alert, Case
from ingest.review.models import Task
from people import restrictions
from people.models import Link
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights.breach_models import Breach, BreachDecision

HOURS = 72  # s.67(1), from when the force became aware of it
Whom, Origin = BreachDecision.Whom, Breach.Origin


@dataclass(frozen=True, slots=True)
class Clock:
    """`state`: told, late, overdue, runs, not needed. `hours`: left or over, rounded down."""

    due: datetime
    state: str
    hours: int


@dataclass(frozen=True, slots=True)
class Saw:
    """An officer who looked at the people concerned since it happened: how often, when."""

    officer: str
    looks: int
    first: datetime
    last: datetime
    what: tuple[str, ...]


def clock(breach: Breach, decision: BreachDecision | None, now: datetime) -> Clock:
    """How it stands with telling the Commissioner."""
    due = breach.known_at + timedelta(hours=HOURS)
    told = decision.told_at if decision else None
    apart = abs(due - (told or now))
    hours = int(apart.total_seconds() // 3600)
    if decision is not None and not decision.tell:
        return Clock(due, "not needed", hours)
    if told is not None:
        return Clock(due, "told" if told <= due else "late", hours)
    return Clock(due, "runs" if now <= due else "overdue", hours)


def started_from(origin: str, number: str, scope: Scope) -> list[int] | None:
    """The people whom a report or a case is about; None where there is none for the scope.

    A case is covert: only who may see misuse starts a breach from it.
    """
    if origin == Origin.REPORT:
        task = Task.objects.filter(kind=Task.Kind.REPORT, left_person=_number(number)).last()
        return None if task is None else [task.left_person]
    if origin == Origin.CASE and scope.may(Permission.MISUSE_VIEW):
        case = Case.objects.filter(title=number).first()
        if case is None:
            return None
        alerts = Alert.objects.filter(case=case)
        return sorted({int(pk) for one in alerts for pk in one.subjects if str(pk).isdecimal()})
    return None


def visible(scope: Scope) -> QuerySet[Breach]:
    """Breaches that the scope may know of: those from a covert case only who may see misuse."""
    every = Breach.objects.prefetch_related("decisions").select_related("opened_by")
    return every if scope.may(Permission.MISUSE_VIEW) else every.exclude(origin=Origin.CASE)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def open_breach(request: AccessRequest, data: Mapping[str, Any]) -> Breach:
    """Keep a breach as it became known."""
    with transaction.atomic():
        made = Breach.objects.create(**data, opened_by_id=request.scope.officer_id)
        _record(request, made, "opened")
    return made


def decide(request: AccessRequest, breach: Breach, whom: str, reason: str, *, tell: bool) -> None:
    """Whether somebody is told. Not to tell takes somebody else than who opened it."""
    _open(breach)
    if breach.decisions.filter(whom=whom).exists():
        raise ChangeRefusedError("That is decided already.")
    if not tell and breach.opened_by_id == request.scope.officer_id:
        raise ChangeRefusedError("You opened it: somebody else decides to tell nobody.")
    with transaction.atomic():
        BreachDecision.objects.create(
            breach=breach, whom=whom, tell=tell, reason=reason, author_id=breach.opened_by_id,
            by_id=request.scope.officer_id,
        )  # fmt: skip
        _record(request, breach, "decided", whom=whom, tell=str(tell))


def told(request: AccessRequest, breach: Breach, whom: str, how: str) -> None:
    """They were told now; past the 72 hours `how` says why it was late (s.67(3))."""
    _open(breach)
    with transaction.atomic():
        waiting = breach.decisions.filter(whom=whom, tell=True, told_at__isnull=True)
        if not waiting.update(told_at=timezone.now(), told_how=how):
            raise ChangeRefusedError("Nobody waits to be told.")
        _record(request, breach, "told", whom=whom)


def close(request: AccessRequest, breach: Breach, reason: str) -> None:
    """Closed once both decisions stand and whoever is to be told was told."""
    _open(breach)
    made = list(breach.decisions.all())
    if len(made) < len(Whom):
        raise ChangeRefusedError("Decide first whom you tell.")
    if any(one.tell and one.told_at is None for one in made):
        raise ChangeRefusedError("Somebody is still to be told.")
    with transaction.atomic():
        breach.closed_at, breach.closed_reason = timezone.now(), reason
        breach.save(update_fields=["closed_at", "closed_reason"])
        _record(request, breach, "closed")


def who_saw(breach: Breach) -> tuple[list[Saw], list[disclosed.Recipient]]:
    """Officers who looked at the people since it happened, and who was given something of them.

    Looks that are covert, and those about officers, are never in it (`audit.disclosed`).
    """
    numbers = sorted({pk for one in breach.people for pk in restrictions.ids_of(one)})
    records = list(Link.objects.filter(person__in=numbers).values_list("record", flat=True))
    found: dict[str, list[disclosed.Look]] = defaultdict(list)
    for look in disclosed.looks(numbers, records) if numbers else ():
        if look.at >= breach.happened_at:
            found[look.officer].append(look)
    saw = [
        Saw(who, len(looks), looks[0].at, looks[-1].at, tuple(sorted({o.action for o in looks})))
        for who, looks in sorted(found.items())
    ]
    given = disclosed.recipients(numbers) if numbers else []
    return saw, [one for one in given if one.at >= breach.happened_at]


def _record(request: AccessRequest, breach: Breach, what: str, **more: str) -> None:
    """One row of the trail; the words stay with the breach."""
    trail.record(
        request,
        Action.BREACH_CHANGED,
        subject_kind="person",
        subject_ids=[str(pk) for pk in breach.people],
        detail={"breach": str(breach.pk), "reference": breach.reference, "what": what, **more},
    )


def _open(breach: Breach) -> None:
    if breach.closed_at:
        raise ChangeRefusedError("The breach is closed.")
