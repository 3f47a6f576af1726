"""The crimes of an area, an offence and a period as rows of PostgreSQL, where counts of the index
are not enough: the same access rule (`crime.selectors.visible`), the same areas (`crime.search`).
"""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from crime import area_names, selectors, where
from crime.models import Crime
from crime.search import area_key
from crime.trends.asking import Asked
from crime.trends.counts import OTHER
from crime.where import Where
from wmp_search.access.scope import Scope


def chosen(asked: Asked, there: Where, scope: Scope) -> QuerySet[Crime]:
    """The crimes that the scope may open, of the area and the category; none without the right.

    Raises where.TooManyError, where only the index knows which crimes lie in the area.
    """
    crimes = selectors.visible(scope)
    category = "" if asked.category == OTHER else asked.category
    if asked.category:
        crimes = crimes.filter(category=category)
    if there.by_place:
        return crimes.filter(pk__in=where.ids(there, category if asked.category else None, scope))
    return in_area(crimes, there.name)


def in_area(crimes: QuerySet[Crime], area: str) -> QuerySet[Crime]:
    """Those whose `crime.search.areas` hold what was typed; all for "". One query now, so that
    those to come ask only for the kinds of area of that name, each by its index.
    """
    if not area:
        return crimes
    key = area_key(area)
    ways = _ways(key) if key else []
    return _named(crimes).filter(reduce(or_, ways)) if ways else crimes.none()


def _named(crimes: QuerySet[Crime]) -> QuerySet[Crime]:
    names = area_names.key(F("lsoa_name")), area_names.key(area_names.authority("lsoa_name"))
    return crimes.alias(name_key=names[0], of_name=names[1])


def _ways(key: str) -> list[Q]:
    """How a crime can lie in an area of this key, of those ways in which any crime does."""
    ways = [
        Q(lsoa=key),
        Q(postcode__startswith=f"{key} "),
        Q(name_key=key),
        Q(of_name=key),
    ]
    first, *others = (
        _named(Crime.objects.order_by()).filter(way).values_list(Value(number))[:1]
        for number, way in enumerate(ways)
    )
    return [ways[number] for (number,) in first.union(*others, all=True)]


def committed(crimes: QuerySet[Crime], first: date, last: date) -> QuerySet[Crime]:
    """Those that began between two days (local time), of which that is known."""
    return crimes.filter(
        occurred_from__gte=_midnight(first),
        occurred_from__lt=_midnight(last + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
