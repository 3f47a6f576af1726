"""Boundaries from a file: whole, or not at all and with the reason."""

import gzip
import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from crime import search
from crime.models import Boundary, Crime
from tests.crime_data import crime
from tests.people_data import index
from tests.shared_data import SHARED, needs
from wmp_search.search import client

pytestmark = pytest.mark.django_db


def square(west: float, south: float, side: float = 0.01, corners: int = 40) -> list[Any]:
    """A closed ring with many points on each side, as surveyors give them."""
    steps = [at / corners * side for at in range(corners)]
    ring = [[west + s, south] for s in steps]
    ring += [[west + side, south + s] for s in steps]
    ring += [[west + side - s, south + side] for s in steps]
    ring += [[west, south + side - s] for s in steps]
    return [[round(x, 6), round(y, 6)] for x, y in [*ring, ring[0]]]


def feature(code: Any = "W1", name: Any = "Aston", **changes: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [square(-1.9, 52.5)]}
    made = {"type": "Feature", "properties": {"CD": code, "NM": name}, "geometry": geometry}
    return {**made, **changes}


def polygon(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def written(path: Path, *features: Any, **more: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def load(path: Path, kind: str = "ward") -> str:
    out = StringIO()
    given = {"code_field": "CD", "name_field": "NM", "edition": "2024", "source": "ONS, OGL v3"}
    call_command("load_boundaries", path, kind=kind, stdout=out, **given)
    return out.getvalue()


@pytest.mark.parametrize("packed", ["", ".gz", ".zip"])
def test_a_file_is_loaded_plain_or_packed(tmp_path: Path, packed: str) -> None:
    there = {"type": "Polygon", "coordinates": [square(-1.89, 52.5)]}
    path = written(tmp_path / "w.geojson", feature(), feature("W2", "Perry Barr", geometry=there))
    if packed == ".gz":
        path = tmp_path / "w.geojson.gz"
        path.write_bytes(gzip.compress((tmp_path / "w.geojson").read_bytes()))
    elif packed:
        path = tmp_path / "w.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / "w.geojson", "folder/w.geojson")
            archive.writestr("licence.txt", "OGL")
    assert "2 boundaries" in load(path)
    aston = Boundary.objects.get(code="W1")
    assert (aston.kind, aston.name, aston.edition) == ("ward", "Aston", "2024")
    assert (aston.west, aston.north) == pytest.approx((-1.9, 52.51))
    assert len(aston.shape["coordinates"][0]) <= 7  # 161 points before, of which four matter


def test_a_new_edition_replaces_its_kind_and_no_other(tmp_path: Path) -> None:
    load(written(tmp_path / "w.geojson", feature()))
    load(written(tmp_path / "l.geojson", feature("E01", "Aston 001A")), kind="lsoa")
    load(written(tmp_path / "n.geojson", feature("W9", "New")))
    assert sorted(Boundary.objects.values_list("code", flat=True)) == ["E01", "W9"]


def test_an_outline_that_touches_itself_is_mended_and_told(tmp_path: Path) -> None:
    spike = [(-1.9, 52.5), (-1.89, 52.5), (-1.885, 52.5), (-1.89, 52.5), (-1.89, 52.51)]
    touching = polygon(*spike, (-1.9, 52.51), (-1.9, 52.5))
    out = load(written(tmp_path / "w.geojson", feature("W7", geometry=touching)))
    assert "touched themselves: W7" in out
    assert Boundary.objects.get().east == pytest.approx(-1.89)


@needs("geo", "wm_lsoa2011.geojson")
def test_all_lsoas_of_the_west_midlands_are_loaded_and_small() -> None:
    given = {"code_field": "LSOA11CD", "name_field": "LSOA11NM", "edition": "2011"}
    path = SHARED / "geo" / "wm_lsoa2011.geojson"
    call_command("load_boundaries", path, kind="lsoa", source="OGL v3", stdout=StringIO(), **given)
    rows = Boundary.objects.filter(name__startswith="Birmingham")
    assert (Boundary.objects.count(), len(rows)) == (1680, 639)
    assert len(json.dumps([row.shape for row in rows])) < 260_000


def test_a_crime_lies_in_the_ward_around_it_once_the_index_has_caught_up(tmp_path: Path) -> None:
    inside, edge = (
        crime(latitude=52.505, longitude=-1.895),
        crime("2", latitude=52.505, longitude=-1.89),
    )
    outside, placeless = crime("3", latitude=52.6, longitude=-1.895), crime("4")
    index()
    east = {"type": "Polygon", "coordinates": [square(-1.89, 52.5)]}
    said = load(written(tmp_path / "w.geojson", feature(), feature("W2", "East", geometry=east)))
    assert "4 crimes will be indexed again" in said
    assert codes(inside, edge, outside, placeless) == ["W1", "W1", "", ""]
    index()
    found = client.search(search.SPEC.alias, {"query": {"term": {"ward": "W1"}}})["hits"]["hits"]
    assert {hit["_source"]["crime_id"] for hit in found} == {inside.pk, edge.pk}
    load(written(tmp_path / "n.geojson", feature("W9", "New")))
    assert codes(inside, edge, outside) == ["W9", "W9", ""]


def codes(*crimes: Crime) -> list[str]:
    made = {d.doc_id: d.source or {} for d in search.documents([one.pk for one in crimes])}
    return [made[str(one.pk)]["ward"] for one in crimes]


METRES = polygon((407_000, 288_000), (408_000, 288_000), (408_000, 289_000), (407_000, 288_000))
CROSSED = polygon((-1.9, 52.5), (-1.8, 52.6), (-1.8, 52.5), (-1.9, 52.6), (-1.9, 52.5))
OPEN = polygon((-1.9, 52.5), (-1.8, 52.6), (-1.8, 52.5))
BAD: dict[str, tuple[tuple[Any, ...], str]] = {
    "no features": ((), "no GeoJSON FeatureCollection"),
    "a number": ((7,), "feature 1: is no GeoJSON feature"),
    "another property": ((feature(properties={"WD": "1"}),), "no property CD; there are WD"),
    "an empty code": ((feature(" "),), "CD has 0 characters"),
    "no name": ((feature(name=None),), "NM has 0 characters"),
    "a long name": ((feature(name="x" * 101),), "NM has 101 characters"),
    "a code twice": ((feature(), feature()), "feature 2: the code W1 stands in feature 1"),
    "a point": ((feature(geometry={"type": "Point", "coordinates": [1, 2]}),), "is a Point"),
    "no geometry": ((feature(geometry=None),), "is a None"),
    "no points": ((feature(geometry={"type": "Polygon", "coordinates": []}),), "no points"),
    "metres": ((feature(geometry=METRES),), r"feature 1 \(W1\): lies at .*degrees of WGS 84"),
    "crossed": ((feature(geometry=CROSSED),), r"\(W1\): Self-intersection"),
    "an open ring": ((feature(geometry=OPEN),), "outline cannot be read"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_changes_nothing_and_says_what_and_where(tmp_path: Path, what: str) -> None:
    load(written(tmp_path / "good.geojson", feature("OLD", "Kept")))
    features, words = BAD[what]
    sound = () if what in ("no features", "a code twice") else (feature("W0", "Sound"),)
    path = written(tmp_path / "bad.geojson", *features, *sound)
    with pytest.raises(CommandError, match=f"bad.geojson.*{words}.*Nothing was changed"):
        load(path)
    assert list(Boundary.objects.values_list("code", flat=True)) == ["OLD"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("b.geojson", b"{", "is not JSON"),
        ("b.geojson", b"\xff\xfe\x00", "is not JSON"),
        ("b.geojson", b"[]", "no GeoJSON FeatureCollection"),
        ("b.geojson.gz", b"no gzip", "cannot be unpacked"),
        ("b.zip", b"no zip", "cannot be unpacked"),
    ],
)
def test_what_is_no_such_file_is_refused(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words):
        load(tmp_path / name)


def test_an_archive_of_several_files_or_another_system_of_coordinates_is_refused(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.geojson", "{}")
        archive.writestr("b.geojson", "{}")
    with pytest.raises(CommandError, match=r"one \.geojson file"):
        load(tmp_path / "two.zip")
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    with pytest.raises(CommandError, match="degrees of WGS 84"):
        load(written(tmp_path / "grid.geojson", feature(), crs=grid))


def test_the_boundaries_of_the_demonstration_can_be_loaded() -> None:
    path = settings.BASE_DIR / "samples" / "boundaries" / "wards.geojson"
    given = {"code_field": "code", "name_field": "name", "edition": "made up", "source": "own"}
    call_command("load_boundaries", path, kind="ward", stdout=StringIO(), **given)
    assert Boundary.objects.count() == 90
