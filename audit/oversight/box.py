"""What stands in the box of a day's draw: events, reviewers, and officers who are due."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Q
from django.utils import timezone

from audit.oversight import hr
from audit.oversight.days import bounds
from audit.oversight.lottery import Candidate, Reviewers
from audit.oversight.models import ReviewItem, Sampling
from wmp_search.access.models import RoleAssignment
from wmp_search.access.permissions import Permission

DUE_AFTER, DUE_SPREAD = 45, 20  # days; each officer has a day of their own between, to spread them
RECIPROCAL = timedelta(days=90)
WIDE = 50  # results of a wide search
DRAWABLE = (
    *("person.searched", "person.viewed", "person.unmasked", "record.viewed", "gang.viewed"),
    "intelligence.searched",
)
WEIGHTS = {
    "a limited record": 5.0,
    "no reference": 3.0,
    "a victim": 3.0,
    "a sensitive filter": 3.0,
    "a wide search": 2.0,
}
FLAGS = ("a limited record", "no reference", "a victim", "a sensitive filter", "a wide search")

ACTIVITY = """
INSERT INTO oversight_sampling AS s (officer_id, unit_id, waiting_since, sampled_on)
SELECT officer_id, max(unit_id), %(day)s, NULL FROM audit_event
WHERE at >= %(since)s AND at < %(until)s AND officer_id IS NOT NULL AND action = ANY(%(actions)s)
GROUP BY officer_id
ON CONFLICT (officer_id) DO UPDATE SET
    unit_id = excluded.unit_id, waiting_since = coalesce(s.waiting_since, excluded.waiting_since)
"""
# the flags of risk, each from the event itself or from the people named in `victims`
EVENTS = f"""
SELECT id::text, officer_id, unit_id,
       detail ? 'break_glass' OR detail @? '$.owner[*] ? (@.level != "covert")' AS limited,
       NOT purpose_reference ~ '[0-9]' AS no_reference,
       subject_ids && %(victims)s::varchar[] AND action <> 'person.searched' AS victim,
       detail ? 'sensitive' AS sensitive,
       coalesce(result_count, 0) >= {WIDE} AND action = 'person.searched' AS wide
FROM audit_event
WHERE at >= %(since)s AND at < %(until)s AND action = ANY(%(actions)s)
  AND officer_id IS NOT NULL AND (%(officers)s::bigint[] IS NULL OR officer_id = ANY(%(officers)s))
"""


def note_activity(day: date) -> None:
    """Officers who did something that day wait from it on, unless they wait already."""
    since, until = bounds(day)
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            ACTIVITY, {"day": day, "since": since, "until": until, "actions": list(DRAWABLE)}
        )


def inputs(day: date) -> dict[str, Any]:
    """Everything beside the trail that the draw depends on, as JSON, kept to draw again."""
    units: dict[str, list[int]] = {}
    for officer_id, unit_id in supervisors():
        units.setdefault(str(unit_id or ""), []).append(officer_id)
    everybody = [officer for some in units.values() for officer in some]
    lately = ReviewItem.objects.filter(
        created_at__gte=timezone.now() - RECIPROCAL, officer_id__in=everybody
    ).exclude(reviewer_id=None)
    return {
        "each": settings.REVIEWS_PER_SUPERVISOR,
        "reviewers": {unit: sorted(some) for unit, some in sorted(units.items())},
        "barred": sorted(sorted(pair) for pair in hr.households()),
        "reviewed_by": sorted(set(lately.values_list("reviewer_id", "officer_id"))),
        "due": due(day),
        "victims": _victims(day),
    }


def supervisors() -> list[tuple[int, int | None]]:
    """Active officers who may review today, with their unit."""
    today = timezone.localdate()
    live = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        starts_on__lte=today,
        revoked_at__isnull=True,
        officer__is_active=True,
        role__permissions__contains=[Permission.REVIEW_UNIT.value],
    )
    return list(
        live.values_list("officer_id", "officer__unit_id").distinct().order_by("officer_id")
    )


def due(day: date) -> list[dict[str, Any]]:
    """Officers who have waited longer than their number of days: {officer, since, days}."""
    waiting = Sampling.objects.filter(waiting_since__lte=day - timedelta(days=DUE_AFTER))
    found: list[dict[str, Any]] = [
        {
            "officer": one.officer_id,
            "since": one.waiting_since.isoformat(),
            "days": (day - one.waiting_since).days - own_days(one.officer_id),
        }
        for one in waiting.order_by("officer_id")
        if one.waiting_since
    ]
    return [one for one in found if one["days"] > 0]


def own_days(officer_id: int) -> int:
    """After how many days of waiting this officer is due: DUE_AFTER to DUE_AFTER + DUE_SPREAD."""
    lot = hashlib.sha256(f"due|{officer_id}".encode()).digest()[0]
    return DUE_AFTER + lot % DUE_SPREAD


def candidates(day: date, given: dict[str, Any]) -> Iterator[Candidate]:
    """The day's events, and of officers who are due all since they wait."""
    days = {one["officer"]: one["days"] for one in given["due"]}
    since, until = bounds(day)
    if days:
        earliest = bounds(min(date.fromisoformat(one["since"]) for one in given["due"]))[0]
        yield from _events(earliest, until, given, days, officers=sorted(days))
    yield from _events(since, until, given, days, officers=None)


def reviewers(given: dict[str, Any]) -> Reviewers:
    return Reviewers(
        units={int(u) if u else None: some for u, some in given["reviewers"].items()},
        barred=frozenset(frozenset(pair) for pair in given["barred"]),
        reviewed_by=frozenset((one, other) for one, other in given["reviewed_by"]),
    )


def _events(
    since: datetime,
    until: datetime,
    given: dict[str, Any],
    days: dict[int, int],
    *,
    officers: list[int] | None,
) -> Iterator[Candidate]:
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            EVENTS,
            {
                "since": since,
                "until": until,
                "officers": officers,
                "actions": list(DRAWABLE),
                "victims": given["victims"],
            },
        )
        for event_id, officer_id, unit_id, *flags in cursor.fetchall():
            if officers is None and officer_id in days:
                continue  # stands in the box already, with all since the day of waiting
            reasons = tuple(r for r, is_set in zip(FLAGS, flags, strict=True) if is_set)
            weight = 1.0
            for reason in reasons:
                weight *= WEIGHTS[reason]
            yield Candidate(
                event_id=event_id,
                officer_id=officer_id,
                unit_id=unit_id,
                weight=weight,
                reasons=reasons,
                due=days.get(officer_id, 0),
            )


def _victims(day: date) -> list[str]:
    """Of the people opened that day those who are victims, as known now; kept with the draw."""
    since, until = bounds(day)
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT p FROM audit_event CROSS JOIN LATERAL unnest(subject_ids) AS s (p) "
            "JOIN oversight_subject v ON v.person_id = p AND v.is_victim "
            "WHERE at >= %s AND at < %s AND action IN ('person.viewed', 'person.unmasked') "
            "ORDER BY p",
            [since, until],
        )
        return [row[0] for row in cursor.fetchall()]
