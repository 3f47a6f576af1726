"""How the product is searched, for the panel: by whole months, names nobody.

Counted where a search is shown, in a table of its own; the audit trail is not read for it
(DPA 2018 s.62(4); policing.md A10). A month is told once it is over, so that no two looks at it
differ by one search; numbers below five are hidden, and what would give them away.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from gangs import suppression
from ingest.models import LinkingSwitch
from ingest.resolution import groups
from ingest.resolution.groups import Rate
from ingest.review.models import Task, Verdict
from wmp_search.access import purposes
from wmp_search.access.models import Officer, Opening
from wmp_search.desk.models import SearchUse

MONTHS = 6  # shown
LEAST = 20  # searches by names of a tradition, of which a rate is told


def last_month() -> date:
    """The first day of the last month that is over."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def nobody(month: date) -> tuple[Rate | None, list[tuple[str, Rate | None]]]:
    """Searches by name of a month that found nobody: all of them, and by tradition of the name."""
    rows = SearchUse.objects.filter(month=month).exclude(tradition="")
    summed = list(
        rows.values("tradition")
        .annotate(all=Sum("searches"), none=Sum("nobody"))
        .order_by("tradition")
    )
    everybody = _rate(sum(r["all"] for r in summed), sum(r["none"] for r in summed))
    return everybody, [(r["tradition"], _rate(r["all"], r["none"])) for r in summed]


def _rate(searches: int, found_nobody: int) -> Rate | None:
    return groups.rate(searches, found_nobody) if searches >= LEAST else None


def overrides(first: datetime, last: datetime) -> tuple[int, int]:
    """Of the answers of a time how many were against what the model had done, and how many there
    were: people whom it kept apart were one, or one person of its were two.
    """
    answered = Task.objects.filter(closed_at__gte=first, closed_at__lt=last)
    answered = answered.filter(answer__in=(Verdict.SAME, Verdict.DIFFERENT))
    answered = answered.exclude(kind=Task.Kind.KNOWN)
    apart = Q(kind=Task.Kind.PAIR)
    against = Q(apart, answer=Verdict.SAME) | Q(~apart, answer=Verdict.DIFFERENT)
    return answered.filter(against).count(), answered.count()


def figures() -> dict[str, Any]:
    """The context of the page."""
    month = last_month()
    everybody, by_tradition = nobody(month)
    return {
        "month": month,
        "reasons": _reasons(month),
        "everybody": everybody,
        "traditions": by_tradition,
        "least": LEAST,
        "months": [_month(one) for one in _months(month)],
        "officers": Officer.objects.filter(is_active=True).count(),
        "switches": LinkingSwitch.objects.order_by("-id")[:10],
    }


def _months(last: date) -> list[date]:
    found = [last]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _reasons(month: date) -> list[tuple[str, str, str]]:
    """Purpose, searches, and searches per 1,000 officers, the most first."""
    rows = SearchUse.objects.filter(month=month).values("purpose").annotate(all=Sum("searches"))
    numbers = {row["purpose"]: row["all"] for row in rows}
    words, labels = suppression.together(numbers), dict(purposes.labels())
    officers = Officer.objects.filter(is_active=True).count()
    return [
        (
            labels.get(code, code),
            words[code],
            f"{1000 * n / officers:,.0f}" if words[code] == str(n) and officers else "",
        )
        for code, n in sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    ]


def _month(month: date) -> dict[str, Any]:
    """Break-glass, unmasking, and answers against the model in a month."""
    after = (month + timedelta(days=31)).replace(day=1)
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (month, after))
    opened = Opening.objects.filter(opened_at__gte=start, opened_at__lt=end).aggregate(
        glass=Count("pk", filter=Q(kind=Opening.Kind.BREAK_GLASS)),
        masked=Count("pk", filter=Q(kind=Opening.Kind.UNMASK)),
    )
    against, answered = overrides(start, end)
    return {
        "month": month,
        "glass": suppression.shown(opened["glass"]),
        "masked": suppression.shown(opened["masked"]),
        "answered": suppression.shown(answered),
        "against": groups.rate(answered, against),
    }
