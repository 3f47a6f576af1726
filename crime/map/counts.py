"""How many crimes lie in each hexagon or area, counted by the index in one request.

Every count is of crimes that the scope may open. The study area of hot spots is every hexagon in
which any crime of the area is known, whatever its kind and time: empty fields are no place where
nothing happens (crime.md 1.7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import h3
import numpy as np
from scipy import sparse

from crime import place
from crime.map.asked import Asked
from crime.models import Boundary
from crime.search import SPEC, index_filter
from crime.trends.counts import MOST_CATEGORIES, OTHER
from crime.trends.hotspots import hot
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import Clause, term

MOST_CELLS = 10_000  # of the study area; the force has 8,500 small hexagons
FEWEST_CELLS = 30  # with fewer there is nothing to stand out from
FEWEST_CRIMES = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A hexagon (`number`: its H3 id) or an area (its boundary) with its crimes. `hot`: with its
    neighbours it holds more than the rest, as `crime.trends.hotspots` says it.
    """

    number: int
    name: str
    count: int
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """`cells`: with crimes, the most first. `total`: all crimes asked for; of them `placeless`
    have no place, and `moved` come from a source that tells no exact place. `judged`: whether hot
    spots could be told. `areas`: the boundaries of cells that are areas, by number.
    """

    cells: tuple[Cell, ...]
    total: int
    placeless: int
    moved: int
    categories: tuple[str, ...]
    judged: bool = False
    areas: Mapping[int, Boundary] = field(default_factory=dict)

    @property
    def in_cells(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def elsewhere(self) -> int:
        """Crimes asked for that lie in no cell."""
        return self.total - self.in_cells

    @property
    def hot(self) -> int:
        return sum(cell.hot for cell in self.cells)


def count(asked: Asked, scope: Scope) -> Counted:
    """Count what is asked for.

    Raises PermissionDenied, SearchUnavailable, SearchError.
    """
    scope.require(Permission.CRIME_VIEW)
    if asked.needs_exact:
        scope.require(Permission.CRIME_EXACT_PLACE)
    answer = client.search(SPEC.alias, _request(asked, scope))["aggregations"]
    chosen = answer["chosen"]
    found = {
        "total": chosen["doc_count"],
        "placeless": chosen["placeless"]["doc_count"],
        "moved": chosen["moved"]["doc_count"],
        "categories": tuple(sorted(b["key"] or OTHER for b in answer["categories"]["buckets"])),
    }
    if asked.resolution is None:
        cells, areas = _of_areas(chosen["areas"]["buckets"], asked.by)
        return Counted(cells=cells, areas=areas, **found)
    buckets = answer["drawn"]["cells"]["buckets"]
    cells, judged = _hexagons(buckets)
    return Counted(cells=cells, judged=judged, **found)


def inside(asked: Asked, area: Boundary | None, cell: int) -> list[Clause]:
    """The filters of the crimes in one hexagon, or in an area where one is given."""
    if area is not None:
        return [term(area.kind, area.code)]
    filters = [term(f"h3_{asked.resolution}", h3.int_to_str(cell))]
    return [*filters, told_exactly()] if asked.needs_exact else filters


def _request(asked: Asked, scope: Scope) -> dict[str, Any]:
    chosen: Clause = {"bool": {"filter": asked.which()}}
    within: dict[str, Any] = {
        "placeless": {"missing": {"field": "place"}},
        "moved": {"filter": {"terms": {"system": sorted(place.snapped())}}},
    }
    aggregations: dict[str, Any] = {
        "chosen": {"filter": chosen, "aggs": within},
        "categories": {"terms": {"field": "category", "size": MOST_CATEGORIES, "missing": ""}},
    }
    if asked.resolution is None:
        within["areas"] = {"terms": {"field": asked.by, "size": MOST_CELLS}}
    else:
        aggregations["drawn"] = {
            "filter": told_exactly() if asked.needs_exact else {"match_all": {}},
            "aggs": {"cells": _cells(f"h3_{asked.resolution}", chosen)},
        }
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [index_filter(scope), *asked.where()]}},
        "aggs": aggregations,
    }


def _cells(name: str, chosen: Clause) -> dict[str, Any]:
    named = {"district": {"terms": {"field": "district", "size": 1}}}
    return {
        "terms": {"field": name, "size": MOST_CELLS, "order": [{"chosen": "desc"}]},
        "aggs": {"chosen": {"filter": chosen, "aggs": named}},
    }


def told_exactly() -> Clause:
    """Crimes of systems that tell places as they are."""
    return {"bool": {"must_not": [{"terms": {"system": sorted(place.snapped())}}]}}


def _of_areas(
    buckets: Sequence[dict[str, Any]], kind: str
) -> tuple[tuple[Cell, ...], dict[int, Boundary]]:
    """Areas with crimes, the most first, and their boundaries. A code without one is no area."""
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets if bucket["key"]}
    areas = Boundary.objects.filter(kind=kind, code__in=counts).in_bulk()
    cells = [Cell(pk, area.name, counts[area.code]) for pk, area in areas.items()]
    return tuple(sorted(cells, key=lambda c: (-c.count, c.name))), areas


def _hexagons(buckets: Sequence[dict[str, Any]]) -> tuple[tuple[Cell, ...], bool]:
    """Hexagons with crimes, the most first, and whether hot spots could be told."""
    keys = [bucket["key"] for bucket in buckets]
    counts = [bucket["chosen"]["doc_count"] for bucket in buckets]
    judged = len(keys) >= FEWEST_CELLS and sum(counts) >= FEWEST_CRIMES
    are_hot = hot(counts, _around(keys)) if judged else np.zeros(len(keys), bool)
    cells = [
        Cell(h3.str_to_int(bucket["key"]), _name(bucket["chosen"]), number, bool(is_hot))
        for bucket, number, is_hot in zip(buckets, counts, are_hot, strict=True)
        if number
    ]
    return tuple(sorted(cells, key=lambda c: (-c.count, c.number))), judged


def _name(chosen: dict[str, Any]) -> str:
    """The postcode district that most of its crimes lie in."""
    districts = chosen["district"]["buckets"]
    return (districts[0]["key"] if districts else "") or "No postcode"


def _around(keys: Sequence[str]) -> sparse.csr_matrix:
    """Ones where two hexagons are neighbours, and on the diagonal."""
    place_of = {key: at for at, key in enumerate(keys)}
    pairs = [
        (at, place_of[other])
        for key, at in place_of.items()
        for other in h3.grid_disk(key, 1)
        if other in place_of
    ]
    rows, columns = zip(*pairs, strict=True)
    return sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), (len(keys), len(keys)))
