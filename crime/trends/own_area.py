"""The area an officer works in: what happened there lately, and what is unusual."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crime import selectors
from crime.models import Crime, OwnArea
from crime.selectors import CrimeSummary
from crime.trends import rows
from crime.trends.asking import Asked
from crime.trends.counts import OTHER, monthly
from crime.where import named
from wmp_search.access.models import Unit
from wmp_search.access.scope import Scope

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
LISTED = 20  # crimes


@dataclass(frozen=True, slots=True)
class Lately:
    """Crimes that began in the last 24 hours and 7 days. `kinds`: category, of the day, of the
    week; `crimes`: the newest; `newest`: when the last known one began, however long ago.
    """

    day: int
    week: int
    kinds: tuple[tuple[str, int, int], ...]
    crimes: tuple[CrimeSummary, ...]
    newest: datetime | None


def of_officer(scope: Scope) -> str:
    """The area that the officer chose, else the one that bears the name of the unit; "" where
    there is neither.
    """
    chosen = OwnArea.objects.filter(officer=scope.officer_id).first()
    if chosen:
        return chosen.area
    unit = Unit.objects.filter(pk=scope.unit_id).first() if scope.unit_id else None
    return unit.name if unit and monthly(named(unit.name), scope).periods else ""


def choose(officer_id: int, area: str) -> None:
    """Keep it for the officer; "" forgets it."""
    if not area:
        OwnArea.objects.filter(officer=officer_id).delete()
        return
    OwnArea.objects.update_or_create(officer_id=officer_id, defaults={"area": area})


def lately(area: str, scope: Scope) -> Lately:
    """What happened there, of what the scope may open. Six queries at most."""
    now = timezone.now()
    there = rows.chosen(Asked(area), named(area), scope).filter(occurred_from__lte=now)
    of_week = there.filter(occurred_from__gte=now - WEEK)
    kinds = (
        of_week.values("category")
        .annotate(week=Count("pk"), day=Count("pk", filter=Q(occurred_from__gte=now - DAY)))
        .order_by("-week", "category")
    )
    ids = list(of_week.order_by("-occurred_from", "-pk").values_list("pk", flat=True)[:LISTED])
    known = {crime.crime_id: crime for crime in selectors.summaries(ids, scope)}
    counted = [(row["category"] or OTHER, int(row["day"]), int(row["week"])) for row in kinds]
    return Lately(
        day=sum(day for _, day, _ in counted),
        week=sum(week for *_, week in counted),
        kinds=tuple(counted),
        crimes=tuple(known[pk] for pk in ids if pk in known),
        newest=None if counted else _newest(there),
    )


def _newest(there: QuerySet[Crime]) -> datetime | None:
    """When the last known one began: by the index of beginnings, backwards."""
    newest = there.order_by("-occurred_from").values_list("occurred_from", flat=True)
    return newest.first()
