"""Missing persons: one JSON document with an array of reports; many are of children."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.sinks import Sink, TextLayout, TextSink

RISKS: Final = {"High": 14.0, "Medium": 62, "Low": 18, "No apparent risk": 6}
STREAM: Final = Stream("reports", key=("report_no",), truth="_truth")
FLAWS: Final = (
    Flaw({"date_of_birth": "2009-02-30"}, ("reports",)),
    Flaw({"report_no": None}, ("reports",)),
)
HABITS: Final = Habits(
    middle=0.6, birth=0.985, address=0.95, phone=0.6, alias=0.02, nickname=0.04, plain=0.6
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per report."""
    frame = chunk.write("missing_persons", HABITS)
    count = len(frame)
    age = pl.col("age")
    category = (
        pl.when(age < 18).then(pl.lit("Child"))
        .when(pl.col("kind") == 2).then(pl.lit("Vulnerable adult"))
        .otherwise(pl.lit("Adult"))
    )  # fmt: skip
    frame = frame.with_columns(
        _no=layout.series(chunk.numbers("missing", count)).cast(pl.String).str.zfill(6),
        _risk=chunk.choose(RISKS, count),
        _category=category,
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("missing", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        report_no=pl.concat_str(pl.lit("MP/"), "_no", pl.lit("/"), layout.two_digit_year()),
        reported=layout.iso_date("on"),
        category="_category",
        risk="_risk",
        surname="surname",
        forenames=layout.forenames(),
        known_as="nickname",
        maiden="maiden",
        date_of_birth=layout.iso_date("born"),
        sex="sex",
        ethnicity="ethnicity_self",
        house="house",
        street="street",
        town="town",
        postcode="postcode",
        mobile="mobile",
        home="landline",
        circumstances=pl.concat_str(
            pl.lit("Risk assessed: "), "_risk", pl.lit("; last seen at home")
        ),
        _truth="truth",
        _flaw="_flaw",
    )


def encode(rows: pl.DataFrame) -> str:
    """Elements of the array, without the last comma."""
    person = pl.struct(
        "surname", "forenames", "known_as", "maiden", "date_of_birth", "sex", "ethnicity",
        address=pl.struct("house", "street", "town", "postcode"),
        phones=pl.concat_list("mobile", "home").list.drop_nulls(),
    )  # fmt: skip
    lines = rows.select(
        "report_no", "reported", "category", "risk", person=person, circumstances="circumstances"
    ).write_ndjson()
    return lines.rstrip("\n").replace("\n", ",\n")


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """missing.json."""
    header = '{"extract": "missing persons", "reports": [\n'
    written = TextLayout(encode, header=header, between=",\n", footer="\n]}\n")
    return {"missing": TextSink(folder.path / "missing.json", written)}


FEED: Final = Feed("missing_persons", tables, open_sinks)
