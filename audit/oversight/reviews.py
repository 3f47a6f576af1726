"""Reviews by a second person: who may review what, deciding, asking, replying (H6, H7, H8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.oversight import hr
from audit.oversight.models import Alert, ReviewItem
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Unit
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

REPLY_WITHIN = timedelta(days=3)
State = ReviewItem.State
TO_DO = (State.OPEN, State.ANSWERED)


class ReviewError(Exception):
    """What was asked cannot be done with this item now; the text says why."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's answer. `words`: the question for `ask`, else the notes."""

    outcome: str
    words: str


def for_scope(scope: Scope) -> QuerySet[ReviewItem]:
    """Items that this scope may review: given to them, of their unit and to nobody, or overdue
    and theirs as the next level. Never about themselves or their household.
    """
    if not scope.may(Permission.REVIEW_UNIT):
        return ReviewItem.objects.none()
    mine = Q(reviewer_id=scope.officer_id)
    if scope.unit_id is not None:
        mine |= Q(reviewer_id=None, unit_id=scope.unit_id)
    if is_next_level(scope):
        mine |= Q(due_at__lt=timezone.now()) & Q(state__in=TO_DO)
        mine |= Q(reviewer_id=None, unit_id=None)
    home = {scope.officer_id, *_household(scope.officer_id)}
    return ReviewItem.objects.filter(mine).exclude(officer_id__in=home)


def is_next_level(scope: Scope) -> bool:
    """Whether the scope's unit is the one that sees what others have not reviewed in time."""
    return scope.unit_id is not None and scope.unit_id == next_level()


def next_level() -> int | None:
    """The id of the unit named by settings.NEXT_LEVEL_UNIT."""
    found = Unit.objects.filter(name=settings.NEXT_LEVEL_UNIT).values_list("pk", flat=True)
    return found[0] if found else None


def queue(scope: Scope) -> list[ReviewItem]:
    """What waits for this reviewer, the most urgent first."""
    with reachable():
        return list(for_scope(scope).filter(state__in=TO_DO).order_by("due_at", "pk")[:200])


def get(scope: Scope, pk: int) -> ReviewItem | None:
    """One item of this reviewer, also when it is asked about or done."""
    with reachable():
        return for_scope(scope).filter(pk=pk).first()


def event_of(item: ReviewItem) -> Event | None:
    """The event to review, for whoever may review the item, whatever the event's unit."""
    with reachable():
        return Event.objects.filter(pk=(item.event_at, item.event_id)).first()


def decide(request: AccessRequest, item: ReviewItem, decision: Decision) -> None:
    """Keep the outcome with its row in the trail. Raises ReviewError if it was decided already.

    A referral is told to professional standards only: the visible row says "reviewed".
    """
    with reachable(), transaction.atomic(using="audit"):
        row = ReviewItem.objects.select_for_update().get(pk=item.pk)
        before = row.state
        if before == State.DONE:
            raise ReviewError("Somebody else has reviewed this already")
        _put(row, decision, request.scope.officer_id)
        row.save()
        shown = decision.outcome if decision.outcome != ReviewItem.Outcome.REFER else "reviewed"
        trail.record(
            request,
            Action.REVIEW_DECIDED,
            subject_kind="event",
            subject_ids=[str(row.event_id)],
            detail={"item": row.pk, "kind": row.kind, "before": before, "outcome": shown},
        )
        if decision.outcome == ReviewItem.Outcome.REFER:
            _refer(request, row)


def _put(row: ReviewItem, decision: Decision, by: int) -> None:
    now = timezone.now()
    if decision.outcome == ReviewItem.Outcome.ASK:
        row.state, row.question, row.due_at = State.ASKED, decision.words, now + REPLY_WITHIN
        row.reviewer_id = row.reviewer_id or by
        return
    row.state, row.outcome, row.notes = State.DONE, decision.outcome, decision.words
    row.decided_by, row.decided_at = by, now


def _refer(request: AccessRequest, row: ReviewItem) -> None:
    made, is_new = Alert.objects.get_or_create(
        rule="referred",
        key=str(row.pk),
        defaults={
            "officer_id": row.officer_id,
            "officer": row.officer,
            "unit_id": row.unit_id,
            "events": [row.event_id],
            "first_at": row.event_at,
            "last_at": row.event_at,
            "raised_at": timezone.now(),
            "score": 8,
            "facts": {"item": row.pk, "notes": row.notes},
        },
    )
    if is_new:
        detail = {"rule": "referred", "item": row.pk, "outcome": row.outcome}
        trail.record(
            request,
            Action.ALERT_RAISED,
            subject_kind="alert",
            subject_ids=[str(made.pk)],
            detail=detail,
        )


def questions(officer_id: int) -> list[ReviewItem]:
    """What reviewers asked this officer and what was answered, newest first."""
    with reachable():
        asked = ReviewItem.objects.filter(officer_id=officer_id).exclude(question="")
        return list(asked.order_by("-due_at")[:50])


def answer(request: AccessRequest, pk: int, reply: str) -> bool:
    """The officer's reply to a question; False if none waits under this number."""
    with reachable(), transaction.atomic(using="audit"):
        row = (
            ReviewItem.objects.select_for_update()
            .filter(pk=pk, officer_id=request.scope.officer_id, state=State.ASKED)
            .first()
        )
        if row is None:
            return False
        row.state, row.reply, row.replied_at = State.ANSWERED, reply, timezone.now()
        row.due_at = timezone.now() + REPLY_WITHIN
        row.save()
        trail.record(
            request,
            Action.REVIEW_ANSWERED,
            subject_kind="event",
            subject_ids=[str(row.event_id)],
            detail={"item": row.pk},
        )
    return True


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How a supervisor keeps up."""

    officer: str
    unit: str
    given: int
    done: int
    overdue: int


def keeping_up(since: datetime) -> list[Reviewer]:
    """Every supervisor with items since then, those with most overdue first."""
    now = timezone.now()
    with reachable():
        counted = list(
            ReviewItem.objects.filter(created_at__gte=since)
            .exclude(reviewer_id=None)
            .values("reviewer_id")
            .annotate(
                given=Count("pk"),
                done=Count("pk", filter=Q(state=State.DONE)),
                overdue=Count("pk", filter=Q(state__in=TO_DO, due_at__lt=now)),
            )
        )
    officers = Officer.objects.select_related("unit").in_bulk([c["reviewer_id"] for c in counted])
    rows = [_reviewer(officers.get(c["reviewer_id"] or 0), dict(c)) for c in counted]
    return sorted(rows, key=lambda r: (-r.overdue, r.officer))


def _reviewer(officer: Officer | None, counts: dict[str, Any]) -> Reviewer:
    return Reviewer(
        officer=str(officer) if officer else "Unknown",
        unit=str(officer.unit) if officer and officer.unit else "",
        given=counts["given"],
        done=counts["done"],
        overdue=counts["overdue"],
    )


def overdue_elsewhere(scope: Scope) -> int:
    """For the next level: how many items of the force nobody reviewed in time."""
    with reachable():
        late = ReviewItem.objects.filter(state__in=TO_DO, due_at__lt=timezone.now())
        return late.count() if is_next_level(scope) or scope.may(Permission.MISUSE_VIEW) else 0


def _household(officer_id: int) -> set[int]:
    with reachable():
        return hr.household(officer_id)
