"""Stop and search: the fifteen data.police.uk columns and the person's partial identity."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.reference import table
from ingest.generator.sinks import Sink

COLUMNS: Final = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude",
    "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation",
    "Object of search", "Outcome", "Outcome linked to object of search",
    "Removal of more than just outer clothing",
    "Search reference", "Surname", "Forenames", "Nickname", "Date of birth", "Address", "Postcode",
    "Telephone", "Vehicle registration", "PNC ID",
)  # fmt: skip
# Shares after data.police.uk, West Midlands Police.
TYPES: Final = {"Person search": 72.0, "Person and Vehicle search": 26, "Vehicle search": 2}
GROUNDS: Final = {
    "Misuse of Drugs Act 1971 (section 23)|Controlled drugs": 60.0,
    "Police and Criminal Evidence Act 1984 (section 1)|Offensive weapons": 16,
    "Police and Criminal Evidence Act 1984 (section 1)|Stolen goods": 12,
    "Police and Criminal Evidence Act 1984 (section 1)|Article for use in theft": 8,
    "Firearms Act 1968 (section 47)|Firearms": 2,
    "Criminal Justice and Public Order Act 1994 (section 60)|Offensive weapons": 2,
}
OUTCOMES: Final = {
    "A no further action disposal": 74.0, "Arrest": 13, "Khat or Cannabis warning": 6,
    "Community resolution": 4, "Penalty Notice for Disorder": 1, "Summons / charged by post": 2,
}  # fmt: skip
ETHNICITY: Final = {  # code of the 18+1 list -> the words of data.police.uk
    "W1": "White - English/Welsh/Scottish/Northern Irish/British",
    "W2": "White - Irish",
    "W3": "White - Gypsy or Irish Traveller",
    "W4": "White - Any other White background",
    "W9": "White - Any other White background",
    "M1": "Mixed/Multiple ethnic groups - White and Black Caribbean",
    "M2": "Mixed/Multiple ethnic groups - White and Black African",
    "M3": "Mixed/Multiple ethnic groups - White and Asian",
    "M9": "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background",
    "A1": "Asian/Asian British - Indian",
    "A2": "Asian/Asian British - Pakistani",
    "A3": "Asian/Asian British - Bangladeshi",
    "A4": "Asian/Asian British - Chinese",
    "A9": "Asian/Asian British - Any other Asian background",
    "B1": "Black/African/Caribbean/Black British - Caribbean",
    "B2": "Black/African/Caribbean/Black British - African",
    "B9": "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background",
    "O2": "Other ethnic group - Arab",
    "O9": "Other ethnic group - Any other ethnic group",
    "NS": "Other ethnic group - Not stated",
}
OFFICER: Final = {"IC1": "White", "IC2": "White", "IC3": "Black", "IC4": "Asian", "IC5": "Other",
                  "IC6": "Other"}  # fmt: skip
STREAM: Final = Stream("searches", key=("Search reference",), truth="_truth")
FLAWS: Final = (
    Flaw({"Date of birth": layout.IMPOSSIBLE}, ("searches",)),
    Flaw({"Search reference": None}, ("searches",)),
)
HABITS: Final = Habits(
    middle=0.3,
    birth=0.86,
    address=0.7,
    phone=0.35,
    vehicle=0.3,
    pnc=0.35,
    alias=0.25,
    nickname=0.05,
    misspelt=0.03,
    plain=0.8,
    birth_wrong=0.03,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per search of a person."""
    frame = chunk.write("stop_search", HABITS)
    count = len(frame)
    grounds = chunk.choose(GROUNDS, count)
    minutes = pl.Series(chunk.rng.integers(0, 1440, count))
    areas = table("neighbourhoods")
    where = frame["neighbourhood"]
    noise = chunk.rng.normal(0, 0.004, (2, count))
    frame = frame.with_columns(
        _no=layout.series(chunk.numbers("stop_search", count)).cast(pl.String).str.zfill(7),
        _type=chunk.choose(TYPES, count),
        _law=grounds.str.extract(r"^(.*)\|"),
        _object=grounds.str.extract(r"\|(.*)$"),
        _outcome=chunk.choose(OUTCOMES, count),
        _at=frame["on"].cast(pl.Datetime("us")) + (minutes * 60_000_000).cast(pl.Duration("us")),
        _latitude=(areas["latitude"].gather(where) + pl.Series(noise[0])).round(6).cast(pl.String),
        _longitude=(areas["longitude"].gather(where) + pl.Series(noise[1]))
        .round(6)
        .cast(pl.String),
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("searches", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    age = pl.col("age")
    band = (
        pl.when(age < 10).then(pl.lit("under 10"))
        .when(age < 18).then(pl.lit("10-17"))
        .when(age < 25).then(pl.lit("18-24"))
        .when(age < 35).then(pl.lit("25-34"))
        .otherwise(pl.lit("over 34"))
    )  # fmt: skip
    columns = {
        "Type": pl.col("_type"),
        "Date": pl.col("_at").dt.to_string("%Y-%m-%dT%H:%M:00+00:00"),
        "Part of a policing operation": pl.lit(None, dtype=pl.String),
        "Policing operation": pl.lit(None, dtype=pl.String),
        "Latitude": pl.col("_latitude"),
        "Longitude": pl.col("_longitude"),
        "Gender": pl.col("sex").replace({"M": "Male", "F": "Female"}),
        "Age range": band,
        "Self-defined ethnicity": pl.col("ethnicity_self").replace(ETHNICITY),
        "Officer-defined ethnicity": pl.col("ethnicity_observed").replace_strict(
            OFFICER, default=None
        ),
        "Legislation": pl.col("_law"),
        "Object of search": pl.col("_object"),
        "Outcome": pl.col("_outcome"),
        "Outcome linked to object of search": pl.lit(None, dtype=pl.String),
        "Removal of more than just outer clothing": pl.lit("False"),
        "Search reference": pl.concat_str(
            pl.lit("SS"), layout.two_digit_year(), pl.lit("-"), "_no"
        ),
        "Surname": pl.col("surname"),
        "Forenames": layout.forenames(),
        "Nickname": pl.col("moniker"),
        "Date of birth": layout.uk_date("born"),
        "Address": layout.line(),
        "Postcode": pl.col("postcode"),
        "Telephone": pl.col("mobile"),
        "Vehicle registration": pl.col("vehicle"),
        "PNC ID": pl.col("pnc"),
        "_truth": pl.col("truth"),
        "_flaw": pl.col("_flaw"),
    }
    return frame.select(**columns)


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """stop_search.csv."""
    return {"searches": folder.csv("stop_search", COLUMNS)}


FEED: Final = Feed("stop_search", tables, open_sinks)
