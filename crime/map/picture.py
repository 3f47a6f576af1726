"""The map as an SVG drawn on the server, and the same shapes as GeoJSON for the movable one.

Five shades by how many crimes there are; a hot spot has an outline and a mark of its own, so that
nothing depends on a colour. No tile, no script and no style stand in the picture.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import h3
import numpy as np

from crime.map.counts import Cell
from crime.models import Boundary

WIDTH, MOST_HEIGHT = 480.0, 640.0  # units: so that figures of 14 can be read on a phone
MARGIN = 8.0
NAMED = 9  # shapes with their place in the table written on them
MOST_SHAPES = 1_150
MOST_BYTES = 300_000  # of the GeoJSON
SHADES = 5
_EACH = 115  # bytes of a feature without its outline
_POINT = 20

Ring = list[tuple[float, float]]  # longitude, latitude
Placed = list[list[float]]  # the same in the picture's units


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape in the picture. `rank`: its place in the table, 0 beyond NAMED. `mark`: the path
    of the mark of a hot spot, "" for others.
    """

    path: str
    shade: int
    rank: int
    x: float
    y: float
    mark: str


@dataclass(frozen=True, slots=True)
class Shade:
    """A shade of the legend with the least and the most crimes that have it."""

    number: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`view`: the viewBox. `geojson`: a FeatureCollection; of each feature `n` is how many crimes,
    `c` the shade, `r` the row in the table and `h` whether it is hot.
    """

    view: str
    shapes: tuple[Shape, ...]
    legend: tuple[Shade, ...]
    geojson: dict[str, Any]

    @property
    def shaded(self) -> list[tuple[int, str]]:
        """Each shade with one path of all its shapes, where none has a mark of its own."""
        paths: dict[int, list[str]] = {}
        for shape in self.shapes:
            paths.setdefault(shape.shade, []).append(shape.path)
        return [(shade, "".join(paths[shade])) for shade in sorted(paths)]

    @property
    def ranked(self) -> list[Shape]:
        """Those with their place in the table written on them."""
        return [shape for shape in self.shapes if shape.rank]


def drawn(
    cells: Sequence[Cell], areas: Mapping[int, Boundary], *, movable: bool = True
) -> Picture | None:
    """The picture of cells in the order of the table; `areas`: by number, where they are no
    hexagons; `movable`: with its GeoJSON. None where there is nothing to draw, or too much for a
    phone.
    """
    geometries = [_geometry(cell, areas) for cell in cells]
    outlines = [_outline(geometry) for geometry in geometries]
    size = sum(_EACH + _POINT * sum(map(len, rings)) for rings in outlines)
    if not cells or len(cells) > MOST_SHAPES or size > MOST_BYTES:
        return None
    shades = _shades([cell.count for cell in cells])
    placed, height = _placed(outlines)
    shapes = [
        _shape(cell, rings, at, shade)
        for at, (cell, rings, shade) in enumerate(zip(cells, placed, shades, strict=True), 1)
    ]
    return Picture(
        view=f"0 0 {WIDTH:g} {height:g}",
        shapes=tuple(shapes),
        legend=tuple(_legend([cell.count for cell in cells], shades)),
        geojson=_geojson(cells, shades, geometries) if movable else {},
    )


def _geometry(cell: Cell, areas: Mapping[int, Boundary]) -> dict[str, Any]:
    """The outline of a cell as GeoJSON; a hexagon's corners to within 10 m."""
    if cell.number in areas:
        return dict(areas[cell.number].shape)
    return _hexagon(cell.number)


@lru_cache(maxsize=20_000)
def _hexagon(number: int) -> dict[str, Any]:
    corners = h3.cell_to_boundary(h3.int_to_str(number))
    ring = [(round(longitude, 4), round(latitude, 4)) for latitude, longitude in corners]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _outline(geometry: dict[str, Any]) -> list[Ring]:
    """All rings; a hole is one like any other, as the picture is filled by even and odd."""
    whole = geometry["coordinates"]
    polygons = [whole] if geometry["type"] == "Polygon" else whole
    return [[(p[0], p[1]) for p in ring] for polygon in polygons for ring in polygon]


def _placed(outlines: Sequence[Sequence[Ring]]) -> tuple[list[list[Placed]], float]:
    """The outlines in the picture's units, true to scale in its middle, and how high it is."""
    points = np.array(list(chain.from_iterable(chain.from_iterable(outlines))))
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    across = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * across, 1e-4), max(north - south, 1e-4)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / high)
    middle = west - ((WIDTH - 2 * MARGIN) / scale - wide) / across / 2
    x = MARGIN + (points[:, 0] - middle) * across * scale
    y = MARGIN + (north - points[:, 1]) * scale
    onto = np.column_stack([x, y]).round(1).tolist()
    begin, placed = 0, []
    for rings in outlines:
        parts = []
        for ring in rings:
            parts.append(onto[begin : begin + len(ring)])
            begin += len(ring)
        placed.append(parts)
    return placed, round(high * scale + 2 * MARGIN)


def _shape(cell: Cell, rings: Sequence[Placed], rank: int, shade: int) -> Shape:
    corners = max(rings, key=len)[:-1]
    x, y = (round(sum(values) / len(corners), 1) for values in zip(*corners, strict=True))
    above = y - 10 if rank <= NAMED else y
    return Shape(
        path="".join(f"M{_joined(ring)}Z" for ring in rings),
        shade=shade,
        rank=rank if rank <= NAMED else 0,
        x=x,
        y=y,
        mark=f"M{x} {above - 5:.1f}l5 5l-5 5l-5-5z" if cell.hot else "",
    )


def _joined(ring: Placed) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in ring[:-1])


def _geojson(
    cells: Sequence[Cell], shades: Sequence[int], geometries: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    told = enumerate(zip(cells, shades, geometries, strict=True), 1)
    features = [_feature(cell, at, shade, geometry) for at, (cell, shade, geometry) in told]
    return {"type": "FeatureCollection", "features": features}


def _feature(cell: Cell, rank: int, shade: int, geometry: dict[str, Any]) -> dict[str, Any]:
    told = {"n": cell.count, "c": shade, "r": rank, **({"h": 1} if cell.hot else {})}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def _shades(counts: Sequence[int]) -> list[int]:
    """The shade of each count, 1 to SHADES: a fifth of the shapes each, equal counts alike."""
    edges = np.unique(np.quantile(counts, np.arange(1, SHADES) / SHADES, method="higher"))
    return [int(shade) + 1 for shade in np.searchsorted(edges, counts, side="left")]


def _legend(counts: Sequence[int], shades: Sequence[int]) -> Iterator[Shade]:
    for number in sorted(set(shades)):
        among = [n for n, shade in zip(counts, shades, strict=True) if shade == number]
        yield Shade(number, min(among), max(among))
