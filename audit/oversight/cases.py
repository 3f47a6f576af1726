"""Cases of professional standards: what belongs to one, kept covert to the officer (H9)."""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit import holds
from audit import record as door
from audit.actions import Action
from audit.models import Event, Hold
from audit.oversight import hr, misuse
from audit.oversight.models import Alert, Case, CaseEvent
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

MOST_EVENTS = 500  # of one case: what a person can read


class CaseError(Exception):
    """What was asked cannot be done with this case; the text says why."""


def for_scope(scope: Scope) -> QuerySet[Case]:
    """The cases that this scope may read: never one about the reader or their household."""
    if not scope.may(Permission.MISUSE_VIEW):
        return Case.objects.none()
    home = [scope.officer_id, *hr.household(scope.officer_id)]
    return Case.objects.exclude(officer_id__in=home)


def listed(scope: Scope) -> list[Case]:
    """Open cases first, each newest first."""
    with reachable():
        return sorted(for_scope(scope)[:200], key=lambda case: case.closed_at is not None)


def open_cases(scope: Scope) -> list[tuple[str, str]]:
    """(id, title) of the open cases, for a choice."""
    with reachable():
        rows = for_scope(scope).filter(closed_at=None).values_list("pk", "title")
        return [(str(pk), title) for pk, title in rows]


def get(scope: Scope, pk: uuid.UUID | str) -> Case | None:
    with reachable():
        return for_scope(scope).filter(pk=pk).first()


def begin(request: AccessRequest, title: str, officer_id: int | None) -> Case:
    """Open a case."""
    by = request.scope.officer_id
    if officer_id is not None and officer_id in {by, *hr.household(by)}:
        raise CaseError("A case about yourself or your household is for somebody else")
    with reachable(), transaction.atomic(using="audit"):
        made = Case.objects.create(
            title=title, officer_id=officer_id, opened_by=by, opened_at=timezone.now()
        )
        _record(request, made, "opened", officer=officer_id)
    return made


def add_alert(request: AccessRequest, case_id: str, alert: Alert) -> None:
    """Put an alert with its evidence into an open case."""
    case = _open(request.scope, case_id)
    events = misuse.evidence(alert)
    with reachable(), transaction.atomic(using="audit"):
        Alert.objects.filter(pk=alert.pk).update(case=case)
        _collect(request, case, events)
        _record(request, case, "alert added", alert=alert.pk, events=[str(e.id) for e in events])


def add_event(request: AccessRequest, case_id: str, event: Event) -> None:
    """Put one event into an open case."""
    case = _open(request.scope, case_id)
    with reachable(), transaction.atomic(using="audit"):
        _collect(request, case, [event])
        _record(request, case, "event added", events=[str(event.id)])


def events_of(case: Case) -> QuerySet[Event]:
    """The events of the case, oldest first."""
    places = list(case.events.values_list("event_at", "event_id"))
    if not places:
        return Event.objects.none()
    times = [at for at, _ in places]
    found = Event.objects.filter(
        at__gte=min(times), at__lte=max(times), id__in=[event_id for _, event_id in places]
    )
    return found.order_by("at", "id")


def write_notes(request: AccessRequest, case: Case, notes: str) -> None:
    """Replace the notes; the trail keeps what stood there before."""
    with reachable(), transaction.atomic(using="audit"):
        row = Case.objects.select_for_update().get(pk=case.pk)
        before, row.notes = row.notes, notes
        row.save(update_fields=["notes"])
        _record(request, row, "notes written", before=before, after=notes)


def hold(request: AccessRequest, case: Case) -> None:
    """Keep what the officer did beyond its time, without a trace to the officer (A13, H9)."""
    if case.hold_id:
        raise CaseError("The officer's events are on hold already")
    if case.officer_id is None:
        raise CaseError("The case names no officer whose events could be held")
    what = holds.Held(
        kind=Hold.Kind.OFFICER,
        value=str(case.officer_id),
        reason=f"Professional standards, case {case.pk}",
    )
    actor = door.actor_of(request, request.scope.roles)
    with reachable(), transaction.atomic(using="audit"):
        placed = holds.place(actor, what, action=Action.CASE_OPENED)
        Case.objects.filter(pk=case.pk).update(hold_id=str(placed))


def close(request: AccessRequest, case: Case) -> None:
    """Close the case; a hold stays until it is released by command."""
    with reachable(), transaction.atomic(using="audit"):
        Case.objects.filter(pk=case.pk, closed_at=None).update(closed_at=timezone.now())
        _record(request, case, "closed")


def _open(scope: Scope, case_id: str) -> Case:
    found = next((pk for pk, _ in open_cases(scope) if pk == case_id), None)
    case = get(scope, found) if found else None
    if case is None:
        raise CaseError("Choose an open case")
    return case


def _collect(request: AccessRequest, case: Case, events: list[Event]) -> None:
    if case.events.count() + len(events) > MOST_EVENTS:
        raise CaseError(f"A case holds at most {MOST_EVENTS} events")
    now, by = timezone.now(), request.scope.officer_id
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(case=case, event_at=event.at, event_id=event.id, added_by=by, added_at=now)
            for event in events
        ],
        ignore_conflicts=True,
    )


def _record(request: HttpRequest, case: Case, what: str, **more: object) -> None:
    trail.record(
        request,
        Action.CASE_OPENED,
        subject_kind="case",
        subject_ids=[str(case.pk)],
        detail={"what": what, **more},
    )
