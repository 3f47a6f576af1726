"""What speaks against a link between two crimes: distance, the time between, the hour."""

from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from django.utils import timezone

from crime import place
from crime.document import hour_of_week
from crime.models import Crime
from crime.place import Place
from wmp_search.access.scope import Scope

FAR = 5.0  # km
LONG = 180  # days
HOURS_APART = 6
EARTH = 6_371.0  # km


@dataclass(frozen=True, slots=True)
class Facts:
    """Where and when a crime was, as exactly as the scope may know the place; `hour` of the day
    where it is known.
    """

    at: Place | None
    on: date | None
    hour: int | None


def facts_of(crime: Crime, scope: Scope) -> Facts:
    """Of a crime that the scope may open."""
    row = {name: getattr(crime, name) for name in ("latitude", "longitude", "easting", "northing")}
    hour = hour_of_week(crime.occurred_from, crime.occurred_to)
    began = timezone.localdate(crime.occurred_from) if crime.occurred_from else None
    return Facts(
        place.shown(place.of_row(row), scope),
        began or crime.month or crime.reported_on,
        None if hour is None else hour % 24,
    )


def against(here: Facts, there: Facts, *, is_method: bool = False) -> tuple[str, ...]:
    """In words; what is not known speaks neither for nor against and is named for the place and
    the day. `is_method`: for a similar method the hour of the day counts, too.
    """
    said = [_apart(here.at, there.at), _between(here.on, there.on)]
    if is_method and here.hour is not None and there.hour is not None:
        apart = abs(here.hour - there.hour)
        if min(apart, 24 - apart) >= HOURS_APART:
            said.append(f"at about {there.hour:02}:00, this one at about {here.hour:02}:00")
    return tuple(word for word in said if word)


def kilometres(one: Place, other: Place) -> float:
    """Along the surface."""
    north, south = radians(one.latitude), radians(other.latitude)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def _apart(one: Place | None, other: Place | None) -> str:
    if one is None or other is None:
        return "how far apart is not known"
    apart = kilometres(one, other)
    return f"{apart:.0f} km apart" if apart >= FAR else ""


def _between(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return "the time between is not known"
    days = abs((one - other).days)
    if days < LONG:
        return ""
    return f"{days / 365.25:.1f} years between" if days >= 730 else f"{days // 30} months between"
