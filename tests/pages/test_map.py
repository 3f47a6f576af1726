"""Crimes on a map, seen from outside: counts, hot spots, places, and what must not show."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h3
import pytest
from django.test import Client

from audit.models import Event
from crime import search
from crime.models import Boundary, Crime
from people.models import SearchRequest
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from wmp_search.access.models import Role
from wmp_search.search import outbox

pytestmark = pytest.mark.django_db
MIDDLE = (52.52, -1.86)
ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2024, 5, 9, 12, tzinfo=UTC)
ALL = {"period": "all"}


def at(number: int, latitude: float, longitude: float, **more: Any) -> Crime:
    given = {"occurred_from": WHEN, "category": "Burglary", "postcode": "B23 7PJ", **more}
    return crime(f"20CR/{number:06}/24", latitude=latitude, longitude=longitude, **given)


@pytest.fixture
def town() -> None:
    """A crime or two in each hexagon of 900 m around the middle, and thirty in the seven there."""
    middle = h3.latlng_to_cell(*MIDDLE, 8)
    number = 0
    for cell in h3.grid_disk(middle, 5):
        near = h3.grid_distance(cell, middle) <= 1
        for _ in range(30 if near else 1 + number % 2):
            number += 1
            at(number, *h3.cell_to_latlng(cell))
    crime("20CR/900000/24", occurred_from=WHEN, category="Robbery", postcode="B23 7PJ")
    index()


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def page(client: Client, **asked: str) -> str:
    answer = client.get("/crimes/map", {**ALL, **asked})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def numbers(shown: str) -> list[int]:
    found = re.findall(r'<a class="govuk-link" href="/crimes/map/[^"]+">([\d,]+)<', shown)
    return [int(one.replace(",", "")) for one in found]


@pytest.mark.usefixtures("town")
def test_the_picture_and_the_table_hold_what_the_database_holds() -> None:
    shown = page(looking(), by="8", area="B23")
    total = Crime.objects.count()
    assert f"{total} crimes, all there is, in 91 hexagons" in shown
    assert sum(numbers(shown)) == total - 1
    assert "1 is not on the map; 1 has no place on record" in shown
    drawn = shown.split('id="map-picture"')[1].split("</svg>")[0]
    assert drawn.count('<path class="wmp-map__shape wmp-map__shape--') == 91
    assert "<style" not in shown
    assert " style=" not in shown
    assert 'role="img" aria-labelledby="map-title map-text"' in shown


@pytest.mark.usefixtures("town")
def test_what_stands_out_is_called_a_hot_spot_and_nothing_else() -> None:
    shown = page(looking(), by="8")
    hot = re.search(r"hexagons\. (\d+) of them are hot spots", shown)
    assert hot
    assert 7 <= int(hot[1]) <= 19  # the seven, and those that touch them
    assert shown.count("wmp-map__shape--hot") == int(hot[1]) + 1  # and the legend
    assert "does not stand out" in shown
    assert "too few to tell" in page(looking(), by="7")


@pytest.mark.usefixtures("town")
def test_a_number_opens_exactly_the_crimes_behind_it() -> None:
    client = looking()
    first = re.search(r'href="(/crimes/map/hexagon/[^"]+)">(30)<', page(client, by="8"))
    assert first
    address = first[1].replace("&amp;", "&")
    answer = client.get(address)
    shown = " ".join(answer.content.decode().split())
    assert "Crimes in one hexagon, all there is: 30" in shown
    assert shown.count('class="wmp-result"') == 20
    second = client.get(f"{address}&page=2").content.decode()
    assert second.count('class="wmp-result"') == 10
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert (event.result_count, len(event.subject_ids)) == (30, 10)


@pytest.mark.usefixtures("town")
def test_a_crime_of_a_higher_tier_moves_nothing() -> None:
    Boundary.objects.create(**ward())
    search.queue_all()
    index()
    client = looking()
    pages = [{"by": "8"}, {"by": "7", "area": "B23"}, {"by": "ward"}]
    before = [page(client, **asked) for asked in pages]
    found = near(client, "B23 7PJ")
    for number in range(60):
        at(800_000 + number, *MIDDLE, tier=1)
    at(900_001, 52.6, -1.7, tier=1, postcode="WS1 1AA", category="Stalking")
    index()
    assert [bare(page(client, **asked)) for asked in pages] == [bare(one) for one in before]
    assert near(client, "B23 7PJ") == found
    refused = client.post("/crimes/around", {"near": "WS1 1AA", "km": "1", **ALL})
    assert refused.status_code == 400


def bare(shown: str) -> str:
    """Without what changes from answer to answer."""
    return re.sub(r'nonce="[^"]*"|csrf\w*" value="[^"]*"|\d\d:\d\d', "", shown)


def near(client: Client, where: str, km: str = "1", **more: str) -> str:
    """The heading of the crimes near a place."""
    answer = client.post("/crimes/around", {"near": where, "km": km, **ALL, **more})
    assert answer.status_code == 303, answer.content
    shown = client.get(answer["Location"]).content.decode()
    heading = re.search(r"<h1[^>]*>([^<]+)</h1>", shown)
    assert heading
    return " ".join(heading[1].split())


@pytest.mark.usefixtures("town")
def test_crimes_near_a_postcode_or_a_crime_are_found() -> None:
    client = looking("analyst")
    assert re.fullmatch(r"Crimes within 10 km of B23 7PJ: \d{3}", near(client, "B23 7PJ", "10"))
    far = at(700_000, 52.40, -1.50, postcode="CV1 2AB")
    at(700_001, 52.4036, -1.50, postcode="CV1 2AB")  # 400 m
    at(700_002, 52.4063, -1.50, postcode="CV1 2AB")  # 700 m
    index()
    assert near(client, far.crime_number, "0.5").endswith(": 2")
    assert near(client, far.crime_number, "1").endswith(": 3")
    event = Event.objects.filter(action="crime.searched").latest("at")
    assert event.query["near"] == far.crime_number
    assert event.result_count == 3


@pytest.mark.usefixtures("town")
def test_a_drawn_area_is_sent_kept_and_stands_in_no_address() -> None:
    client = looking("analyst")
    at(700_000, 52.40, -1.50)
    at(700_001, 52.40, -1.52)
    index()
    area = "[[52.39, -1.51], [52.41, -1.51], [52.41, -1.49], [52.39, -1.49]]"
    answer = client.post("/crimes/around", {"points": area, "near": "", **ALL})
    assert answer.status_code == 303
    assert re.fullmatch(r"/crimes/around/[0-9a-f-]{36}", answer["Location"])
    shown = " ".join(client.get(answer["Location"]).content.decode().split())
    assert "Crimes in the area you drew: 1" in shown
    assert "52.39" not in shown
    assert SearchRequest.objects.get().criteria["points"][0] == [52.39, -1.51]
    assert looking("analyst").get(answer["Location"]).status_code == 404  # somebody else's
    crossed = "[[52.5, -1.9], [52.6, -1.8], [52.5, -1.8], [52.6, -1.9]]"
    refused = client.post("/crimes/around", {"points": crossed, **ALL})
    assert refused.status_code == 400
    assert "its lines cross" in refused.content.decode()


def test_without_the_permission_places_are_taken_roughly() -> None:
    """An area smaller than a hexagon finds by its middle alone, wherever in it the crime was."""
    cell = h3.latlng_to_cell(*MIDDLE, 9)
    latitude, longitude = h3.cell_to_latlng(cell)
    at(1, latitude + 0.0010, longitude)  # 110 m from the middle
    index()

    def found(role: str, north: float) -> str:
        client = looking(role)
        box = [(north - 3e-4, -3e-4), (north + 3e-4, -3e-4), (north + 3e-4, 3e-4)]
        box.append((north - 3e-4, 3e-4))
        points = str([[latitude + x, longitude + y] for x, y in box])
        answer = client.post("/crimes/around", {"points": points, **ALL})
        shown = client.get(answer["Location"]).content.decode()
        heading = re.search(r"in the area you drew: (\d+)", shown)
        return heading[1] if heading else ""

    assert (found("analyst", 0.0010), found("analyst", 0.0)) == ("1", "0")
    assert (found("officer", 0.0010), found("officer", 0.0)) == ("0", "1")
    exact, rough = looking("analyst"), looking("officer")
    assert "Hexagons of 350 m" in page(exact, by="9")
    shown = page(rough, by="9")
    assert "which your roles do not include" in shown
    assert 'value="9"' not in shown
    address = f"/crimes/map/hexagon/{h3.str_to_int(cell)}?period=all&by=9"
    assert (exact.get(address).status_code, rough.get(address).status_code) == (200, 404)


def ward(code: str = "W1", west: float = -1.87, east: float = -1.80) -> dict[str, Any]:
    ring = [[west, 52.45], [east, 52.45], [east, 52.6], [west, 52.6], [west, 52.45]]
    return {
        "kind": "ward", "code": code, "name": f"Ward {code}", "edition": "2024",
        "shape": {"type": "Polygon", "coordinates": [ring]}, "source": "OGL v3 & thanks",
        "west": west, "south": 52.45, "east": east, "north": 52.6,
    }  # fmt: skip


@pytest.mark.usefixtures("town")
def test_wards_are_counted_by_their_outline_and_lsoas_by_their_code() -> None:
    client = looking()
    assert 'value="ward"' not in page(client)
    made = Boundary.objects.create(**ward())
    Boundary.objects.create(**ward("W2", -1.99, -1.95))  # nothing happens there
    Boundary.objects.create(**{**ward("E01008881"), "kind": "lsoa"})
    at(1_000, *MIDDLE, lsoa="E01008881", lsoa_name="Birmingham 067A")
    search.queue_all()
    index()
    shown = page(client, by="ward")
    inside = Crime.objects.filter(longitude__range=(-1.87, -1.80))
    assert numbers(shown) == [inside.count()]
    assert "Ward W1" in shown
    assert "2024. OGL v3 &amp; thanks" in shown
    listed = client.get(f"/crimes/map/area/{made.pk}", ALL).content.decode()
    assert f"Crimes in Ward W1, all there is: {inside.count()}" in listed
    assert numbers(page(client, by="lsoa")) == [1]


@pytest.mark.usefixtures("town")
def test_a_source_that_moves_places_stays_out_of_small_hexagons(settings: Any) -> None:
    settings.SOURCES_DIRS = [settings.BASE_DIR / "samples" / "sources"]
    Crime.objects.update(system="police_uk")
    outbox.queue("crime", list(Crime.objects.values_list("pk", flat=True)))
    index()
    client = looking("analyst")
    shown = page(client, by="9")
    assert numbers(shown) == []
    shown = page(client, by="8")
    assert sum(numbers(shown)) == Crime.objects.count() - 1
    assert "come from a source that moves each place" in shown


@pytest.mark.usefixtures("town")
def test_a_map_asks_the_index_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from wmp_search.search import client as search_client

    asked: list[str] = []
    real = search_client.search

    def counting(index: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        asked.append(index)
        return real(index, body, **more)

    monkeypatch.setattr(search_client, "search", counting)
    page(looking(), by="8")
    assert len(asked) == 1


def test_an_empty_map_says_so_and_markup_stays_text() -> None:
    index()
    shown = page(looking(), area="<script>alert(1)</script>")
    assert "No crime that you may see is recorded there" in shown
    assert "<script>alert" not in shown
    answer = looking().post("/crimes/around", {"near": "<b>", "km": "1"})
    assert answer.status_code == 400
    assert "No crime you may see has that postcode" in answer.content.decode()


@pytest.mark.parametrize("cell", ["1", "9" * 30, "617700169958293503"])
def test_what_is_no_hexagon_of_that_size_is_not_found(cell: str) -> None:
    index()
    assert looking().get(f"/crimes/map/hexagon/{cell}?by=8").status_code == 404


def test_a_role_that_opens_no_crime_sees_no_map() -> None:
    assert signed_in(officer("auditor")).get("/crimes/map").status_code == 403
    assert "crime.exact_place" in Role.objects.get(slug="analyst").permissions


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "['self', 'data:']"),
        ("https://tiles.force.example/{z}/{x}/{y}.png", "https://tiles.force.example"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "one host without {s}"),
        ("http://tiles.force.example/{z}/{x}/{y}.png", "use https"),
    ],
)
def test_pictures_come_from_the_tile_server_that_is_named_and_no_other(
    url: str, said: str
) -> None:
    program = (
        "from wmp_search.settings import test as s;"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
    )
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT, env={**os.environ, "MAP_TILE_URL": url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said in (asked.stdout.replace('"', "").replace("''", "'") or asked.stderr)
