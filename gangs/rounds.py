"""The monthly round of the gangs unit: what was due, what became of it, who signed it off.

Counted from the versions of memberships, not from a list that somebody keeps: due in a month is a
version that stood in it and whose review date was no later than its end, so that what was left
over is due again (policing.md F4, F10). What is left when a month is signed off needs a reason and
stays due.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from gangs import standing
from gangs.beside_models import SignedMonth
from gangs.kept_models import KeptMembership
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError
from wmp_search.dates import months_after

OUTCOMES = {
    "kept": "Still holds",
    "renewed": "Renewed with new evidence",
    "removed": "Removed",
    "expired": "Expired",
    "left": "Left",
}
LAST_MONTHS = 12
_DUE = """
    SELECT m.first, v.unit_id, v.id, n.id, CASE
        WHEN n.id IS NULL THEN CASE WHEN v.expires_on < least(m.next, %(today)s::date)
            THEN 'expired' ELSE 'left' END
        WHEN n.ended = 'expired' THEN 'expired'
        WHEN n.status = 'removed' THEN 'removed'
        WHEN n.authorised_on = v.authorised_on AND n.expires_on = v.expires_on THEN 'kept'
        ELSE 'renewed' END
    FROM unnest(%(firsts)s::date[], %(nexts)s::date[], %(starts)s::timestamptz[],
            %(ends)s::timestamptz[]) AS m(first, next, starts_at, ends_at)
    JOIN gangs_keptmembership v ON v.status <> 'removed' AND v.review_on < m.next
        AND v.expires_on >= m.first AND v.recorded_at < m.ends_at
        AND (v.superseded_at IS NULL OR v.superseded_at >= m.starts_at)
    LEFT JOIN gangs_keptmembership n ON n.root = v.root AND n.number = v.number + 1
        AND n.recorded_at < m.ends_at
    WHERE %(unit)s::bigint IS NULL OR v.unit_id = %(unit)s
    ORDER BY v.review_on, v.id
"""


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day."""

    first: date

    @property
    def next(self) -> date:
        return months_after(self.first, 1)

    @property
    def is_over(self) -> bool:
        return self.next <= timezone.localdate()

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Due:
    """One review that was due in a month. `after`: the version that came of it, None: none."""

    month: date
    unit: int
    version: int
    after: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A unit's month in numbers, and how it was signed off. Not for pages of the panel as such:
    small numbers are hidden there.
    """

    month: Month
    unit: int
    counts: Counter[str]
    signed: SignedMonth | None

    @property
    def due(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return self.counts["left"]


def month_of(day: date) -> Month:
    return Month(day.replace(day=1))


def parse(text: str) -> Month | None:
    """The month of "2026-10", if it has begun; None of anything else."""
    try:
        month = Month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None
    return month if month.first <= timezone.localdate() else None


def last_months(count: int = LAST_MONTHS) -> list[Month]:
    """This month and those before it, the latest first."""
    this = month_of(timezone.localdate()).first
    return [Month(months_after(this, -back)) for back in range(count)]


def due(months: Sequence[Month], unit_id: int | None = None) -> list[Due]:
    """What was due in each of the months, of a unit or of all. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "firsts": [month.first for month in months],
                "nexts": [month.next for month in months],
                "starts": [_midnight(month.first) for month in months],
                "ends": [_midnight(month.next) for month in months],
                "today": timezone.localdate(),
                "unit": unit_id,
            },
        )
        return [Due(*values) for values in cursor.fetchall()]


def figures(months: Sequence[Month], unit_id: int | None = None) -> list[Figures]:
    """Units and months in which something was due or that were signed off, the latest month
    first. Numbers of a signed month are those it was signed with. Two queries.
    """
    found: dict[tuple[int, date], Counter[str]] = defaultdict(Counter)
    for one in due(months, unit_id):
        found[one.unit, one.month][one.outcome] += 1
    signed = SignedMonth.objects.filter(month__in=[month.first for month in months])
    if unit_id is not None:
        signed = signed.filter(unit=unit_id)
    of = {(row.unit_id, row.month): row for row in signed.select_related("signed_by")}
    for at, row in of.items():
        found[at] = Counter(row.counts)
    keys = sorted(found, key=lambda at: (-at[1].toordinal(), at[0]))
    return [Figures(Month(month), unit, found[unit, month], of.get((unit, month)))
            for unit, month in keys]  # fmt: skip


def to_sign(unit_id: int) -> Month | None:
    """The earliest month that is over, had something due and nobody signed off."""
    rows = figures(last_months(), unit_id)
    open_ones = [row.month for row in rows if row.month.is_over and row.signed is None]
    return min(open_ones, key=lambda month: month.first, default=None)


def signed(month: Month, unit_id: int) -> SignedMonth | None:
    """How a unit's month was signed off, if it was."""
    rows = SignedMonth.objects.filter(unit=unit_id, month=month.first)
    return rows.select_related("signed_by").first()


def sign(request: AccessRequest, month: Month, reason: str) -> SignedMonth:
    """Sign a month off for the officer's unit. Raises ChangeRefusedError: while it is not over,
    twice, out of order, where something is left without a reason, and for who decided any of it.
    """
    scope = request.scope
    scope.require(Permission.GANG_AUTHORISE)
    if scope.unit_id is None:
        raise ChangeRefusedError("You belong to no unit that keeps memberships.")
    if not month.is_over:
        raise ChangeRefusedError("A month is signed off when it is over.")
    if not standing.sees_harmed(scope):
        raise ChangeRefusedError("Give a purpose about protecting people: it opens both lists.")
    earliest = to_sign(scope.unit_id)
    if earliest is None or earliest.first != month.first:
        raise ChangeRefusedError("Sign off the earliest month first; one that is signed stays so.")
    rows = due([month], scope.unit_id)
    if scope.officer_id in reviewers(rows):
        raise ChangeRefusedError(
            "You reviewed some of it yourself. Another supervisor of your unit signs it off."
        )
    counts = Counter(row.outcome for row in rows)
    if counts["left"] and not reason.strip():
        raise ChangeRefusedError("Say why reviews were left, and when they are done.")
    with transaction.atomic():
        made = SignedMonth.objects.create(
            unit_id=scope.unit_id,
            month=month.first,
            counts=dict(counts),
            reason=reason.strip(),
            signed_by_id=scope.officer_id,
            signed_at=timezone.now(),
        )
        trail.record(
            request,
            Action.MEMBERSHIPS_SIGNED,
            subject_kind="unit",
            subject_ids=[str(scope.unit_id)],
            result_count=sum(counts.values()),
            detail={"month": month.key, "counts": dict(counts), "reason": made.reason},
        )
    return made


def reviewers(rows: Sequence[Due]) -> set[int]:
    """Who said that something still holds. One query."""
    after = [row.after for row in rows if row.after is not None]
    kept = KeptMembership.objects.filter(pk__in=after, reviewed_by__isnull=False)
    return {pk for pk in kept.values_list("reviewed_by", flat=True) if pk is not None}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
