"""Domestic abuse: a worksheet with victim and perpetrator in one row; restricted."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import rendering
from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.history import Records
from ingest.generator.mistakes import Habits
from ingest.generator.naming import NONE
from ingest.generator.population import OFFENDER
from ingest.generator.reference import Bools, Ints
from ingest.generator.sinks import Sink, SpreadsheetSink

PERSON: Final = ("REF", "SURNAME", "FORENAMES", "MAIDEN_NAME", "ALIAS", "DOB", "SEX", "PHONE",
                 "ADDRESS", "POSTCODE", "ETHNICITY")  # fmt: skip
COLUMNS: Final = (
    "INCIDENT_REF", "REPORTED", *(f"VICTIM_{part}" for part in PERSON),
    *(f"PERP_{part}" for part in PERSON), "PERP_PNC_ID", "PERP_WARNINGS",
    "RELATIONSHIP", "RISK", "SUMMARY",
)  # fmt: skip
RISKS: Final = {"Standard": 58.0, "Medium": 30, "High": 12}
COUPLE: Final = {"Spouse": 40.0, "Partner": 60}
APART: Final = {"Ex-partner": 80.0, "Family member": 20}
UNNAMED: Final = 0.04  # reports that do not name the perpetrator
STREAMS: Final = (
    Stream("victims", key=("VICTIM_REF",), truth="_victim"),
    Stream("perpetrators", key=("PERP_REF",), when="PERP_SURNAME", truth="_perpetrator"),
)
BLANK: Final = dict.fromkeys((f"PERP_{part}" for part in PERSON if part != "REF"), None)
FLAWS: Final = (
    Flaw({"VICTIM_DOB": layout.IMPOSSIBLE, **BLANK}, ("victims",)),
    Flaw({"VICTIM_REF": None, "PERP_REF": None}, ("victims", "perpetrators")),
)
HABITS: Final = Habits(
    middle=0.4,
    birth=0.96,
    address=0.95,
    phone=0.7,
    pnc=0.5,
    alias=0.05,
    nickname=0.03,
    plain=0.7,
    maiden=0.5,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per report: the person of the record and a partner, who is whom by sex and past."""
    frame = chunk.write("domestic_abuse", HABITS)
    records = chunk.records["domestic_abuse"]
    count = len(records)
    partner, at_home = _partners(chunk, records)
    is_victim = _victims(chunk, records.person, partner)
    other = rendering.write(chunk.rng, chunk.people, Records(partner, records.day), HABITS)
    first, second = _person(frame), _person(other)
    mask = pl.Series(is_victim)
    columns: dict[str, pl.Series] = {}
    for name in first.columns:
        columns[f"VICTIM_{name}"] = first[name].zip_with(mask, second[name])
        columns[f"PERP_{name}"] = second[name].zip_with(mask, first[name])
    number = layout.series(chunk.numbers("domestic_abuse", count)).cast(pl.String).str.zfill(7)
    couple = chunk.choose(COUPLE, count).zip_with(pl.Series(at_home), chunk.choose(APART, count))
    sound = ~(frame["star"] | other["star"]) & columns["PERP_SURNAME"].is_not_null()
    unnamed = pl.Series(chunk.rng.random(count) < UNNAMED)
    whole = pl.DataFrame(columns).with_columns(
        _no=number, RELATIONSHIP=couple, RISK=chunk.choose(RISKS, count), on=frame["on"],
        _unnamed=unnamed, _flaw=chunk.flaws(count, len(FLAWS), sound & ~unnamed),
    )  # fmt: skip
    yield Table("domestic_abuse", _rows(whole), STREAMS, FLAWS)


def _partners(chunk: Chunk, records: Records) -> tuple[Ints, Bools]:
    """The partner at home, or one and the same former partner elsewhere; whether at home."""
    people = chunk.people
    adult = chunk.today - people.family.born > 18 * 365
    former = np.zeros(len(records), dtype=np.int64)
    for female in (False, True):
        others = np.flatnonzero(adult & (people.family.female != female))
        of_sex = people.family.female[records.person] == female
        mixed = chunk.rng.permutation(others)
        former[of_sex] = mixed[records.person[of_sex] % len(others)]
    partner = people.family.partner[records.person]
    at_home = (partner != NONE) & (chunk.rng.random(len(partner)) < 0.75)
    return np.where(at_home, partner, former), at_home


def _victims(chunk: Chunk, person: Ints, partner: Ints) -> Bools:
    """Whether the person of the record is the victim: mostly women, rarely the one with a past."""
    people = chunk.people
    female = people.family.female
    odds = 0.5 + 0.24 * female[person] - 0.24 * female[partner]
    odds += 0.15 * (people.kind[partner] == OFFENDER) - 0.15 * (people.kind[person] == OFFENDER)
    victim: Bools = chunk.rng.random(len(person)) < odds
    return victim


def _person(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        SURNAME="surname",
        FORENAMES=layout.forenames(),
        MAIDEN_NAME="maiden",
        ALIAS="alias",
        DOB=layout.uk_date("born"),
        SEX="sex",
        PHONE=pl.coalesce("mobile", "landline"),
        ADDRESS=layout.line(),
        POSTCODE="postcode",
        ETHNICITY="ethnicity_self",
        PNC_ID="pnc",
        WARNINGS=layout.markers(";"),
        truth="truth",
    )


def _rows(whole: pl.DataFrame) -> pl.DataFrame:
    ref = pl.concat_str(pl.lit("DA"), layout.two_digit_year(), pl.lit("-"), "_no")
    named = [
        pl.when(~pl.col("_unnamed")).then(pl.col(f"PERP_{part}")).alias(f"PERP_{part}")
        for part in (*PERSON[1:], "PNC_ID", "WARNINGS")
    ]
    return whole.with_columns(
        *named,
        INCIDENT_REF=ref,
        REPORTED=layout.uk_date("on"),
        VICTIM_REF=pl.concat_str(ref, pl.lit("-V")),
        PERP_REF=pl.concat_str(ref, pl.lit("-P")),
        SUMMARY=pl.concat_str(
            pl.lit("Report of domestic abuse by "), pl.col("RELATIONSHIP").str.to_lowercase()
        ),
    ).select(*COLUMNS, "_flaw", _victim="VICTIM_truth", _perpetrator="PERP_truth")


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """domestic_abuse.xlsx."""
    path = folder.path / "domestic_abuse.xlsx"
    return {"domestic_abuse": SpreadsheetSink(path, "Incidents", COLUMNS)}


FEED: Final = Feed("domestic_abuse", tables, open_sinks)
