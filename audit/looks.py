"""Who has looked at a subject: for the officer who restricts it (policing.md H3)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from audit.actions import Action
from audit.models import Event
from audit.record import reachable
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

LOOKS = (Action.PERSON_SEARCHED, Action.PERSON_VIEWED, Action.PERSON_UNMASKED)


@dataclass(frozen=True, slots=True)
class Looks:
    """One officer's looks at a subject."""

    officer: str
    unit_id: int | None
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Who looked: `named` officers as far as the scope may read their trail, the latest first;
    of the others how many officers of which unit: [(unit id, officers)].
    """

    named: tuple[Looks, ...]
    others: tuple[tuple[int | None, int], ...]


def looked_at(scope: Scope, kind: str, subject_ids: Sequence[str]) -> LookedAt:
    """Who was shown the subject in a search or on its page. Raises `AuditUnavailable`.

    Names stand only where the scope may read that officer's trail; who may not is told numbers by
    unit, which do not say who it was. The caller records that it read.
    """
    rows = (
        Event.objects.filter(subject_kind=kind, subject_ids__overlap=list(subject_ids))
        .filter(action__in=LOOKS, officer_id__isnull=False)
        .values("officer_id", "officer", "unit_id")
        .annotate(count=Count("id"), first=Min("at"), last=Max("at"))
        .order_by("-last")
    )
    with reachable():
        found = list(rows)
    named, others = [], Counter[int | None]()
    for row in found:
        if _may_read(scope, row["officer_id"], row["unit_id"]):
            times = (row["count"], row["first"], row["last"])
            named.append(Looks(row["officer"], row["unit_id"], *times))
        else:
            others[row["unit_id"]] += 1
    return LookedAt(tuple(named), tuple(others.most_common()))


def _may_read(scope: Scope, officer_id: int | None, unit_id: int | None) -> bool:
    """As `visible`, for one officer."""
    if scope.may(Permission.AUDIT_VIEW_ALL):
        return True
    unit = scope.may(Permission.AUDIT_VIEW_UNIT) and unit_id is not None
    return unit and unit_id == scope.unit_id and officer_id != scope.officer_id


def officers_who_saw(kind: str, subject_ids: Sequence[str]) -> dict[int, datetime]:
    """Officer id → their last look at the subject, in a search or on its page.

    For telling officers that what they saw was wrong, which verifies the lawfulness of processing
    and the integrity of data (DPA 2018 s.62(4)); no caller learns what was asked or why. Raises
    `AuditUnavailable`. The caller records that notices were sent.
    """
    rows = (
        Event.objects.filter(subject_kind=kind, subject_ids__overlap=list(subject_ids))
        .filter(action__in=LOOKS, officer_id__isnull=False)
        .values_list("officer_id")
        .annotate(last=Max("at"))
        .order_by()
    )
    with reachable():
        return dict(rows)
