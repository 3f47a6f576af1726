"""Incidents (command and control): one name field, age instead of birth date, phones anyhow."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.sinks import Sink

COLUMNS: Final = (
    "INCIDENT_NO", "PERSON_SEQ", "LOG_DATE", "TYPE", "NAME", "AGE", "GENDER", "PHONE", "ADDRESS",
    "POSTCODE", "CAPACITY", "APPEARANCE", "SUMMARY",
)  # fmt: skip
TYPES: Final = {
    "Domestic": 18.0, "Anti-social behaviour": 17, "Concern for safety": 16,
    "Suspicious behaviour": 9, "Violence": 11, "Traffic": 8, "Theft": 9, "Nuisance": 5,
    "Missing person": 4, "Burglary": 3,
}  # fmt: skip
OFFENDING: Final = {"Suspect": 42.0, "Informant": 20, "Victim": 16, "Involved": 16, "Witness": 6}
OTHERS: Final = {"Informant": 46.0, "Victim": 28, "Witness": 14, "Involved": 12}
NOBODY: Final = {"UNKNOWN": 4.0, "N/K": 3, "A N OTHER": 2, "REFUSED": 1}
STREAM: Final = Stream("people", key=("INCIDENT_NO", "PERSON_SEQ"), truth="_truth")
FLAWS: Final = (
    Flaw({"LOG_DATE": "30/02/2023"}, ("people",)),
    Flaw({"INCIDENT_NO": None, "PERSON_SEQ": None}, ("people",)),
)
HABITS: Final = Habits(
    middle=0.25,
    address=0.86,
    phone=0.78,
    alias=0.06,
    nickname=0.06,
    misspelt=0.025,
    initial=0.006,
    plain=0.9,
    swapped=0.006,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per person named in a log; a fifth of the logs name two."""
    frame = chunk.write("incidents", HABITS)
    count = len(frame)
    numbers, place = _logs(chunk, count)
    nobody = pl.Series(chunk.rng.random(count) < 0.004) & ~frame["star"]
    older = pl.Series(chunk.rng.choice(np.array([0, 0, 0, 0, 1, -1]), count))
    frame = frame.with_columns(
        _no=pl.Series(numbers).cast(pl.String),
        _place=pl.Series(place).cast(pl.String),
        _type=chunk.choose(TYPES, count),
        _capacity=chunk.choose(OFFENDING, count).zip_with(
            frame["kind"] == 0, chunk.choose(OTHERS, count)
        ),
        _nobody=chunk.choose(NOBODY, count).zip_with(nobody, pl.Series([None], dtype=pl.String)),
        _age=(frame["age"] + older)
        .clip(0)
        .cast(pl.String)
        .zip_with(pl.Series(chunk.rng.random(count) < 0.85), pl.Series([None], dtype=pl.String)),
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("incidents", _rows(frame), (STREAM,), FLAWS)


def _logs(chunk: Chunk, count: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """Log number and the person's place in it; a person is named once in a log."""
    second = chunk.rng.random(count) < 0.2
    person = chunk.records["incidents"].person
    second[1:] &= ~second[:-1] & (person[1:] != person[:-1])
    second[:1] = False
    log = np.cumsum(~second)
    numbers = chunk.numbers("incidents", int(log[-1]) if count else 0)
    return numbers[log - 1], second.astype(np.int64) + 1


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    name = pl.concat_str(
        pl.col("surname").str.to_uppercase(), layout.forenames(), separator=", ", ignore_nulls=True
    )
    day = pl.col("on").dt.to_string("%d%m%y")
    return frame.select(
        INCIDENT_NO=pl.concat_str(pl.col("_no").str.zfill(7), pl.lit("-"), day),
        PERSON_SEQ="_place",
        LOG_DATE=layout.uk_date("on"),
        TYPE="_type",
        NAME=pl.coalesce("_nobody", name),
        AGE="_age",
        GENDER=pl.col("sex").replace({"M": "Male", "F": "Female"}),
        PHONE=pl.coalesce("mobile", "landline"),
        ADDRESS=layout.line(),
        POSTCODE="postcode",
        CAPACITY="_capacity",
        APPEARANCE="ethnicity_observed",
        SUMMARY=pl.concat_str("_type", pl.lit(" reported to the control room")),
        _truth="truth",
        _flaw="_flaw",
    )


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """incidents.csv."""
    return {"incidents": folder.csv("incidents", COLUMNS)}


FEED: Final = Feed("incidents", tables, open_sinks)
