"""Which memberships the unit keeps stand on which day, and whose they are, as far as a scope sees.

One rule on two time axes (ADR 28): of what was known at a moment, a version holds on a day within
[valid_from, valid_to) and up to `expires_on`. A late task shows nothing expired: the rule reads
the date (F4). A membership is of the one person who holds all records that it cites; while they
are of several people, or one is withdrawn by its system, it is shown to nobody (G3, E6).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gangs.declared import HARMED
from gangs.kept_models import KeptMembership, Status
from people import rule
from people.models import Link
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

Whose = dict[int, int]  # version → person
AFFILIATED = frozenset({Status.MEMBER.value, Status.ASSOCIATE.value})


def holding(on: date | None = None, known_at: datetime | None = None) -> QuerySet[KeptMembership]:
    """The versions that held on a day (today), as known at a moment (now)."""
    day = on or timezone.localdate()
    held = known(known_at).filter(valid_from__lte=day, expires_on__gte=day)
    return held.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def known(at: datetime | None = None) -> QuerySet[KeptMembership]:
    """The last version of each membership, as known at a moment (now), ended ones included."""
    if at is None:
        return KeptMembership.objects.filter(superseded_at=None)
    unsuperseded = Q(superseded_at=None) | Q(superseded_at__gt=at)
    return KeptMembership.objects.filter(unsuperseded, recorded_at__lte=at)


def allowed(rows: QuerySet[KeptMembership], scope: Scope) -> QuerySet[KeptMembership]:
    """Those whose list the scope may open (F2)."""
    if scope.practises or not scope.may(Permission.GANG_VIEW):
        return rows.none()
    if sees_harmed(scope):
        return rows
    harmed = list(HARMED)
    return rows.exclude(status__in=harmed).exclude(was__in=harmed)


def sees_harmed(scope: Scope) -> bool:
    """Whether the list of those harmed opens: by a permission of its own, for a purpose that is
    about them.
    """
    return scope.may(Permission.GANG_VIEW_HARMED) and scope.covers_victims


def of_records(
    rows: QuerySet[KeptMembership], record_ids: Collection[int] | QuerySet[Any, Any]
) -> QuerySet[KeptMembership]:
    """Those that cite any of the records."""
    return rows.filter(evidence__record_id__in=record_ids).distinct()


def whose(rows: Sequence[KeptMembership], scope: Scope) -> Whose:
    """The person of each version of which the scope may see every cited record. One query.

    A version that is missing is of nobody whom the scope may see, or waits for the unit.
    """
    links = rule.visible_links(scope).filter(record__in=_cited(rows))
    return _one_person(rows, dict(links.values_list("record", "person")))


def astray(rows: Sequence[KeptMembership]) -> dict[int, str]:
    """Why versions are shown to nobody until the unit decides; for the unit, whoever sees whom."""
    links = Link.objects.filter(record__in=_cited(rows), record__deleted_at__isnull=True)
    person_of = dict(links.values_list("record", "person"))
    why = {}
    for row in rows:
        if any(record not in person_of for record in row.cited):
            why[row.pk] = "A record it rests on was withdrawn by its system"
        elif len({person_of[record] for record in row.cited}) > 1:
            why[row.pk] = "The records it rests on are now of different people"
    return why


def doubled(rows: Iterable[KeptMembership], person_of: Whose) -> set[int]:
    """Versions of a person who has several of one gang, since records were joined."""
    seen: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        if row.pk in person_of:
            seen.setdefault((person_of[row.pk], row.gang_id), []).append(row.pk)
    return {pk for found in seen.values() if len(found) > 1 for pk in found}


def listed(rows: QuerySet[KeptMembership]) -> QuerySet[KeptMembership]:
    """In the order of a list: by status, then the latest authorised first."""
    return rows.order_by("status", F("authorised_on").desc(), "pk")


def _cited(rows: Iterable[KeptMembership]) -> set[int]:
    return {record for row in rows for record in row.cited}


def _one_person(rows: Sequence[KeptMembership], person_of: dict[int, int]) -> Whose:
    found = {}
    for row in rows:
        people = {person_of.get(record) for record in row.cited}
        if len(people) == 1 and (person := people.pop()) is not None:
            found[row.pk] = person
    return found
