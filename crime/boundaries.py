"""Boundaries of areas from a GeoJSON file into the database: all of a kind, or nothing."""

import gzip
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import shapely
from django.db import transaction

from crime.areas import KINDS
from crime.models import Boundary
from crime.place import Place, is_here
from crime.search import queue_all

MOST_BYTES = 300 << 20  # of the file once it is unpacked
FINENESS, GRID = 0.0003, 0.00001  # degrees: what is smaller than 25 m goes, 1 m is kept
DRAWN_FINENESS, DRAWN_GRID = 0.001, 0.0001  # of LSOAs, which are drawn but counted by their code
MOST_MENDED = 0.001  # of its area may change when a broken outline is mended
_WORLD = ("CRS84", "EPSG::4326", "EPSG:4326")


class BoundaryError(Exception):
    """The file cannot be loaded; the text says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file is, and in which of its properties an area's code and name stand."""

    kind: Boundary.Kind
    code_field: str
    name_field: str
    edition: str
    source: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many boundaries there are now, the codes of those that had to be mended, and how many
    crimes wait to be put into them.
    """

    number: int
    mended: tuple[str, ...]
    waiting: int


def load(path: Path, wanted: Wanted) -> Loaded:
    """Replace the boundaries of the kind by those of the file.

    A .geojson (.json) file, by itself, gzipped, or the only one in a .zip; degrees of WGS 84.
    Neighbours are simplified along their common edge. An outline that touches itself, as official
    files have some, is mended where that moves next to nothing. Raises BoundaryError, OSError.
    """
    features = _features(path, _read(path))
    codes: dict[str, int] = {}
    checked = [_checked(path, at, one, wanted, codes) for at, one in enumerate(features, start=1)]
    shapes = _simplified([_sound(shape) for _, _, shape in checked], wanted.kind)
    rows = [
        _row(code, name, shape, wanted)
        for (code, name, _), shape in zip(checked, shapes, strict=True)
    ]
    with transaction.atomic():
        Boundary.objects.filter(kind=wanted.kind).delete()
        Boundary.objects.bulk_create(rows, batch_size=500)
        waiting = queue_all() if wanted.kind in KINDS else 0
    mended = tuple(code for code, _, shape in checked if not shape.is_valid)
    return Loaded(len(rows), mended, waiting)


def _read(path: Path) -> bytes:
    try:
        if path.suffix == ".zip":
            return _from_zip(path)
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                return _limited(path, file)
        with path.open("rb") as file:
            return _limited(path, file)
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError) as error:
        raise BoundaryError(f"{path.name}: cannot be unpacked: {error}") from error


def _from_zip(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if n.lower().endswith((".geojson", ".json"))]
        if len(names) != 1:
            there = ", ".join(archive.namelist()[:10])
            raise BoundaryError(f"{path.name}: holds {there}; one .geojson file is needed")
        with archive.open(names[0]) as file:
            return _limited(path, file)


def _limited(path: Path, file: IO[bytes] | gzip.GzipFile) -> bytes:
    """All of the file; what unpacks without end is refused."""
    found = file.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise BoundaryError(f"{path.name}: is larger than {MOST_BYTES >> 20} MB unpacked")
    return found


def _features(path: Path, content: bytes) -> list[Any]:
    try:
        read = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BoundaryError(f"{path.name}: is not JSON: {error}") from error
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not features:
        raise BoundaryError(f"{path.name}: is no GeoJSON FeatureCollection with features")
    crs = json.dumps(read.get("crs", "CRS84"))
    if not any(name in crs for name in _WORLD):
        raise BoundaryError(f"{path.name}: {_IN_DEGREES}; it says {crs}")
    return features


_IN_DEGREES = "coordinates must be degrees of WGS 84 (EPSG:4326)"


def _checked(
    path: Path, at: int, feature: Any, wanted: Wanted, codes: dict[str, int]
) -> tuple[str, str, shapely.Geometry]:
    """Code, name and shape of a feature; `codes` gains it."""
    where = f"{path.name}, feature {at}"
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise BoundaryError(f"{where}: is no GeoJSON feature with properties")
    code, name = (
        _text(where, properties, field, most)
        for field, most in ((wanted.code_field, 20), (wanted.name_field, 100))
    )
    if code in codes:
        raise BoundaryError(f"{where}: the code {code} stands in feature {codes[code]}, too")
    codes[code] = at
    return code, name, _shape(f"{where} ({code})", feature.get("geometry"))


def _text(where: str, properties: dict[str, Any], field: str, most: int) -> str:
    if field not in properties:
        there = ", ".join(sorted(map(str, properties)))
        raise BoundaryError(f"{where}: has no property {field}; there are {there}")
    text = str(properties[field] if properties[field] is not None else "").strip()
    if not 0 < len(text) <= most:
        raise BoundaryError(f"{where}: {field} has {len(text)} characters; 1 to {most} are needed")
    return text


def _shape(where: str, geometry: Any) -> shapely.Geometry:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{where}: is a {kind}; a Polygon or MultiPolygon is needed")
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as error:
        raise BoundaryError(f"{where}: the outline cannot be read: {error}") from error
    if shape.is_empty:
        raise BoundaryError(f"{where}: the outline has no points")
    west, south, east, north = shape.bounds
    if not (is_here(Place(south, west)) and is_here(Place(north, east))):
        raise BoundaryError(
            f"{where}: lies at {west:.5g}, {south:.5g}, not in the United Kingdom; {_IN_DEGREES}"
        )
    if abs(_sound(shape).area - shape.area) > MOST_MENDED * shape.area:
        raise BoundaryError(f"{where}: {shapely.is_valid_reason(shape)}")
    return shape


def _sound(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape without places where its outline touches or crosses itself."""
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure")


def _simplified(
    shapes: Sequence[shapely.Geometry], kind_of_area: Boundary.Kind
) -> Iterator[shapely.Geometry]:
    """Shapes with fewer points; one that would vanish or break stays as it is."""
    drawn = kind_of_area == Boundary.Kind.LSOA
    fineness, grid = (DRAWN_FINENESS, DRAWN_GRID) if drawn else (FINENESS, GRID)
    for shape, simple in zip(shapes, shapely.coverage_simplify(shapes, fineness), strict=True):
        rounded = shapely.set_precision(simple, grid)
        kind = shapely.get_type_id(rounded)
        whole = kind in (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
        yield rounded if whole and not rounded.is_empty and rounded.is_valid else shape


def _row(code: str, name: str, shape: shapely.Geometry, wanted: Wanted) -> Boundary:
    west, south, east, north = shape.bounds
    return Boundary(
        kind=wanted.kind,
        code=code,
        name=name,
        shape=json.loads(shapely.to_geojson(shape)),
        west=west,
        south=south,
        east=east,
        north=north,
        edition=wanted.edition,
        source=wanted.source,
    )
