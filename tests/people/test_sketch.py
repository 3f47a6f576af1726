"""The sketch of addresses: whole, readable, and never where it knows nothing."""

import itertools

import pytest

from people import sketch


def test_every_number_stands_in_the_frame_and_apart_from_the_others() -> None:
    districts = ["WV1", "CV1", "B23", "B24", "DY1", "B90", "WS8", "B1", "B2", "B3"]
    made = sketch.of(districts)
    assert made is not None
    west, north, width, height = map(int, made.view.split())
    for marker in made.markers:
        assert west <= marker.left
        assert marker.left + marker.width <= west + width
        assert north <= marker.top <= marker.top + marker.height <= north + height
    for one, other in itertools.combinations(made.markers, 2):
        beside = one.left + one.width < other.left or other.left + other.width < one.left
        above = one.top + one.height < other.top or other.top + other.height < one.top
        assert beside or above, (one, other)


def test_addresses_of_one_place_share_a_marker_and_unknown_ones_are_named() -> None:
    made = sketch.of(["B23", "", "B23", "SW1A", "B23", "B23"])
    assert made is not None
    assert [marker.label for marker in made.markers] == ["1 +3"]
    assert made.missing == (2, 4)


@pytest.mark.parametrize("districts", [[], [""], ["SW1A", "M1"]])
def test_without_a_place_in_the_area_there_is_none(districts: list[str]) -> None:
    assert sketch.of(districts) is None


def test_north_is_up_and_east_is_right() -> None:
    made = sketch.of(["WV1", "CV1"])
    assert made is not None
    wolverhampton, coventry = made.markers
    assert wolverhampton.x < coventry.x
    assert wolverhampton.y < coventry.y
