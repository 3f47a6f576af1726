"""The picture of a map and what it is made of."""

import json
import re

import h3
import pytest

from crime.map import around, picture
from crime.map.around import AreaError, Around, drawn
from crime.map.asked import Asked
from crime.map.counts import Cell
from crime.place import Place

MIDDLE = h3.latlng_to_cell(52.48, -1.9, 9)


def cells(number: int) -> list[Cell]:
    """Hexagons around the middle, the most crimes first; the first is hot."""
    disk = h3.grid_disk(MIDDLE, 30)[:number]
    return [
        Cell(h3.str_to_int(cell), "B1", number - at, hot=at == 0) for at, cell in enumerate(disk)
    ]


def test_every_hexagon_is_drawn_in_one_of_five_shades_and_a_hot_one_has_a_mark() -> None:
    shown = picture.drawn(cells(100), {})
    assert shown is not None
    assert len(shown.shapes) == 100
    assert [shade.number for shade in shown.legend] == [1, 2, 3, 4, 5]
    assert [(shade.low, shade.high) for shade in shown.legend][-1][1] == 100
    assert [bool(shape.mark) for shape in shown.shapes] == [True] + [False] * 99
    assert [shape.rank for shape in shown.shapes][8:11] == [9, 0, 0]
    height = float(shown.view.split()[-1])
    for shape in shown.shapes:
        numbers = [float(n) for n in re.findall(r"[\d.]+", shape.path)]
        assert all(0 <= x <= picture.WIDTH for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])


def test_the_most_that_is_drawn_stays_below_300_kb() -> None:
    shown = picture.drawn(cells(picture.MOST_SHAPES), {})
    assert shown is not None
    assert len(json.dumps(shown.geojson)) < 300_000
    assert picture.drawn(cells(picture.MOST_SHAPES + 1), {}) is None
    assert picture.drawn([], {}) is None


def test_one_hexagon_is_a_picture_too() -> None:
    shown = picture.drawn(cells(1), {})
    assert shown is not None
    assert [shade.number for shade in shown.legend] == [1]


def test_equal_counts_have_one_shade() -> None:
    assert len(set(picture._shades([3] * 40))) == 1
    assert picture._shades([1, 1, 1, 9])[0] < picture._shades([1, 1, 1, 9])[3]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("", "corners did not arrive"),
        ("[[1", "corners did not arrive"),
        ("{}", "3 to 100 corners"),
        ('[["a", 1]]', "corners did not arrive"),
        ("[[52.5, -1.9, 3]]", "corners did not arrive"),
        ("[[52.5, -1.9], [52.6, -1.9]]", "3 to 100 corners"),
        (json.dumps([[52.5 + n / 1e4, -1.9] for n in range(101)]), "3 to 100 corners"),
        ("[[1e999, -1.9], [52.6, -1.9], [52.6, -1.8]]", "in the United Kingdom"),
        ("[[NaN, -1.9], [52.6, -1.9], [52.6, -1.8]]", "in the United Kingdom"),
        ("[[48.8, 2.3], [48.9, 2.3], [48.9, 2.4]]", "in the United Kingdom"),
        ("[[52.5, -1.9], [52.6, -1.8], [52.5, -1.8], [52.6, -1.9]]", "lines cross"),
        ("[[52.5, -1.9], [52.5, -1.9], [52.5, -1.9]]", "lines cross"),
        ("9" * 6_000, "3 to 100 corners"),
        ("[" * 4_000, "corners did not arrive"),
    ],
)
def test_a_drawn_area_that_is_none_is_refused_in_words(sent: str, words: str) -> None:
    with pytest.raises(AreaError, match=words):
        drawn(sent)


def test_an_area_is_kept_and_read_again_as_it_was() -> None:
    points = drawn("[[52.5, -1.9], [52.6, -1.9], [52.6, -1.8]]")
    for one in (
        Around(points=points, category="Burglary", period="3"),
        Around(middle=Place(52.5, -1.9), km="2", near="B23 7PJ", period="all"),
    ):
        assert around.Around.of_kept(json.loads(json.dumps(one.kept()))) == one


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, Asked(by="7")),
        ({"area": "B23"}, Asked(area="B23", by="8")),
        ({"by": "ward"}, Asked(by="7")),  # none are loaded
        ({"by": "10", "period": "2"}, Asked(by="7", period="12")),
        ({"by": "9", "period": "all"}, Asked(by="9", period="all")),
    ],
)
def test_what_is_not_offered_becomes_what_is_usual(sent: dict[str, str], expected: Asked) -> None:
    assert Asked.of(sent, []) == expected
