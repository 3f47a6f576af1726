"""Intelligence: JSON Lines, nested; several aliases, 3x5x2 and legacy 5x5x5 grades, handling."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.sinks import Sink, TextLayout, TextSink

# 3x5x2: source 1-3, assessment A-E. 5x5x5: source A-E, assessment 1-5, handling 1-5.
GRADES: Final = {
    "2C": 30.0,
    "2B": 18,
    "1A": 12,
    "1B": 10,
    "2A": 8,
    "2D": 12,
    "3D": 5,
    "3E": 2,
    "1C": 3,
}
LEGACY: Final = {"B24": 35.0, "B21": 15, "A11": 10, "C34": 14, "B23": 10, "E41": 10, "D54": 6}
HANDLING: Final = {"P": 78.0, "C": 22}
LEGACY_BEFORE: Final = 2017  # 3x5x2 replaced 5x5x5 in forces around 2016-17
SUBJECTS: Final = {
    "believed to be supplying cannabis from the address": 20.0,
    "seen driving the vehicle while disqualified": 12,
    "said to carry a knife": 12,
    "reported to be storing stolen tools": 10,
    "seen in company of known associates near the shops": 16,
    "said to be using a new mobile number": 10,
    "reported to have fallen out with a relative": 8,
    "believed to be sleeping at a friend's address": 12,
}
DOB_FORMS: Final = {"day": 0.91, "month": 0.03, "year": 0.06}
STREAM: Final = Stream("reports", key=("ref",), truth="_truth")
FLAWS: Final = (
    Flaw({"dob": "1990-02-31"}, ("reports",)),
    Flaw({"ref": None}, ("reports",)),
)
HABITS: Final = Habits(
    middle=0.35,
    birth=0.72,
    address=0.72,
    phone=0.4,
    vehicle=0.2,
    pnc=0.5,
    alias=0.15,
    nickname=0.06,
    misspelt=0.025,
    initial=0.006,
    plain=0.7,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per subject of a report."""
    frame = chunk.write("intelligence", HABITS)
    count = len(frame)
    legacy = frame["on"].dt.year() < LEGACY_BEFORE
    form = chunk.choose(DOB_FORMS, count)
    frame = frame.with_columns(
        _no=layout.series(chunk.numbers("intelligence", count)).cast(pl.String).str.zfill(7),
        _scheme=pl.Series(["5x5x5"])
        .new_from_index(0, count)
        .zip_with(legacy, pl.Series(["3x5x2"]).new_from_index(0, count)),
        _grade=chunk.choose(LEGACY, count).zip_with(legacy, chunk.choose(GRADES, count)),
        _handling=chunk.choose(HANDLING, count),
        _subject=chunk.choose(SUBJECTS, count),
        _form=form,
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("intelligence", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    dob = (
        pl.when(pl.col("_form") == "year").then(pl.col("born").dt.to_string("%Y"))
        .when(pl.col("_form") == "month").then(pl.col("born").dt.to_string("%Y-%m"))
        .otherwise(layout.iso_date("born"))
    )  # fmt: skip
    return frame.select(
        ref=pl.concat_str(pl.lit("INT/"), layout.two_digit_year(), pl.lit("/"), "_no"),
        submitted=pl.col("on").dt.to_string("%Y-%m-%dT09:00:00Z"),
        scheme="_scheme",
        grade="_grade",
        handling=pl.when(pl.col("_scheme") == "3x5x2").then(pl.col("_handling")),
        forenames=layout.forenames(),
        surname="surname",
        dob=dob,
        sex=pl.col("sex").replace({"M": "Male", "F": "Female"}),
        pnc="pnc",
        alias="alias",
        maiden=pl.when(pl.col("maiden").is_not_null()).then(layout.names("given", "maiden")),
        moniker="moniker",
        nickname="nickname",
        line=layout.line(),
        postcode="postcode",
        old_line=layout.line("old_"),
        old_postcode="old_postcode",
        moved=layout.iso_date("home_from"),
        mobile="mobile",
        landline="landline",
        vehicle="vehicle",
        appearance="ethnicity_observed",
        markers="markers",
        text=pl.concat_str(pl.lit("Subject "), "_subject"),
        _truth="truth",
        _flaw="_flaw",
    )


def encode(rows: pl.DataFrame) -> str:
    """One nested object per line."""

    def home(line: str, postcode: str, from_: pl.Expr, to: pl.Expr) -> pl.Expr:
        named = (from_.alias("from"), to.alias("to"))
        fields = pl.struct(pl.col(line).alias("line"), pl.col(postcode).alias("postcode"), *named)
        return pl.when(pl.col(line).is_not_null()).then(fields)

    def other(column: str, kind: str) -> pl.Expr:
        fields = pl.struct(name=column, type=pl.lit(kind))
        return pl.when(pl.col(column).is_not_null()).then(fields)

    none = pl.lit(None, dtype=pl.String)
    moved = pl.col("moved")
    homes = (home("line", "postcode", moved, none), home("old_line", "old_postcode", none, moved))
    subject = pl.struct(
        name=pl.struct("forenames", "surname"),
        aliases=pl.concat_list(
            other("alias", "alias"), other("maiden", "previous")
        ).list.drop_nulls(),
        nicknames=pl.concat_list("moniker", "nickname").list.drop_nulls(),
        dob="dob",
        sex="sex",
        pnc="pnc",
        addresses=pl.concat_list(*homes).list.drop_nulls(),
        phones=pl.concat_list("mobile", "landline").list.drop_nulls(),
        vehicles=pl.concat_list("vehicle").list.drop_nulls(),
        appearance="appearance",
        markers="markers",
    )
    grading = pl.struct("scheme", "grade", "handling")
    return rows.select(
        "ref", "submitted", grading=grading, subject=subject, text="text"
    ).write_ndjson()


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """intelligence.jsonl."""
    return {"intelligence": TextSink(folder.path / "intelligence.jsonl", TextLayout(encode))}


FEED: Final = Feed("intelligence", tables, open_sinks)
