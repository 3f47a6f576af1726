"""Crimes and their last outcomes, in the mix of the West Midlands (sources: data/README.md)."""

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Flaw, Stream
from ingest.generator.reference import Floats, Ints, cumulative, pick, table

COLUMNS: Final = (
    "CRIME_NO", "OFFENCE_CODE", "OFFENCE", "CATEGORY", "COMMITTED_FROM", "COMMITTED_TO",
    "REPORTED", "STATUS", "LOCATION", "POSTCODE", "LSOA_CODE", "LSOA_NAME", "EASTING",
    "NORTHING", "LATITUDE", "LONGITUDE", "MO", "OUTCOME", "OUTCOME_DATE",
)  # fmt: skip
PER_INVOLVEMENT: Final = 0.32  # crimes per involvement: three people to a crime
STREAMS: Final = (Stream("crimes", ("CRIME_NO",)), Stream("outcomes", ("CRIME_NO",), "OUTCOME"))
NO_OUTCOME: Final = {"OUTCOME": None, "OUTCOME_DATE": None}
FLAWS: Final = (
    Flaw({"OFFENCE_CODE": "999/99", **NO_OUTCOME}, ("crimes",)),
    Flaw({"COMMITTED_FROM": "31/02/2024 10:00", **NO_OUTCOME}, ("crimes",)),
    Flaw({"CRIME_NO": None, **NO_OUTCOME}, ("crimes",)),
)
DEGREES: Final = 111_320.0  # metres of a degree of latitude, near enough within a neighbourhood
OPEN: Final = "Under investigation"
MO: Final = {  # how it was done, by category (invented)
    "Burglary": ("Entry forced through rear door, tidy search, jewellery and keys taken",
                 "Window smashed with a garden tool, untidy search of bedrooms"),
    "Vehicle crime": ("Relay device used to unlock the vehicle on the drive overnight",
                      "Nearside window smashed, tools taken from the rear of the van"),
    "Shoplifting": ("Selected goods concealed in a bag and left without payment",
                    "Distracted staff while an accomplice emptied the shelf"),
    "Robbery": ("Approached from behind, threatened, mobile phone demanded",
                "Two offenders on a moped snatched a bag and made off"),
    "Violence and sexual offences": ("Argument in the street led to punches to the face and body",
                                     "Known to each other, assault inside the home address"),
}  # fmt: skip
OTHER_MO: Final = (
    "Offender known to the aggrieved, circumstances still to be established",
    "Reported after the event, no witnesses, lines of enquiry being followed",
)


def make(
    chunk: Chunk, nominals: pl.DataFrame, nominal: Ints, crime: Ints
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(crime number and report date per involvement, rows of crimes.csv).

    `nominal` and `crime` give the row in `nominals` and the crime of each involvement, ordered by
    crime. A crime happens where its first nominal lives, shortly before the first was recorded.
    Flawed crimes are extra rows that nobody is involved in.
    """
    _, first, of = np.unique(crime, return_index=True, return_inverse=True)
    day = nominals["on"].cast(pl.Int64).to_numpy()[nominal]
    earliest = np.minimum.reduceat(day, first) if len(first) else day
    where = nominals["neighbourhood"].to_numpy()[nominal[first]]
    home = nominals["home"].to_numpy()[nominal[first]]
    place = chunk.people.places.frame.select("street", "postcode", "town")[home]
    flaws = _extra(chunk, len(first))
    at = np.concatenate([np.arange(len(first)), np.zeros(len(flaws), dtype=np.int64)])
    rows = _rows(chunk, earliest[at], where[at], place[at]) if len(first) else _empty()
    flaw = np.concatenate([np.zeros(len(first), dtype=np.int64), flaws])
    rows = rows.with_columns(_flaw=pl.Series(flaw))
    return rows.select("CRIME_NO", "REPORTED")[of], rows


def _extra(chunk: Chunk, count: int) -> Ints:
    """The flaws of the extra rows."""
    number = chunk.rng.binomial(count, layout.FLAWED)
    if chunk.is_first and count >= 20:
        number = max(number, len(FLAWS))
    return np.arange(number) % len(FLAWS) + 1


def _empty() -> pl.DataFrame:
    return pl.DataFrame({name: [] for name in COLUMNS}, schema=dict.fromkeys(COLUMNS, pl.String))


def _rows(chunk: Chunk, day: Ints, where: Ints, place: pl.DataFrame) -> pl.DataFrame:
    rng, count = chunk.rng, len(day)
    offences = table("offences")
    offence = pick(rng, cumulative(offences["weight"]), count)
    category = offences["category"].gather(offence)
    begun = pl.Series(day - rng.integers(0, 3, count)).cast(pl.Int32).cast(pl.Date)
    minute = pl.Series(rng.integers(0, 1380, count)).cast(pl.Int64)
    started = begun.cast(pl.Datetime("us")) + (minute * 60_000_000).cast(pl.Duration("us"))
    lasted = pl.Series(rng.integers(1, 60, count) * 60_000_000).cast(pl.Duration("us"))
    reported = pl.Series(day).cast(pl.Int32).cast(pl.Date)
    number = layout.series(chunk.numbers("crimes", count)).cast(pl.String).str.zfill(7)
    frame = pl.DataFrame(
        {
            "CRIME_NO": "20/" + number + "/" + reported.dt.to_string("%y"),
            "OFFENCE_CODE": offences["code"].gather(offence),
            "OFFENCE": offences["offence"].gather(offence),
            "CATEGORY": category,
            "COMMITTED_FROM": started.dt.to_string("%d/%m/%Y %H:%M"),
            "COMMITTED_TO": (started + lasted).dt.to_string("%d/%m/%Y %H:%M"),
            "REPORTED": reported.dt.to_string("%d/%m/%Y"),
            **_place(chunk, where, place),
            "MO": _method(chunk, category),
            **_outcome(chunk, category, day),
        }
    )
    return frame.select(COLUMNS)


def _place(chunk: Chunk, where: Ints, place: pl.DataFrame) -> dict[str, pl.Series]:
    """Grid reference for most, latitude and longitude for the crimes of the newer system."""
    rng, areas, count = chunk.rng, table("neighbourhoods"), len(where)
    east, north = (rng.normal(0, 150, count).round() for _ in range(2))
    latitude = areas["latitude"].gather(where).to_numpy()
    degrees = DEGREES * np.cos(np.radians(latitude))
    newer = pl.Series(rng.random(count) < 0.12)
    none = pl.Series([None], dtype=pl.String)
    grid = [
        (areas[name].gather(where) + pl.Series(metres).cast(pl.Int64)).cast(pl.String)
        for name, metres in (("easting", east), ("northing", north))
    ]
    world = [
        (areas[name].gather(where) + pl.Series(shift)).round(6).cast(pl.String)
        for name, shift in (("latitude", north / DEGREES), ("longitude", east / degrees))
    ]
    location = place.select(layout.joined(", ", "street", "town")).to_series()
    return {
        "LOCATION": location,
        "POSTCODE": place["postcode"],
        "LSOA_CODE": areas["lsoa"].gather(where),
        "LSOA_NAME": areas["name"].gather(where),
        "EASTING": none.new_from_index(0, count).zip_with(newer, grid[0]),
        "NORTHING": none.new_from_index(0, count).zip_with(newer, grid[1]),
        "LATITUDE": world[0].zip_with(newer, none),
        "LONGITUDE": world[1].zip_with(newer, none),
    }


def _method(chunk: Chunk, category: pl.Series) -> pl.Series:
    texts = pl.Series(OTHER_MO).gather(chunk.rng.integers(0, len(OTHER_MO), len(category)))
    for name, methods in MO.items():
        chosen = pl.Series(methods).gather(chunk.rng.integers(0, len(methods), len(category)))
        texts = chosen.zip_with(category == name, texts)
    return texts


@cache
def _outcomes() -> dict[str, tuple[pl.Series, Floats]]:
    """Category -> outcomes with cumulated shares."""
    parts = table("outcomes").group_by("category", maintain_order=True)
    return {str(name[0]): (part["outcome"], cumulative(part["weight"])) for name, part in parts}


def _outcome(chunk: Chunk, category: pl.Series, day: Ints) -> dict[str, pl.Series]:
    """Status, outcome and its date; a crime under investigation has no outcome yet."""
    count = len(category)
    outcome = pl.Series([OPEN]).new_from_index(0, count)
    for name, (names, shares) in _outcomes().items():
        drawn = names.gather(pick(chunk.rng, shares, count))
        outcome = drawn.zip_with(category == name, outcome)
    closed_on = day + chunk.rng.integers(1, 200, count)
    is_open = (outcome == OPEN) | pl.Series(closed_on > chunk.today)
    none = pl.Series([None], dtype=pl.String)
    closed = pl.Series(closed_on).cast(pl.Int32).cast(pl.Date).dt.to_string("%d/%m/%Y")
    status = pl.Series(["Open"]).new_from_index(0, count)
    return {
        "STATUS": status.zip_with(is_open, pl.Series(["Finalised"]).new_from_index(0, count)),
        "OUTCOME": none.new_from_index(0, count).zip_with(is_open, outcome),
        "OUTCOME_DATE": none.new_from_index(0, count).zip_with(is_open, closed),
    }
