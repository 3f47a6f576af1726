"""Crimes within a distance of a postcode or a crime, or in an area drawn on the map."""

import json
from dataclasses import dataclass
from typing import Any

import shapely

from crime import place
from crime.document import bare
from crime.map.asked import Asked
from crime.place import Place
from crime.search import SPEC, index_filter
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import Clause, any_of, term

DISTANCES = {"0.5": "500 m", "1": "1 km", "2": "2 km", "5": "5 km", "10": "10 km"}
FEWEST_POINTS, MOST_POINTS = 3, 100
MOST_CHARACTERS = 5_000
KIND = "crime_area"  # of the requests that are kept


class AreaError(ValueError):
    """The area cannot be searched; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where to look: `points` of a drawn area, or `middle` and `km` around what was typed, `near`.
    And for which crimes, as `Asked` has offence and time.
    """

    points: tuple[Place, ...] = ()
    middle: Place | None = None
    km: str = ""
    near: str = ""
    category: str = ""
    period: str = ""

    @property
    def which(self) -> Asked:
        """Offence and time."""
        return Asked(category=self.category, period=self.period)

    def kept(self) -> dict[str, Any]:
        """As JSON, to be kept with the search."""
        return {
            "points": [list(point) for point in self.points],
            "middle": list(self.middle) if self.middle else None,
            "km": self.km,
            "near": self.near,
            "category": self.category,
            "period": self.period,
        }

    @classmethod
    def of_kept(cls, kept: dict[str, Any]) -> "Around":
        """What `kept` gave."""
        return cls(
            points=tuple(Place(*point) for point in kept["points"]),
            middle=Place(*kept["middle"]) if kept["middle"] else None,
            **{name: kept[name] for name in ("km", "near", "category", "period")},
        )

    def filters(self, scope: Scope) -> list[Clause]:
        """As filters of the index: by the exact place where the scope may know it, else by the
        middle of its small hexagon.
        """
        field = place.field_of(scope)
        if self.middle:
            where: Clause = {"distance": f"{self.km}km", field: self.middle.point}
            return [{"geo_distance": where}, *self.which.which()]
        ring = [[p.longitude, p.latitude] for p in (*self.points, self.points[0])]
        shape = {"type": "polygon", "coordinates": [ring]}
        within = {"geo_shape": {field: {"shape": shape, "relation": "intersects"}}}
        return [within, *self.which.which()]


def drawn(sent: str) -> tuple[Place, ...]:
    """The corners of an area as the map sends them: [[latitude, longitude], …].

    Raises AreaError.
    """
    try:
        read = json.loads(sent) if len(sent) <= MOST_CHARACTERS else None
        points = tuple(Place(float(lat), float(lon)) for lat, lon in read or ())
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise AreaError("Draw the area again: its corners did not arrive") from error
    if not FEWEST_POINTS <= len(points) <= MOST_POINTS:
        raise AreaError(f"Draw an area with {FEWEST_POINTS} to {MOST_POINTS} corners")
    if not all(place.is_here(point) for point in points):
        raise AreaError("Draw an area in the United Kingdom")
    if not shapely.Polygon([(p.longitude, p.latitude) for p in points]).is_valid:
        raise AreaError("Draw the area again: its lines cross")
    return points


def found(near: str, scope: Scope) -> Place | None:
    """The middle of the crimes with this postcode, postcode district or crime number, as far as
    the scope may see them; None without any. One request.

    Raises PermissionDenied, SearchUnavailable, SearchError.
    """
    scope.require(Permission.CRIME_VIEW)
    typed = bare(near)
    names = any_of([term("postcode_key", typed), term("number_key", typed)])
    body = {
        "size": 0,
        "query": {"bool": {"filter": [index_filter(scope), names]}},
        "aggs": {"middle": {"geo_centroid": {"field": place.field_of(scope)}}},
    }
    middle = client.search(SPEC.alias, body)["aggregations"]["middle"]
    if not middle["count"]:
        return None
    return Place(middle["location"]["lat"], middle["location"]["lon"])
