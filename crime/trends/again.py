"""Places and people that crime comes back to, and crimes that follow each other closely.

Only of crimes whose day and place are told exactly: systems that move places to the nearest of a
few points make every place a repeat (`place.snapped`; crime.md 1.10). Crimes that began at the
same minute at one place are one incident: several people attacked together are no repeat.
"""

from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from crime import place
from crime.models import Crime, Involvement
from crime.trends import repeats
from people import rule, selectors
from people.models import InvolvementRole
from people.summary import Summary
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

SHOWN = 10  # places, people
MOST_HARMED = 50  # people of whom those are taken that may be found
MOST_NEAR, FEWEST_NEAR = 3_000, 30  # crimes of one test of near repeats
PERMUTATIONS = 199
RARE = 0.01
WHERE = ("latitude", "longitude", "easting", "northing")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with several incidents: how many, the newest, what the records call it."""

    incidents: int
    newest: datetime
    location: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Harmed:
    """A person with several incidents as a victim: how many, and the newest."""

    person: Summary
    incidents: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `all` places or people had two incidents or more: `again`, with `theirs` of all
    `incidents`.
    """

    all: int
    again: int
    incidents: int
    theirs: int

    @property
    def of_all(self) -> float:
        """Per cent."""
        return 100 * self.again / self.all if self.all else 0.0

    @property
    def of_incidents(self) -> float:
        """Per cent."""
        return 100 * self.theirs / self.incidents if self.incidents else 0.0


def exact(crimes: QuerySet[Crime]) -> QuerySet[Crime]:
    """Those with a place, of systems that tell it as it is."""
    placed = Q(latitude__isnull=False, longitude__isnull=False) | Q(
        easting__isnull=False, northing__isnull=False
    )
    return crimes.filter(placed).exclude(system__in=place.snapped())


def places(crimes: QuerySet[Crime]) -> tuple[Share, list[Spot]]:
    """How often crimes come back to a place, and the places with most. Two queries."""
    grouped = crimes.values(*WHERE).annotate(incidents=Count("occurred_from", distinct=True))
    most = grouped.filter(incidents__gt=1).annotate(
        newest=Max("occurred_from"), called=Max("location"), code=Max("postcode")
    )
    spots = [
        Spot(row["incidents"], timezone.localtime(row["newest"]), row["called"], row["code"])
        for row in most.order_by("-incidents", "-newest")[:SHOWN]
    ]
    return _share(grouped), spots


def victims(crimes: QuerySet[Crime], scope: Scope) -> Share | None:
    """The same of people recorded as victims, as matching puts their records together; of records
    that the scope may see. None without the right to see people. One query.
    """
    if not scope.may(Permission.PERSON_VIEW):
        return None
    return _share(_harmed(crimes, scope))


def harmed(crimes: QuerySet[Crime], scope: Scope) -> list[Harmed]:
    """The people recorded most often as victims, of two incidents or more: those whom a search
    under the same purpose would find, as a summary shows them. Nobody without the right to search
    for people.
    """
    if not scope.may(Permission.PERSON_SEARCH):
        return []
    grouped = _harmed(crimes, scope).annotate(newest=Max("crime__occurred_from"))
    most = grouped.filter(incidents__gt=1).order_by(
        "-incidents", "-newest", "record__link__person"
    )
    rows = {row["record__link__person"]: row for row in most[:MOST_HARMED]}
    known = selectors.summaries(rule.findable_among(scope, list(rows)), scope)
    found = [
        Harmed(known[pk], row["incidents"], timezone.localtime(row["newest"]))
        for pk, row in rows.items()
        if pk in known
    ]
    return found[:SHOWN]


def _harmed(crimes: QuerySet[Crime], scope: Scope) -> QuerySet[Any, Any]:
    """Incidents by person recorded as a victim, of records that the scope may see."""
    seen = rule.visible_links(scope).values("record")
    involved = Involvement.objects.filter(
        role=InvolvementRole.VICTIM,
        deleted_at__isnull=True,
        crime__in=crimes.values("pk"),
        record__in=seen,
    )
    return involved.values("record__link__person").annotate(
        incidents=Count("crime__occurred_from", distinct=True)
    )


def _share(grouped: QuerySet[Any, Any]) -> Share:
    repeated = Q(incidents__gt=1)
    found = grouped.aggregate(
        all=Count("incidents"),
        again=Count("incidents", filter=repeated),
        total=Sum("incidents"),
        theirs=Sum("incidents", filter=repeated),
    )
    return Share(found["all"], found["again"], found["total"] or 0, found["theirs"] or 0)


@dataclass(frozen=True, slots=True)
class Near:
    """A row of Knox's table: pairs so far apart, by days between them. `cells`: pairs, how many
    times as many as by chance, and whether chance is unlikely to give so many.
    """

    apart: str
    cells: tuple[tuple[int, float, bool], ...]


def near(crimes: QuerySet[Crime]) -> list[Near] | str:
    """Whether crimes near each other follow each other sooner than by chance; else why that cannot
    be said. One query.
    """
    rows = crimes.order_by("pk").values(*WHERE, "occurred_from")[: MOST_NEAR + 1]
    found = {(row["occurred_from"], at) for row in rows if (at := place.of_row(row)) is not None}
    if len(rows) > MOST_NEAR:
        return f"More than {MOST_NEAR:,} crimes: choose a shorter period or a smaller area."
    if len(found) < FEWEST_NEAR:
        return f"Fewer than {FEWEST_NEAR} crimes with an exact day and place: too few to tell."
    incidents = sorted(found)
    days = [timezone.localtime(moment).date().toordinal() for moment, _ in incidents]
    where = np.array([(at.latitude, at.longitude) for _, at in incidents])
    east, north = _metres(where)
    return _table(repeats.knox(east, north, days, permutations=PERMUTATIONS))


def _metres(where: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[Any, Any]:
    """East and north of the first place; within a force's area exact to some metres."""
    latitude, longitude = where[:, 0], where[:, 1]
    by = place.METRES * cos(radians(float(latitude.mean())))
    return (longitude - longitude[0]) * by, (latitude - latitude[0]) * place.METRES


def _table(found: repeats.Knox) -> list[Near]:
    shown = []
    for band, bound in enumerate(repeats.DISTANCES):
        before = repeats.DISTANCES[band - 1] if band else 0
        apart = f"{before:.0f} to {bound:.0f} m" if band else "Same place"
        numbers = zip(found.observed[band], found.ratio[band], found.p[band], strict=True)
        cells = tuple((int(n), float(times), bool(p <= RARE)) for n, times, p in numbers)
        shown.append(Near(apart, cells))
    return shown
