"""Where addresses are, roughly: numbers on a sketch of the force's area, made without any request.

An address stands at the middle of its postcode district, never at the house: the product has no
positions of postcodes. The list of addresses beside it is its text.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"
UNIT = 100  # metres of the grid
LEAST_WIDTH = 180  # units, 18 km: neighbours do not look far apart
SHAPE = 0.7  # height by width
MARGIN = 50  # units around the outermost number
MOST_NUMBERS = 2  # in one marker; of more the first, and how many others

Point = tuple[int, int]  # units from the west, from the north


@dataclass(frozen=True, slots=True)
class Marker:
    """One place with the numbers of its addresses; a rounded box around (`x`, `y`)."""

    x: int
    y: int
    label: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Town:
    """A name for orientation."""

    x: int
    y: int
    name: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an SVG needs. `missing`: the numbers of the addresses that stand nowhere on it."""

    view: str
    outline: str
    size: int  # of letters
    towns: tuple[Town, ...]
    markers: tuple[Marker, ...]
    missing: tuple[int, ...]


def of(districts: Sequence[str]) -> Sketch | None:
    """The sketch of addresses numbered from 1, by their postcode districts ("B23", "" where not
    known); None where none of them lies in the force's area.
    """
    places = [_districts().get(district) for district in districts]
    points = [point for point in places if point]
    if not points:
        return None
    west, north, width, height = _frame(points)
    radius = round(width * 0.03)
    return Sketch(
        view=f"{west} {north} {width} {height}",
        outline=_outline(),
        size=round(width * 0.036),
        towns=tuple(
            _town(name, at, points, radius)
            for name, at in _known_towns().items()
            if west < at[0] < west + width and north < at[1] < north + height
        ),
        markers=_markers(places, radius),
        missing=tuple(n for n, place in enumerate(places, start=1) if place is None),
    )


def _frame(points: Sequence[Point]) -> tuple[int, int, int, int]:
    """West, north, width and height around the points with a margin, of one shape."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs) + 2 * MARGIN, max(ys) - min(ys) + 2 * MARGIN
    width = max(LEAST_WIDTH, wide, math.ceil(high / SHAPE))
    height = round(width * SHAPE)
    middle = (max(xs) + min(xs)) // 2, (max(ys) + min(ys)) // 2
    return middle[0] - width // 2, middle[1] - height // 2, width, height


def _town(name: str, at: Point, points: Sequence[Point], radius: int) -> Town:
    """The name where it is; above the marker that would cover it."""
    is_covered = any(_overlap(at, point, radius) for point in points)
    return Town(at[0], at[1] - 2 * radius if is_covered else at[1], name)


def _markers(places: Sequence[Point | None], radius: int) -> tuple[Marker, ...]:
    """One marker for addresses so near each other that their numbers would overlap."""
    together: dict[Point, list[int]] = {}
    for number, place in enumerate(places, start=1):
        if place is None:
            continue
        near = (at for at in together if _overlap(at, place, radius))
        together.setdefault(next(near, place), []).append(number)
    return tuple(_marker(at, numbers, radius) for at, numbers in together.items())


def _overlap(one: Point, other: Point, radius: int) -> bool:
    """Whether the widest markers at these points would touch."""
    return abs(one[0] - other[0]) < 5 * radius and abs(one[1] - other[1]) < 2.5 * radius


def _marker(at: Point, numbers: Sequence[int], radius: int) -> Marker:
    label = ", ".join(map(str, numbers))
    if len(numbers) > MOST_NUMBERS:
        label = f"{numbers[0]} +{len(numbers) - 1}"
    width = max(2 * radius, round(radius * (0.8 + 0.62 * len(label))))
    x, y = at
    return Marker(x, y, label, x - width // 2, y - radius, width, 2 * radius)


@lru_cache(maxsize=1)
def _districts() -> dict[str, Point]:
    return {row[0]: _point(row[1], row[2]) for row in _rows("districts")}


@lru_cache(maxsize=1)
def _known_towns() -> dict[str, Point]:
    return {row[0]: _point(row[1], row[2]) for row in _rows("towns")}


@lru_cache(maxsize=1)
def _outline() -> str:
    points = (_point(easting, northing) for easting, northing in _rows("outline"))
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


def _point(easting: str, northing: str) -> Point:
    return (int(easting) - 380_000) // UNIT, (310_000 - int(northing)) // UNIT


def _rows(name: str) -> list[list[str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
