"""The crimes of people: those that their visible records stand in, and in which role."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from django.db.models import QuerySet

from crime.models import Involvement
from crime.selectors import CrimeSummary, summaries, summary, visible
from people import roles, rule
from people.associates import Shared
from people.models import Link
from people.roles import SUSPECTED
from people.sources import RecordSource
from wmp_search import prepared
from wmp_search.access.scope import Scope

MOST_INVOLVED = 500  # rows of others in the crimes of one person


@dataclass(frozen=True, slots=True)
class PersonCrime:
    """A crime that a person's records are involved in, and the role."""

    crime: CrimeSummary
    role: str
    source: RecordSource


def shared(person_id: int, scope: Scope) -> dict[int, list[Shared]]:
    """Crimes that visible records of others stand in, too, by person. Three queries."""
    mine = rule.visible_links(scope).filter(person=person_id).values("record")
    standing = Involvement.objects.filter(crime__in=visible(scope), deleted_at__isnull=True)
    crimes = standing.filter(record__in=mine).values("crime")
    others = standing.filter(crime__in=crimes, record__isnull=False).exclude(record__in=mine)
    whole = others.select_related("crime", "record").prefetch_related("crime__outcomes")
    rows = list(whole[:MOST_INVOLVED])
    links = rule.visible_links(scope).filter(record__in=[row.record_id for row in rows])
    person_of = people_of(links)
    found: dict[int, list[Shared]] = defaultdict(list)
    for row in rows:
        if row.crime and (pk := person_of.get(row.record_id)) and pk != person_id:
            one, born = summary(row.crime), row.record.born_on if row.record else None
            said = roles.told(row.role, born, one.on)
            found[pk].append(Shared("Crime", one.number, said, one.on))
    return found


def in_common(person_ids: Collection[int], scope: Scope) -> list[CrimeSummary]:
    """Crimes in which at least two of the people are recorded as suspected, arrested, charged or
    convicted by records that the scope is shown, newest first. Four queries at most.
    """
    links = people_of(rule.visible_links(scope).filter(person__in=person_ids))
    rows = Involvement.objects.filter(
        record__in=list(links),
        role__in=SUSPECTED,
        crime__in=visible(scope),
        deleted_at__isnull=True,
    ).values_list("crime", "record")
    people_in: dict[int, set[int]] = defaultdict(set)
    for crime_id, record_id in rows:
        people_in[crime_id].add(links[record_id])
    common = [crime_id for crime_id, who in people_in.items() if len(who) > 1]
    found = summaries(common, scope) if common else []
    return sorted(found, key=lambda one: one.on or date.min, reverse=True)


def of_person(person_id: int, scope: Scope) -> tuple[PersonCrime, ...]:
    """The crimes of the person's visible records, newest first. Three queries."""
    links = rule.visible_links(scope).filter(person=person_id)
    rows = list(
        Involvement.objects.filter(
            record__in=links.values("record"), crime__in=visible(scope), deleted_at__isnull=True
        ).select_related("record")
    )
    crimes = {c.crime_id: c for c in summaries({r.crime_id for r in rows if r.crime_id}, scope)}
    found = [
        PersonCrime(
            crime=crimes[row.crime_id],
            role=roles.told(row.role, row.record.born_on, crimes[row.crime_id].on),
            source=RecordSource(row.record.pk, row.system, row.crime_ref, row.recorded_on),
        )
        for row in rows
        if row.crime_id in crimes and row.record is not None
    ]
    return tuple(sorted(found, key=lambda pc: pc.crime.on or date.min, reverse=True))


def roles_of_records(record_ids: Collection[int], scope: Scope) -> dict[int, set[str]]:
    """The roles that records have in crimes at or below the scope's tier. One prepared
    statement.
    """
    found: dict[int, set[str]] = defaultdict(set)
    asked = {"records": list(record_ids), "tiers": list(scope.event_tiers)}
    for record_id, role in prepared.rows(_ROLES, asked):
        found[record_id].add(role)
    return found


_ROLES: LiteralString = """
    SELECT DISTINCT i.record_id, i.role
    FROM crime_involvement i JOIN crime_crime c ON c.id = i.crime_id
    WHERE i.record_id = ANY(%(records)s::bigint[]) AND i.deleted_at IS NULL
        AND c.deleted_at IS NULL AND c.tier = ANY(%(tiers)s::smallint[])
"""


def people_of(links: QuerySet[Link]) -> dict[int | None, int]:
    """The person of each linked record."""
    return dict(links.values_list("record", "person"))
