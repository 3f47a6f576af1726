"""An area drawn on the map, or a distance around a place, as an area of trends.

It is counted in whole hexagons, those whose middle lies in it, of a size in which the reader may
count on the map, too. Two areas differ by whole hexagons: by drawing one slightly larger than the
other nobody learns of a house what the map does not tell anyway. Figures that leave the force
have no drawn areas at all (`wmp_search.reports.release`).
"""

import math
from uuid import UUID

import h3

from crime import place
from crime.map.around import DISTANCES, KIND, Around
from crime.map.counts import told_exactly
from crime.place import EXACT_ONLY, Place
from crime.where import Where
from people import requests
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search.query import Clause

FINE, COARSE = EXACT_ONLY, EXACT_ONLY - 1
MOST_FINE = 3_000  # hexagons: of larger areas the coarse ones are exact enough
SIDES = 48  # of a circle
SIZES = {FINE: "350 m", COARSE: "900 m"}


def of_request(request: AccessRequest, pk: str) -> Where:
    """The officer's own area that was kept; else 404, audited."""
    try:
        wanted = UUID(pk)
    except ValueError:
        wanted = UUID(int=0)
    kept = requests.own(request, wanted, KIND)
    return of(Around.of_kept(kept.criteria), request.scope)


def of(around: Around, scope: Scope) -> Where:
    """The area as trends count in it."""
    size, cells = _cells(around, exact=scope.may(Permission.CRIME_EXACT_PLACE))
    clauses: list[Clause] = [{"terms": {f"h3_{size}": sorted(cells)}}]
    if size == FINE:
        clauses.append(told_exactly())
    name = f"the {DISTANCES[around.km]} around {around.near}" if around.near else ""
    number = f"{len(cells):,} hexagon{'s' if len(cells) != 1 else ''} of {SIZES[size]}"
    note = f"Counted in {number} whose middle lies in it; crimes without a place are not in it."
    return Where(name or "the area you drew", tuple(clauses), note, by_place=True)


def _cells(around: Around, *, exact: bool) -> tuple[int, set[str]]:
    outline = around.points or _circle(around)
    ring = h3.LatLngPoly([(p.latitude, p.longitude) for p in outline])
    if exact:
        fine = set(h3.h3shape_to_cells(ring, FINE))
        if 0 < len(fine) <= MOST_FINE:
            return FINE, fine
    return COARSE, set(h3.h3shape_to_cells(ring, COARSE))


def _circle(around: Around) -> tuple[Place, ...]:
    assert around.middle is not None  # noqa: S101  without corners there is a middle
    north = float(around.km) * 1_000 / place.METRES
    east = north / math.cos(math.radians(around.middle.latitude))
    turns = [2 * math.pi * at / SIDES for at in range(SIDES)]
    return tuple(
        Place(
            around.middle.latitude + north * math.sin(turn),
            around.middle.longitude + east * math.cos(turn),
        )
        for turn in turns
    )
