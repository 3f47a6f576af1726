"""Where a crime happened: WGS 84 degrees and the hexagons around them.

Hexagons are H3's (Uber, Apache 2.0), by number: the same everywhere and at all times, so that they
are counted like any other word of a crime.
"""

from typing import Any, NamedTuple

import h3

from crime import grid
from people import sources
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

RESOLUTIONS = (7, 8, 9)  # edges of about 1.4 km, 530 m and 200 m
ROUGH = 9  # a place that is not told exactly is the middle of such a hexagon
EXACT_ONLY = 9  # from this size on hexagons say nothing where places are moved (crime.md 1.10)
METRES = 111_195.0  # of a degree of latitude
NORTH, SOUTH, WEST, EAST = 61.0, 49.5, -8.7, 2.0  # the United Kingdom


class Place(NamedTuple):
    """WGS 84 degrees."""

    latitude: float
    longitude: float

    @property
    def point(self) -> dict[str, float]:
        """As OpenSearch takes it."""
        return {"lat": round(self.latitude, 6), "lon": round(self.longitude, 6)}


def is_here(place: Place) -> bool:
    """Whether the place lies in or near the United Kingdom: elsewhere it is a mistake."""
    return SOUTH <= place.latitude <= NORTH and WEST <= place.longitude <= EAST


def of_row(row: dict[str, Any]) -> Place | None:
    """The place of a crime's row: its degrees, else its grid reference; None where it has none
    that can be right (0/0 is how systems write "not known").
    """
    latitude, longitude = row["latitude"], row["longitude"]
    if latitude is not None and longitude is not None:
        place = Place(latitude, longitude)
    elif row["easting"] and row["northing"] and 0 < row["northing"] < 1_300_000:
        place = Place(*grid.degrees(row["easting"], row["northing"]))
    else:
        return None
    return place if is_here(place) else None


def fields(place: Place | None) -> dict[str, Any]:
    """What the index holds of a place; nothing of none."""
    if place is None:
        return {}
    cells = {f"h3_{size}": h3.latlng_to_cell(*place, size) for size in RESOLUTIONS}
    rough = Place(*h3.cell_to_latlng(cells[f"h3_{ROUGH}"]))
    return {"place": place.point, "place_rough": rough.point, **cells}


def field_of(scope: Scope) -> str:
    """By which of the two places a scope may search: the exact one needs a permission."""
    return "place" if scope.may(Permission.CRIME_EXACT_PLACE) else "place_rough"


def shown(place: Place | None, scope: Scope) -> Place | None:
    """The place as exactly as the scope may know it: else the middle of its small hexagon."""
    if place is None or scope.may(Permission.CRIME_EXACT_PLACE):
        return place
    return Place(*h3.cell_to_latlng(h3.latlng_to_cell(*place, ROUGH)))


def snapped() -> frozenset[str]:
    """Systems that move each place to a nearby point before they tell it, as data.police.uk does
    (`geo_quality = "snapped"` in their source file).
    """
    return sources.snapped()
