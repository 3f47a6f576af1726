"""What a gang's page says beside its people: what changed, crimes in common, places (issue 10)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from crime import of_people
from crime.selectors import CrimeSummary
from gangs import standing
from gangs.affiliations import Affiliation
from gangs.kept_models import KeptMembership, Status
from gangs.models import Gang, GangVisit
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

MOST_CRIMES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a membership since the officer last looked; `person_id` while it stands."""

    words: str
    at: datetime
    person_id: int | None


def last_visit(gang: Gang, officer_id: int) -> datetime | None:
    """When the officer last looked; from now on it is now. Two statements."""
    now = timezone.now()
    mine = GangVisit.objects.filter(officer=officer_id, gang=gang)
    before = mine.values_list("seen_at", flat=True).first()
    if officer_id:
        GangVisit.objects.bulk_create(
            [GangVisit(officer_id=officer_id, gang=gang, seen_at=now)],
            update_conflicts=True,
            unique_fields=["officer", "gang"],
            update_fields=["seen_at"],
        )
    return before


def changes(
    gang: Gang, since: datetime | None, shown: Collection[Affiliation], scope: Scope
) -> list[Change]:
    """What changed since, the latest first. Of what has ended only that it did, no name (F5).

    Of people whom the scope may not see, nothing, not even a count.
    """
    if since is None:
        return []
    rows = KeptMembership.objects.filter(gang=gang, recorded_at__gt=since)
    rows = standing.allowed(rows, scope).order_by("-recorded_at", "-pk")
    found = list(rows)
    seen = {one.kept_id: one.person.person_id for one in shown if one.kept_id and one.person}
    visible = standing.whose(found, scope)
    return [
        Change(_words(row), row.recorded_at, seen.get(row.pk))
        for row in found
        if row.pk in visible
    ]


def crimes(members: Collection[Affiliation], scope: Scope) -> list[CrimeSummary]:
    """Crimes in which two or more people of the list are recorded as suspected or more, newest
    first. What one of them did alone is not the gang's.
    """
    if not scope.may(Permission.CRIME_VIEW):
        return []
    ids = sorted({one.person.person_id for one in members if one.person})
    return of_people.in_common(ids, scope)[:MOST_CRIMES] if len(ids) > 1 else []


def places(found: Collection[CrimeSummary]) -> list[tuple[str, int]]:
    """Where those crimes were, and how many, the commonest first."""
    return Counter(one.place for one in found if one.place).most_common()


def _words(row: KeptMembership) -> str:
    if row.status == Status.REMOVED:
        return "Expired without new evidence" if row.ended == "expired" else "Removed"
    if row.number == 1:
        return f"New: {Status(row.status).label.lower()}"
    return "Renewed or reviewed"
