"""Crimes that may be linked: by the same suspect, vehicle or place, or by a similar method.

Leads for somebody to look into, not findings: each says what it rests on and what speaks against
it. Only crimes that the scope may open, only records and people that are shown to it, and only of
those suspected, arrested, charged or convicted in both crimes: victims and witnesses link nothing.
However many there are, it is seven queries and two requests of the index at most.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crime import similar
from crime.against import Facts, against, facts_of
from crime.models import Involvement
from crime.of_people import people_of
from crime.profile import CrimeProfile
from crime.selectors import CrimeSummary, summary, visible, with_outcomes
from people import rule
from people.models import Identifier, NominalRecord
from people.roles import SUSPECTED
from wmp_search.access.scope import Scope
from wmp_search.search.client import SearchError, SearchUnavailable

MOST = 10  # crimes of a list
MOST_ROWS = 500  # involvements that are looked at
MOST_VEHICLES = 20
AWAY = "The index of crimes cannot be asked at the moment. Reload the page later."
Reasons = Mapping[int, list[str]]  # by crime


@dataclass(frozen=True, slots=True)
class Lead:
    """Another crime, what links it, and what speaks against it."""

    crime: CrimeSummary
    reasons: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class List:
    """Crimes linked in one way, at most MOST. `none`: why there is none."""

    title: str
    leads: tuple[Lead, ...]
    none: str


@dataclass(frozen=True, slots=True)
class Linked:
    """All lists of a crime's page."""

    lists: tuple[List, ...]

    @property
    def crime_ids(self) -> list[int]:
        """For the audit trail."""
        return sorted({lead.crime.crime_id for one in self.lists for lead in one.leads})


def of_crime(shown: CrimeProfile, scope: Scope) -> Linked:
    """The crimes linked with one that is shown to the scope."""
    who = _suspects(shown)
    by_suspect = _by_people(who, shown.crime.pk, scope)
    by_vehicle = _by_vehicles(shown, set(who), scope) if who else {}
    try:
        near = similar.near(shown.crime, scope, most=MOST)
    except (SearchUnavailable, SearchError):
        near = similar.Near({}, {}, AWAY, AWAY)
    found = {
        "Same suspect": (by_suspect, _nobody(who, "No other crime you may see has them.")),
        "Same vehicle": (by_vehicle, _nobody(who, "No vehicle is recorded with them and others.")),
        "Same place": (near.places, near.no_places),
        "Similar method": (near.methods, near.no_methods),
    }
    known = _known({pk for reasons, _ in found.values() for pk in reasons}, scope)
    here = facts_of(shown.crime, scope)
    lists = [
        List(title, _leads(reasons, known, here, is_method=title == "Similar method"), none)
        for title, (reasons, none) in found.items()
    ]
    return Linked(tuple(lists))


def _suspects(shown: CrimeProfile) -> dict[int, str]:
    """The suspected people on the page with their names."""
    return {
        one.person.person_id: one.person.name
        for one in shown.involved
        if one.is_suspected and one.person and not one.masked
    }


def _nobody(who: Collection[int], otherwise: str) -> str:
    return otherwise if who else "Nobody you may see is suspected of this crime."


def _by_people(who: Mapping[int, str], crime_id: int, scope: Scope) -> Reasons:
    """Crimes of which the same people are suspected, the newest first."""
    if not who:
        return {}
    links = people_of(rule.visible_links(scope).filter(person__in=list(who)))
    found: dict[int, list[str]] = defaultdict(list)
    for other, record_id, role in _suspected(list(links), crime_id, scope):
        reason = f"{who[links[record_id]]}: {role} there"
        if reason not in found[other]:
            found[other].append(reason)
    return _first(found)


def _by_vehicles(shown: CrimeProfile, who: Collection[int], scope: Scope) -> Reasons:
    """Crimes with a suspect whose record has a vehicle of a suspect's record here: of others."""
    records = [one.record_id for one in shown.involved if one.is_suspected and one.record_id]
    rows = NominalRecord.objects.filter(pk__in=records).values_list("vehicles", flat=True)
    wanted = sorted({vehicle for vehicles in rows for vehicle in vehicles})[:MOST_VEHICLES]
    if not wanted:
        return {}
    held = Identifier.objects.filter(
        rule.shown(scope), kind=Identifier.Kind.VEHICLE, value__in=wanted
    ).exclude(person__in=who)
    vehicles: dict[int, set[str]] = defaultdict(set)
    for value, attesting in held.values_list("value", "records")[:MOST_ROWS]:
        for record_id in attesting:
            vehicles[record_id].add(value)
    shown_to = rule.visible_links(scope).filter(record__in=list(vehicles)).values("record")
    found: dict[int, list[str]] = defaultdict(list)
    for other, record_id, role in _suspected(shown_to, shown.crime.pk, scope):
        for value in sorted(vehicles[record_id]):
            reason = f"Vehicle {value} is recorded with a suspect here and somebody there ({role})"
            if reason not in found[other]:
                found[other].append(reason)
    return _first(found)


def _suspected(records: Any, crime_id: int, scope: Scope) -> Iterable[tuple[int, int, str]]:
    """Other crimes that these records are suspected of, the newest first: crime, record, role."""
    rows = (
        Involvement.objects.filter(
            record__in=records,
            role__in=SUSPECTED,
            crime__in=visible(scope),
            deleted_at__isnull=True,
        )
        .exclude(crime=crime_id)
        .order_by("-crime__reported_on", "-crime__occurred_from", "-crime", "pk")
    )
    for row in rows[:MOST_ROWS]:
        if row.crime_id is not None and row.record_id is not None:
            yield row.crime_id, row.record_id, row.get_role_display().lower()


def _first(found: dict[int, list[str]]) -> Reasons:
    return dict(list(found.items())[:MOST])


def _known(crime_ids: Collection[int], scope: Scope) -> dict[int, tuple[CrimeSummary, Facts]]:
    """The visible ones among them: what the index says is asked of SQL again. Two queries."""
    found = with_outcomes(visible(scope).filter(pk__in=crime_ids)) if crime_ids else ()
    return {crime.pk: (summary(crime), facts_of(crime, scope)) for crime in found}


def _leads(
    reasons: Reasons,
    known: Mapping[int, tuple[CrimeSummary, Facts]],
    here: Facts,
    *,
    is_method: bool,
) -> tuple[Lead, ...]:
    return tuple(
        Lead(known[pk][0], tuple(said), against(here, known[pk][1], is_method=is_method))
        for pk, said in reasons.items()
        if pk in known
    )
