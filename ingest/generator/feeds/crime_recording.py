"""Crime recording: nominals, crimes and involvements in three CSV files."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.feeds import crimes, layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.population import OFFENDER
from ingest.generator.reference import Bools, Ints
from ingest.generator.sinks import Sink

NOMINALS: Final = (
    "NOMINAL_REF", "TITLE", "SURNAME", "FORENAME_1", "FORENAME_2", "MAIDEN_NAME", "ALIASES",
    "NICKNAMES", "DOB", "SEX", "PNCID", "CRO", "HOUSE", "STREET", "TOWN", "POSTCODE", "TEL_HOME",
    "TEL_MOBILE", "EMAIL", "VRM", "ETHNICITY_SELF", "ETHNICITY_OFFICER", "WARNINGS", "CREATED",
)  # fmt: skip
INVOLVEMENTS: Final = ("CRIME_NO", "NOMINAL_REF", "ROLE", "ADDED")
OFFENDING: Final = {"SUSPECT": 46.0, "CHARGED": 14, "VICTIM": 20, "WITNESS": 8, "INVOLVED": 12}
OTHERS: Final = {"VICTIM": 62.0, "WITNESS": 22, "REPORTING": 12, "INVOLVED": 4}
SECOND: Final = 0.15  # nominals with a second involvement
FLAWS: Final = (
    Flaw({"DOB": "1990-02-31"}, ("nominals",)),
    Flaw({"NOMINAL_REF": None}, ("nominals",)),
)
HABITS: Final = Habits(
    middle=0.55,
    birth=0.95,
    address=0.9,
    phone=0.5,
    email=0.25,
    pnc=0.45,
    cro=0.1,
    alias=0.1,
    nickname=0.03,
    plain=0.6,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """Nominals, the crimes they were involved in, and their roles."""
    frame = chunk.write("crime_recording", HABITS)
    count = len(frame)
    number = layout.series(chunk.numbers("nominals", count)).cast(pl.String).str.zfill(8)
    frame = frame.with_columns(
        _ref="N" + number, _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"])
    )
    yield Table(
        "nominals",
        _nominals(frame),
        (Stream("nominals", ("NOMINAL_REF",), None, "_truth"),),
        FLAWS,
    )
    sound = frame.filter(pl.col("_flaw") == 0)
    nominal, crime = _involved(chunk, sound)
    found, rows = crimes.make(chunk, sound, nominal, crime)
    yield Table("crimes", rows, crimes.STREAMS, crimes.FLAWS)
    yield Table(
        "involvements", _involvements(chunk, sound, nominal, found), (Stream("involvements"),)
    )


def _nominals(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        NOMINAL_REF="_ref",
        TITLE="title",
        SURNAME="surname",
        FORENAME_1="given",
        FORENAME_2="middle",
        MAIDEN_NAME="maiden",
        ALIASES="alias",
        NICKNAMES=layout.joined(";", "nickname", "moniker"),
        DOB=layout.iso_date("born"),
        SEX="sex",
        PNCID="pnc",
        CRO="cro",
        HOUSE="house",
        STREET="street",
        TOWN="town",
        POSTCODE="postcode",
        TEL_HOME="landline",
        TEL_MOBILE="mobile",
        EMAIL="email",
        VRM="vehicle",
        ETHNICITY_SELF="ethnicity_self",
        ETHNICITY_OFFICER="ethnicity_observed",
        WARNINGS=layout.markers(";"),
        CREATED=layout.iso_date("on"),
        _truth="truth",
        _flaw="_flaw",
    )


def _involved(chunk: Chunk, sound: pl.DataFrame) -> tuple[Ints, Ints]:
    """(nominal row, crime) of each involvement: people of one neighbourhood and time together."""
    rng, count = chunk.rng, len(sound)
    area = sound["neighbourhood"].to_numpy()
    week = sound["on"].cast(pl.Int32).to_numpy() // 30
    again = np.flatnonzero(rng.random(count) < SECOND)
    nominal = np.concatenate([np.arange(count), again])
    order = np.lexsort((rng.random(len(nominal)), week[nominal], area[nominal] // 4))
    nominal = nominal[order]
    crime: Ints = np.cumsum(rng.random(len(nominal)) < crimes.PER_INVOLVEMENT)
    pair = nominal.astype(np.int64) * (len(nominal) + 1) + crime
    _, once = np.unique(pair, return_index=True)
    once = np.sort(once)
    return nominal[once], crime[once]


def _involvements(
    chunk: Chunk, sound: pl.DataFrame, nominal: Ints, found: pl.DataFrame
) -> pl.DataFrame:
    count = len(nominal)
    offending: Bools = (sound["kind"].to_numpy() == OFFENDER)[nominal] & (
        sound["age"].to_numpy()[nominal] >= 10
    )
    role = chunk.choose(OFFENDING, count).zip_with(
        pl.Series(offending), chunk.choose(OTHERS, count)
    )
    return pl.DataFrame(
        {
            "CRIME_NO": found["CRIME_NO"],
            "NOMINAL_REF": sound["_ref"].gather(nominal),
            "ROLE": role,
            "ADDED": found["REPORTED"],
            "_flaw": np.zeros(count, dtype=np.int64),
        }
    )


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """nominals.csv, crimes.csv, involvements.csv."""
    return {
        name: folder.csv(name, columns)
        for name, columns in (
            ("nominals", NOMINALS), ("crimes", crimes.COLUMNS), ("involvements", INVOLVEMENTS),
        )
    }  # fmt: skip


FEED: Final = Feed("crime_recording", tables, open_sinks)
