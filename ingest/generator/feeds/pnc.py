"""PNC extract: fixed width, ASCII capitals; CRO, alias names and births, warning signals."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from ingest.generator import identifiers
from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.lexicon import lexicon
from ingest.generator.mistakes import Habits
from ingest.generator.naming import NONE
from ingest.generator.sinks import Sink, TextLayout, TextSink

# Column and width in characters, in the order of the line. One line per arrest or summons.
WIDTHS: Final = {
    "ASN": 21, "PNCID": 13, "CRO": 12, "SURNAME": 36, "FORENAMES": 40, "DOB": 8, "SEX": 1,
    "ETHNIC_APP": 3, "ALIAS1": 50, "ALIAS2": 50, "ALIAS3": 50, "ALIAS_DOB1": 8, "ALIAS_DOB2": 8,
    "NICKNAME": 20, "WARN1": 2, "WARN2": 2, "WARN3": 2, "ADDRESS": 60, "POSTCODE": 8, "UPDATED": 8,
}  # fmt: skip
STREAM: Final = Stream("subjects", key=("ASN",), truth="_truth")
FLAWS: Final = (
    Flaw({"DOB": "31021990"}, ("subjects",)),
    Flaw({"ASN": None}, ("subjects",)),
)
HABITS: Final = Habits(
    middle=0.9,
    birth=0.998,
    address=0.7,
    phone=0.0,
    pnc=1.0,
    cro=0.95,
    alias=0.1,
    nickname=0.0,
    initial=0.0,
    misspelt=0.01,
    variant=0.03,
    plain=1.0,
    swapped=0.001,
    birth_wrong=0.01,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per arrest or summons of a person with a PNC ID."""
    frame = chunk.write("pnc", HABITS)
    count = len(frame)
    number = chunk.numbers("pnc", count)
    year = identifiers.digits(identifiers.year_of(chunk.records["pnc"].day) % 100, 2)
    check = pl.Series(identifiers.CHECK_LETTERS[number * 7 % 23])
    asn = year + "20OA01" + identifiers.digits(number, 11) + check
    frame = frame.with_columns(
        _asn=asn, **_more_names(chunk), _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"])
    )
    yield Table("pnc", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        ASN="_asn",
        PNCID="pnc",
        CRO="cro",
        SURNAME="surname",
        FORENAMES=layout.forenames(),
        DOB=_date("born"),
        SEX="sex",
        ETHNIC_APP="ethnicity_observed",
        ALIAS1=_surname_first("alias"),
        ALIAS2=_surname_first("_maiden"),
        ALIAS3=_surname_first("_other"),
        ALIAS_DOB1=_date("alias_born"),
        ALIAS_DOB2=_date("_other_born"),
        NICKNAME=pl.coalesce("moniker", "nickname"),
        WARN1=pl.col("markers").list.get(0, null_on_oob=True),
        WARN2=pl.col("markers").list.get(1, null_on_oob=True),
        WARN3=pl.col("markers").list.get(2, null_on_oob=True),
        ADDRESS=layout.line(),
        POSTCODE="postcode",
        UPDATED=_date("on"),
        _truth="truth",
        _flaw="_flaw",
    )


def _more_names(chunk: Chunk) -> dict[str, pl.Series]:
    """The maiden name as a full name, and a third name: the forename spelt otherwise."""
    person, count = chunk.records["pnc"].person, len(chunk.records["pnc"])
    family, words = chunk.people.family, lexicon()
    given = words.write(family.given[person])
    maiden = words.write(np.where((chunk.rng.random(count) < 0.4), family.maiden[person], NONE))
    alias = chunk.people.names.alias_surname[person] != NONE
    spelt = words.spellings.pick(chunk.rng, family.given[person])
    known = alias & (chunk.rng.random(count) < 0.3)
    other = words.write(np.where(known, spelt, NONE)) + " " + words.write(family.surname[person])
    born = pl.Series(family.born[person] + 366).cast(pl.Int32).cast(pl.Date)
    old = (
        known & (chunk.rng.random(count) < 0.3) & (family.born[person] + 366 < chunk.today - 4_000)
    )
    return {
        "_maiden": given + " " + maiden,
        "_other": other,
        "_other_born": born.zip_with(pl.Series(old), pl.Series([None], dtype=pl.Date)),
    }


def _surname_first(column: str) -> pl.Expr:
    """`given surname` as `SURNAME, GIVEN`."""
    return pl.col(column).str.replace(r"^(.*) (\S+)$", "$2, $1")


def _date(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%d%m%Y")


def encode(rows: pl.DataFrame) -> str:
    """Lines of the sum of WIDTHS characters, padded with blanks, in capitals."""
    cells = [
        pl.col(name).fill_null("").str.to_uppercase().str.slice(0, width).str.pad_end(width)
        for name, width in WIDTHS.items()
    ]
    return "".join(rows.select(pl.concat_str(*cells, pl.lit("\n"))).to_series().to_list())


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """pnc_extract.dat."""
    return {"pnc": TextSink(folder.path / "pnc_extract.dat", TextLayout(encode, encoding="ascii"))}


FEED: Final = Feed("pnc", tables, open_sinks)
