"""Firearms licensing: a database table of certificate holders."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.sinks import DatabaseSink, Sink

COLUMNS: Final = (
    "certificate_no", "certificate_type", "status", "title", "surname", "forenames", "former_name",
    "date_of_birth", "sex", "house", "street", "town", "postcode", "previous_address", "telephone",
    "email", "vehicle", "issued_on", "expires_on",
)  # fmt: skip
TYPES: Final = {
    "Shotgun certificate": 72.0,
    "Firearm certificate": 26,
    "Explosives certificate": 2,
}
STREAM: Final = Stream("holders", key=("certificate_no",), truth="_truth")
FLAWS: Final = (
    Flaw({"date_of_birth": "1961-02-30"}, ("holders",)),
    Flaw({"certificate_no": None}, ("holders",)),
)
HABITS: Final = Habits(
    middle=0.9,
    birth=1.0,
    address=1.0,
    phone=0.8,
    email=0.6,
    vehicle=0.3,
    alias=0.0,
    nickname=0.005,
    misspelt=0.006,
    initial=0.0,
    variant=0.02,
    plain=0.5,
    maiden=0.9,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per certificate; they last five years."""
    frame = chunk.write("firearms", HABITS)
    count = len(frame)
    expires = pl.col("on").dt.offset_by("5y")
    frame = frame.with_columns(
        _expires=expires,
        _expired=expires.cast(pl.Int32) < chunk.today,
        _no=layout.series(chunk.numbers("firearms", count)).cast(pl.String).str.zfill(7),
        _type=chunk.choose(TYPES, count),
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("firearms", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        certificate_no=pl.concat_str(pl.lit("20/"), "_no"),
        certificate_type="_type",
        status=pl.when(pl.col("_expired")).then(pl.lit("Expired")).otherwise(pl.lit("Current")),
        title="title",
        surname="surname",
        forenames=layout.forenames(),
        former_name=pl.when(pl.col("maiden").is_not_null()).then(layout.names("given", "maiden")),
        date_of_birth=layout.iso_date("born"),
        sex="sex",
        house="house",
        street="street",
        town="town",
        postcode="postcode",
        previous_address=layout.joined(
            ", ", "old_house", "old_street", "old_town", "old_postcode"
        ),
        telephone=pl.coalesce("landline", "mobile"),
        email="email",
        vehicle="vehicle",
        issued_on=layout.iso_date("on"),
        expires_on=layout.iso_date("_expires"),
        _truth="truth",
        _flaw="_flaw",
    )


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """firearms.sqlite."""
    sink = DatabaseSink(folder.path / "firearms.sqlite", "certificate_holders", COLUMNS)
    return {"firearms": sink}


FEED: Final = Feed("firearms", tables, open_sinks)
