"""The crimes of an area, an offence and a period as rows of PostgreSQL, where counts of the index
are not enough: the same access rule (`crime.selectors.visible`), the same areas (`crime.search`).
"""

from datetime import date, datetime, time, timedelta

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils import timezone

from crime import selectors
from crime.models import Crime
from crime.search import area_key
from crime.trends.asking import Asked
from crime.trends.counts import OTHER
from wmp_search.access.scope import Scope

# what area_key leaves out, as far as it occurs in names of places
NOT_OF_A_KEY = " '\u2019.,-()&/_"


def _key(name: Combinable) -> Func:
    """`area_key` of a column of names."""
    capitals = Func(name, function="upper")
    return Func(
        capitals,
        Value(NOT_OF_A_KEY),
        Value(""),
        function="translate",
        output_field=CharField(),
    )


def _authority(name: str) -> Func:
    """An LSOA's name without its number: "Birmingham 060A" → "Birmingham"."""
    return Func(F(name), Value(" [^ ]*$"), Value(""), function="regexp_replace")


def chosen(asked: Asked, scope: Scope) -> QuerySet[Crime]:
    """The crimes that the scope may open, of the area and the category; none without the right."""
    found = in_area(selectors.visible(scope), asked.area)
    if not asked.category:
        return found
    return found.filter(category="" if asked.category == OTHER else asked.category)


def in_area(crimes: QuerySet[Crime], area: str) -> QuerySet[Crime]:
    """Those whose `crime.search.areas` hold what was typed; all for ""."""
    if not area:
        return crimes
    key = area_key(area)
    if not key:
        return crimes.none()
    named = crimes.alias(name_key=_key(F("lsoa_name")), of_name=_key(_authority("lsoa_name")))
    return named.filter(
        Q(lsoa=key) | Q(postcode__startswith=f"{key} ") | Q(name_key=key) | Q(of_name=key)
    )


def committed(crimes: QuerySet[Crime], first: date, last: date) -> QuerySet[Crime]:
    """Those that began between two days (local time), of which that is known."""
    return crimes.filter(
        occurred_from__gte=_midnight(first),
        occurred_from__lt=_midnight(last + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
