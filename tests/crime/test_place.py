"""Where and when a crime happened, as the index holds it."""

import math
from datetime import UTC, date, datetime
from typing import Any

import h3
import pytest

from crime import grid, place, search
from crime.document import hour_of_week
from crime.models import Crime, Outcome
from tests.crime_data import crime
from tests.people_data import index, next_id
from wmp_search.search import client

# latitude, longitude, easting, northing: Ordnance Survey's test file of OSTN15 (TP04 to TP20), and
# Caister Water Tower, the worked example of its user guide
PUBLISHED = {
    "Caister Water Tower": (52.658007833, 1.716073973, 651409.804, 313177.450),
    "TP04": (50.57563665000, -1.29782277240, 449816.371, 75335.861),
    "TP07": (51.37447025550, 1.44454730409, 639821.835, 169565.858),
    "TP08": (51.42754743020, -2.54407618349, 362269.991, 169978.690),
    "TP09": (51.48936564950, -0.11992557180, 530624.974, 178388.464),
    "TP10": (51.85890896400, -4.30852476960, 241124.584, 220332.641),
    "TP12": (52.25529381630, -2.15458614387, 389544.190, 261912.153),
    "TP13": (52.25160951230, -0.91248956970, 474335.969, 262047.755),
    "TP15": (52.96219109410, -1.19747655922, 454002.834, 340834.943),
    "TP16": (53.34480280190, -2.64049320810, 357455.843, 383290.436),
    "TP17": (53.41628516040, -4.28918069756, 247958.971, 393492.909),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_grid_reference_becomes_degrees_within_five_metres(name: str) -> None:
    latitude, longitude, *metres = PUBLISHED[name]
    found = grid.degrees(*metres)
    east = (found[1] - longitude) * math.cos(math.radians(latitude))
    assert math.hypot(found[0] - latitude, east) * 111_320 < 5


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((52.48, -1.89, None, None), (52.48, -1.89)),
        ((52.48, -1.89, 1, 1), (52.48, -1.89)),  # degrees need no conversion
        ((None, None, 412_716, 285_503), (52.467, -1.814)),
        ((None, -1.89, None, None), None),
        ((0.0, 0.0, None, None), None),
        ((-1.89, 52.48, None, None), None),  # exchanged
        ((None, None, 0, 0), None),
        ((None, None, 412_716, 9_999_999), None),
    ],
)
def test_the_place_of_a_row(columns: tuple[Any, ...], expected: Any) -> None:
    row = dict(zip(("latitude", "longitude", "easting", "northing"), columns, strict=True))
    found = place.of_row(row)
    assert found == (expected and pytest.approx(expected, abs=0.001))


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (datetime(2024, 1, 1, 0, 30, tzinfo=UTC), None, 0),  # Monday, in winter
        (datetime(2024, 7, 1, 0, 30, tzinfo=UTC), None, 1),  # Monday, in summer: 01:30
        (datetime(2024, 7, 7, 22, 59, tzinfo=UTC), datetime(2024, 7, 7, 23, 40, tzinfo=UTC), 167),
        (datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 1, 10, tzinfo=UTC), 9),
        (datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 1, 10, 1, tzinfo=UTC), None),
        (datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 1, 8, tzinfo=UTC), None),
        (datetime(2024, 1, 2, tzinfo=UTC), None, None),  # a day without a time
        (datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 2, 0, 20, tzinfo=UTC), 24),
        (None, None, None),
    ],
)
def test_the_hour_is_known_only_where_the_source_says_it(
    begin: datetime | None, end: datetime | None, expected: int | None
) -> None:
    assert hour_of_week(begin, end) == expected


def found_by(field: str, value: object) -> list[int]:
    hits = client.search(search.SPEC.alias, {"query": {"term": {field: value}}})["hits"]["hits"]
    return [hit["_source"]["crime_id"] for hit in hits]


@pytest.fixture
def made() -> Crime:
    found = crime(
        latitude=52.48, longitude=-1.89, lsoa="E01008881", lsoa_name="Birmingham 067A",
        status="Finalised", outcome="Charged",
    )  # fmt: skip
    index()
    return found


@pytest.mark.django_db
def test_a_crime_is_counted_by_its_place_hour_and_outcome(made: Crime) -> None:
    cell = h3.latlng_to_cell(52.48, -1.89, 8)
    expected = {
        "district": "B23",
        "lsoa": "E01008881",
        "authority": "Birmingham",
        "outcome": "Charged",
        "offence_code": "028/01",
        "system": "crime_recording",
        "h3_8": cell,
        "h3_7": h3.latlng_to_cell(52.48, -1.89, 7),
        "h3_9": h3.latlng_to_cell(52.48, -1.89, 9),
        "hour_of_week": 3 * 24 + 23,  # Thursday 2 May 2024, 23:30 in summer
    }
    for field, value in expected.items():
        assert found_by(field, value) == [made.pk], field
    body = {"size": 0, "aggs": {name: {"terms": {"field": name}} for name in expected}}
    counted = client.search(search.SPEC.alias, body)["aggregations"]
    assert all(counted[name]["buckets"][0]["key"] == value for name, value in expected.items())


@pytest.mark.django_db
def test_the_latest_outcome_counts_and_without_one_the_status(made: Crime) -> None:
    Outcome.objects.create(
        pk=next_id(), system=made.system, crime_ref=made.source_ref, crime=made,
        outcome="Charges dropped", outcome_on=date(2024, 9, 1),
    )  # fmt: skip
    (document,) = search.documents([made.pk])
    assert document.source is not None
    assert document.source["outcome"] == "Charges dropped"
    Outcome.objects.all().update(deleted_at=made.changed_at)
    (document,) = search.documents([made.pk])
    assert document.source is not None
    assert document.source["outcome"] == "Finalised"


@pytest.mark.django_db
def test_the_day_of_a_crime_is_that_of_london(made: Crime) -> None:
    late = crime("20CR/000006/26", occurred_from=datetime(2024, 5, 31, 23, 30, tzinfo=UTC))
    (document,) = search.documents([late.pk])
    assert document.source is not None
    assert document.source["day"] == "2024-06-01"
