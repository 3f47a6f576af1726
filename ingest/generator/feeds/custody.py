"""Custody: pipe-delimited Windows-1252, PNC IDs in short and long form, dates dd/mm/yyyy."""

from collections.abc import Iterable
from functools import partial
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.reference import table
from ingest.generator.sinks import Sink, TextLayout, TextSink

COLUMNS: Final = (
    "CUSTODY_NO", "SEQ", "SURNAME", "FORENAMES", "AKA", "NICKNAME", "DOB", "SEX", "PNC_ID",
    "CRO_NO", "ADDRESS", "POSTCODE", "TEL_NO", "SELF_DEFINED_ETH", "OBSERVED_ETH", "WARNINGS",
    "ARRESTED", "OFFENCE", "DISPOSAL",
)  # fmt: skip
DISPOSALS: Final = {"Charged": 34.0, "Released under investigation": 22, "Bailed": 16, "NFA": 20,
                    "Cautioned": 8}  # fmt: skip
TYPOGRAPHIC: Final = 0.4  # O'Neill with the apostrophe of Windows, byte 0x92
STATIONS: Final = {"20OA": 40.0, "20PB": 30, "20WV": 12, "20CV": 12, "20SO": 6}
STREAM: Final = Stream("detainees", key=("CUSTODY_NO", "SEQ"), truth="_truth")
FLAWS: Final = (
    Flaw({"DOB": layout.IMPOSSIBLE}, ("detainees",)),
    Flaw({"CUSTODY_NO": None}, ("detainees",)),
)
HABITS: Final = Habits(
    birth=0.99,
    address=0.93,
    phone=0.4,
    pnc=0.88,
    cro=0.5,
    alias=0.2,
    plain=0.4,
    pnc_short=0.45,
    initial=0.002,
    nickname=0.015,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per detainee."""
    frame = chunk.write("custody", HABITS)
    count = len(frame)
    offences = table("offences")
    drawn = chunk.choose(dict(offences.select("offence", "weight").iter_rows()), count)
    frame = frame.with_columns(
        _no=layout.series(chunk.numbers("custody", count)).cast(pl.String).str.zfill(6),
        _station=chunk.choose(STATIONS, count),
        _offence=drawn,
        _disposal=chunk.choose(DISPOSALS, count),
        _curly=pl.Series(chunk.rng.random(count) < TYPOGRAPHIC),
        _seq=chunk.choose({"1": 0.97, "2": 0.03}, count),
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("detainees", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        CUSTODY_NO=pl.concat_str(
            "_station", pl.lit("/CU/"), "_no", pl.lit("/"), layout.two_digit_year()
        ),
        SEQ="_seq",
        SURNAME=pl.when("_curly")
        .then(pl.col("surname").str.replace("'", "\u2019"))
        .otherwise(pl.col("surname"))
        .str.to_uppercase(),
        FORENAMES=layout.forenames(),
        AKA="alias",
        NICKNAME=pl.coalesce("moniker", "nickname"),
        DOB=layout.uk_date("born"),
        SEX="sex",
        PNC_ID="pnc",
        CRO_NO="cro",
        ADDRESS=layout.line(),
        POSTCODE="postcode",
        TEL_NO="mobile",
        SELF_DEFINED_ETH="ethnicity_self",
        OBSERVED_ETH="ethnicity_observed",
        WARNINGS=layout.markers(";"),
        ARRESTED=layout.uk_date("on"),
        OFFENCE="_offence",
        DISPOSAL="_disposal",
        _truth="truth",
        _flaw="_flaw",
    )


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """The file of the day."""
    encode = partial(layout.csv, separator="|")
    written = TextLayout(encode, header="|".join(COLUMNS) + "\n", encoding="cp1252")
    return {"detainees": TextSink(folder.path / f"custody_{folder.day}.txt", written)}


FEED: Final = Feed("custody", tables, open_sinks)
