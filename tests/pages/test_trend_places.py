"""Trends of a ward and of a drawn area, seen from outside."""

import re
from datetime import UTC, datetime
from typing import Any

import h3
import pytest
from django.test import Client

from audit.models import Event
from crime import search, where
from crime.models import Boundary, Crime
from crime.trends import rows
from crime.trends.asking import Asked
from crime.trends.counts import monthly
from crime.where import named
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
MIDDLE = 52.52, -1.86
ROW = re.compile(r'table__header">(\w+ \d{4})</th><td[^>]*><a[^>]*href="([^"]+)">([\d,]+)<')


def at(number: int, month: int, latitude: float, longitude: float, **more: Any) -> Crime:
    given = {"occurred_from": datetime(2024, month, 9, 12, tzinfo=UTC), "category": "Burglary"}
    place = {"latitude": latitude, "longitude": longitude, "postcode": "B23 7PJ"}
    return crime(f"20CR/{number:06}/24", **{**given, **place, **more})


def looking(role: str = "analyst") -> Client:
    return with_purpose(signed_in(officer(role)))


def page(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def ward(code: str, name: str, west: float) -> Boundary:
    east = west + 0.05
    ring = [[west, 52.45], [east, 52.45], [east, 52.6], [west, 52.6], [west, 52.45]]
    return Boundary.objects.create(
        kind="ward", code=code, name=name, edition="May 2024", source="OGL v3",
        shape={"type": "Polygon", "coordinates": [ring]},
        west=west, south=52.45, east=east, north=52.6,
    )  # fmt: skip


@pytest.fixture
def town() -> None:
    """Of four months: three crimes in the ward, two beside it, one without a place."""
    number = 0
    for month in (1, 2, 3, 4):
        for longitude in (-1.86, -1.85, -1.84, -1.90, -1.90):
            number += 1
            at(number, month, 52.52, longitude)
        crime(
            f"20CR/9{month:05}/24",
            occurred_from=datetime(2024, month, 3, tzinfo=UTC),
            category="Robbery",
            postcode="B23 7PJ",
        )
    ward("E05000001", "St. Mary's Row", -1.88)
    index()


@pytest.mark.usefixtures("town")
def test_a_ward_is_asked_for_by_its_name_or_code_and_counted_by_its_outline() -> None:
    client = looking("officer")
    for typed in ("st marys row", "E05000001"):
        shown = page(client, "/crimes/trends", area=typed)
        assert [int(count) for *_, count in ROW.findall(shown)] == [3, 3, 3, 3]
        assert "By the outline of the ward, May 2024" in shown
    address = ROW.findall(shown)[0][1].replace("&amp;", "&")
    assert "April 2024: 3" in page(client, address)
    assert "12 crimes committed from" in page(client, "/crimes/trends/hours", area=typed)
    repeated = page(looking("analyst"), "/crimes/trends/repeats", area=typed)
    assert "3 of 3 places</strong> had two incidents or more" in repeated
    assert page(client, "/crimes/trends/outcomes", area=typed).count("Burglary") >= 1


@pytest.mark.usefixtures("town")
def test_rows_and_index_have_the_same_crimes_in_a_ward() -> None:
    ward("E05000002", "St Mary's Row", -1.93)  # of another town, of the same name
    search.queue_all()
    index()
    scope = scope_of(officer("officer"))
    for typed, wanted in (("E05000001", 12), ("E05000002", 8), ("st mary's row", 20)):
        there = named(typed)
        assert sum(monthly(there, scope).total) == wanted
        assert rows.chosen(Asked(typed), there, scope).count() == wanted
        assert rows.chosen(Asked(typed, "Robbery"), there, scope).count() == 0
    assert "2 wards bear this name" in named("St Mary's Row").note
    assert named("B23").note == ""


@pytest.mark.usefixtures("town")
def test_where_too_many_crimes_lie_the_page_says_what_to_choose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(where, "MOST_ROWS", 11)
    answer = looking().get("/crimes/trends/hours", {"area": "E05000001"})
    assert answer.status_code == 400
    assert "Choose one offence, or a smaller area" in answer.content.decode()


def drawn(client: Client, corners: list[tuple[float, float]]) -> str:
    """The address of the trend of an area, as the page of its crimes links to it."""
    sent = {"points": str([list(corner) for corner in corners]), "period": "all"}
    answer = client.post("/crimes/around", sent)
    assert answer.status_code == 303, answer.content
    link = re.search(r'href="(/crimes/trends\?within=[^"]+)"', page(client, answer["Location"]))
    assert link
    return link[1]


def box(west: float, east: float, more: float = 0.0) -> list[tuple[float, float]]:
    south, north = 52.50 - more, 52.54 + more
    return [(south, west - more), (south, east + more), (north, east + more), (north, west - more)]


@pytest.mark.usefixtures("town")
def test_a_drawn_area_has_a_trend_of_its_own() -> None:
    client = looking()
    address = drawn(client, box(-1.875, -1.83))
    shown = page(client, address)
    assert "Crimes in the area you drew" in shown
    assert re.search(r"Counted in \d+ hexagons of 350 m whose middle lies in it", shown)
    found = ROW.findall(shown)
    assert [int(count) for *_, count in found] == [3, 3, 3, 3]
    assert "April 2024: 3" in page(client, found[0][1].replace("&amp;", "&"))
    within = address.partition("=")[2]
    event = Event.objects.filter(action="crime.counted").latest("at")
    assert event.query["within"] == within
    assert "12 crimes committed from" in page(client, "/crimes/trends/hours", within=within)
    by_week = page(client, "/crimes/trends", within=within, by="week")
    assert f'name="within" value="{within}"' in by_week
    # nobody else has it, and no number of nothing opens anything
    assert looking().get(address).status_code == 404
    assert client.get("/crimes/trends?within=nonsense").status_code == 404


def test_two_areas_drawn_nearly_alike_tell_no_house_apart() -> None:
    """By a strip of 40 m, in which one house stands, they differ only on paper."""
    for number in range(30):
        at(number, 1 + number % 4, 52.52, -1.86)
    cell = h3.latlng_to_cell(52.52, -1.83, 8)
    middle = h3.cell_to_latlng(cell)
    house = (middle[0], middle[1] + 0.002)  # 135 m east of the middle of its hexagon
    at(900, 4, *house)
    index()
    for role in ("analyst", "officer"):
        client = looking(role)
        told = []
        for east in (house[1] - 3e-4, house[1] + 3e-4):
            area = [(52.45, -1.9), (52.45, east), (52.6, east), (52.6, -1.9)]
            told.append([count for *_, count in ROW.findall(page(client, drawn(client, area)))])
        assert told[0] == told[1], role
