"""In which ward, beat and force area a place lies: found when a crime's document is made.

An LSOA stands in the crime's own row. Looked up for each question, the outlines of a force's wards
would cost the index seconds; by code they are counted like any other word of a crime.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db.models import Count, Max

from crime.models import Boundary
from crime.place import Place

KINDS = (Boundary.Kind.WARD.value, Boundary.Kind.BEAT.value, Boundary.Kind.FORCE.value)


def codes(places: Sequence[Place | None]) -> list[dict[str, str]]:
    """Kind → code of the area around each place, "" for none. On the very edge of two it is the
    one that comes first by its code. One query, more once after boundaries were loaded.
    """
    found = [dict.fromkeys(KINDS, "") for _ in places]
    known = [(at, place) for at, place in enumerate(places) if place]
    points = shapely.points([(p.longitude, p.latitude) for _, p in known]) if known else []
    for kind, tree, names in _trees(_stamp()) if known else ():
        hits = tree.query(points, predicate="intersects")
        for point, area in sorted(zip(*hits.tolist(), strict=True), reverse=True):
            found[known[point][0]][kind] = names[area]
    return found


def _stamp() -> tuple[Any, ...]:
    """Changes with every load."""
    return tuple(Boundary.objects.aggregate(Count("pk"), Max("loaded_at"), Max("pk")).values())


@lru_cache(maxsize=1)
def _trees(_stamp: tuple[Any, ...]) -> list[tuple[str, shapely.STRtree, list[str]]]:
    """Of each kind that is loaded: its outlines, findable, and their codes in the same order."""
    trees = []
    for kind in KINDS:
        rows = list(Boundary.objects.filter(kind=kind).order_by("code").values("code", "shape"))
        shapes = np.array([_shape(row["shape"]) for row in rows], dtype=object)
        if rows:
            trees.append((kind, shapely.STRtree(shapes), [row["code"] for row in rows]))
    return trees


def _shape(geojson: dict[str, Any]) -> shapely.Geometry:
    polygons = geojson["coordinates"]
    if geojson["type"] == "Polygon":
        return shapely.Polygon(polygons[0], polygons[1:])
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])
