"""The yearly review of access: who holds which role, looked at line by line and signed off.

A review is a snapshot of open roles of active officers by unit. A unit's supervisors (those with
`access.review`) or an administrator decide each line but never one about themselves. A role that
is not kept is withdrawn at once. A line whose role has ended since needs no decision any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import holdings, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import AccessReview, Officer, ReviewLine, RoleAssignment
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError

Decision = ReviewLine.Decision


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sign-off of a unit (None: officers without a unit) has come."""

    unit_id: int | None
    unit: str
    lines: int
    open: int
    withdrawn: int
    is_overdue: bool


def start(request: AccessRequest, title: str, due_on: date) -> AccessReview:
    """Begin a review of everybody's roles. Raises ChangeRefusedError while another one is open."""
    with transaction.atomic():
        if AccessReview.objects.filter(finished_at=None).exists():
            raise ChangeRefusedError("A review is still open. Finish it first.")
        if AccessReview.objects.filter(title__iexact=title).exists():
            raise ChangeRefusedError("There is already a review with this name.")
        review = AccessReview.objects.create(
            title=title, due_on=due_on, started_by_id=request.scope.officer_id
        )
        held = holdings.open_now().filter(officer__is_active=True)
        rows = held.values_list("pk", "officer", "role", "officer__unit").order_by("pk")
        ReviewLine.objects.bulk_create(
            (
                ReviewLine(
                    review=review,
                    assignment_id=pk,
                    officer_id=officer,
                    role_id=role,
                    unit_id=unit,
                )
                for pk, officer, role, unit in rows
            ),
            batch_size=5000,
        )
        _record(request, review, {"lines": review.lines.count(), "due": due_on})
    return review


def undecided(review: AccessReview) -> QuerySet[ReviewLine]:
    """Lines that still need a decision."""
    not_over = Q(assignment__ends_on=None) | Q(assignment__ends_on__gte=timezone.localdate())
    return review.lines.filter(not_over, decision=Decision.OPEN, assignment__revoked_at=None)


def progress(review: AccessReview, scope: Scope) -> list[Progress]:
    """Each unit that this scope may sign off, those with the most open lines first."""
    open_ids = undecided(review).values("pk")
    rows = (
        _reachable(review, scope)
        .values("unit_id", name=F("unit__name"))
        .annotate(
            lines=Count("pk"),
            open=Count("pk", filter=Q(pk__in=open_ids)),
            withdrawn=Count("pk", filter=Q(decision=Decision.WITHDRAW)),
        )
        .order_by("-open", "name")
    )
    late = review.finished_at is None and review.due_on < timezone.localdate()
    return [
        Progress(
            row["unit_id"],
            row["name"] or "No unit",
            row["lines"],
            row["open"],
            row["withdrawn"],
            late and row["open"] > 0,
        )
        for row in rows
    ]


def lines(review: AccessReview, scope: Scope, unit_id: int | None) -> QuerySet[ReviewLine]:
    """The lines of a unit that this scope may see, by officer and role."""
    return (
        _reachable(review, scope)
        .filter(unit=unit_id)
        .select_related("officer", "role", "assignment", "decided_by")
        .order_by("officer__last_name", "officer__username", "role__title")
    )


def sign(request: AccessRequest, review: AccessReview, decisions: Mapping[int, str]) -> int:
    """Decide lines: id → keep or withdraw. Roles not kept are withdrawn at once. Returns how many
    were decided now; lines that are decided, about oneself or out of reach are left alone.
    """
    with transaction.atomic():
        fresh = AccessReview.objects.select_for_update().get(pk=review.pk)
        if fresh.finished_at:
            raise ChangeRefusedError("The review is finished.")
        reachable = _reachable(fresh, request.scope).filter(pk__in=list(decisions))
        open_lines = undecided(fresh).filter(pk__in=reachable.values("pk"))
        others = open_lines.exclude(officer=request.scope.officer_id)
        rows = list(others.values_list("pk", "officer", "role__slug", "assignment"))
        if not rows:
            return 0
        away = [row for row in rows if decisions[row[0]] == Decision.WITHDRAW]
        _mark(request, [r[0] for r in rows if decisions[r[0]] == Decision.KEEP], Decision.KEEP)
        _mark(request, [r[0] for r in away], Decision.WITHDRAW)
        signed = [
            {"officer": officer, "role": role, "decision": decisions[pk]}
            for pk, officer, role, _ in rows
        ]
        trail.record(
            request,
            Action.ACCESS_REVIEW_SIGNED,
            subject_kind="officer",
            subject_ids=sorted({str(row[1]) for row in rows}),
            detail={"review": fresh.pk, "lines": signed},
        )
        _withdraw(request, fresh, {row[1] for row in away}, [row[3] for row in away])
    return len(rows)


def finish(request: AccessRequest, review: AccessReview) -> None:
    """Close the review. Raises ChangeRefusedError while a line is open."""
    with transaction.atomic():
        fresh = AccessReview.objects.select_for_update().get(pk=review.pk)
        if fresh.finished_at:
            raise ChangeRefusedError("The review is finished already.")
        if left := undecided(fresh).count():
            raise ChangeRefusedError(f"{left} lines are not signed off yet.")
        fresh.finished_at = timezone.now()
        fresh.finished_by_id = request.scope.officer_id
        fresh.save(update_fields=["finished_at", "finished_by"])
        kept = fresh.lines.filter(decision=Decision.KEEP).count()
        away = fresh.lines.filter(decision=Decision.WITHDRAW).count()
        _record(request, fresh, {"finished": True, "kept": kept, "withdrawn": away})


def may_sign(scope: Scope, unit_id: int | None) -> bool:
    """Administrators sign off every unit, supervisors their own."""
    if scope.may(Permission.ROLE_MANAGE):
        return True
    return scope.may(Permission.ACCESS_REVIEW) and unit_id is not None and scope.unit_id == unit_id


def _reachable(review: AccessReview, scope: Scope) -> QuerySet[ReviewLine]:
    if scope.may(Permission.ROLE_MANAGE):
        return review.lines.all()
    if scope.may(Permission.ACCESS_REVIEW) and scope.unit_id is not None:
        return review.lines.filter(unit=scope.unit_id)
    return review.lines.none()


def _mark(request: AccessRequest, line_ids: list[int], decision: str) -> None:
    ReviewLine.objects.filter(pk__in=line_ids).update(
        decision=decision, decided_at=timezone.now(), decided_by_id=request.scope.officer_id
    )


def _withdraw(
    request: AccessRequest, review: AccessReview, officers: set[int], assignments: list[int]
) -> None:
    if not assignments:
        return
    locked = Officer.objects.select_for_update().filter(pk__in=officers).order_by("pk")
    before = holdings.of(list(locked.values_list("pk", flat=True)))
    RoleAssignment.objects.filter(pk__in=assignments, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by_id=request.scope.officer_id
    )
    holdings.record(request, Action.ROLE_REVOKED, before, {"review": review.pk})


def _record(request: AccessRequest, review: AccessReview, detail: Mapping[str, object]) -> None:
    trail.record(
        request,
        Action.ACCESS_REVIEW_STARTED,
        subject_kind="access_review",
        subject_ids=[str(review.pk)],
        detail={"title": review.title, **detail},
    )
