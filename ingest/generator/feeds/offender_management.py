"""Offender management: XML with namespaces, licence conditions, addresses with from and to."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from ingest.generator.feeds import layout
from ingest.generator.feeds.layout import Chunk, Feed, Flaw, Folder, Stream, Table
from ingest.generator.mistakes import Habits
from ingest.generator.sinks import Sink, TextLayout, TextSink, escaped

CASE_NS: Final = "urn:example:offender-management:case"
PERSON_NS: Final = "urn:example:offender-management:person"
HEADER: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<om:Extract xmlns:om="{CASE_NS}" xmlns:per="{PERSON_NS}">\n'
)
SUPERVISION: Final = {"Licence": 52.0, "Community order": 34, "Suspended sentence order": 14}
CONDITIONS: Final = {
    "To report to the supervising officer": 30.0,
    "Not to contact the victim directly or indirectly": 24,
    "To live at an approved address": 20,
    "Curfew from 19:00 to 07:00": 14,
    "Not to enter the exclusion zone": 12,
}
STREAM: Final = Stream("cases", key=("case",), truth="_truth")
FLAWS: Final = (
    Flaw({"dob": "1990-02-31"}, ("cases",)),
    Flaw({"case": None}, ("cases",)),
)
HABITS: Final = Habits(
    middle=0.8,
    birth=0.995,
    address=0.95,
    phone=0.6,
    email=0.3,
    pnc=0.95,
    cro=0.6,
    alias=0.08,
    nickname=0.01,
    misspelt=0.012,
    plain=0.4,
    pnc_short=0.2,
    maiden=0.6,
)


def tables(chunk: Chunk) -> Iterable[Table]:
    """One row per case."""
    frame = chunk.write("offender_management", HABITS)
    count = len(frame)
    frame = frame.with_columns(
        _no=layout.series(chunk.numbers("offender_management", count))
        .cast(pl.String)
        .str.zfill(6),
        _supervision=chunk.choose(SUPERVISION, count),
        _first=chunk.choose(CONDITIONS, count),
        _second=chunk.choose(CONDITIONS, count),
        _flaw=chunk.flaws(count, len(FLAWS), ~frame["star"]),
    )
    yield Table("offenders", _rows(frame), (STREAM,), FLAWS)


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        case=pl.concat_str(pl.lit("OM"), "_no"),
        supervision="_supervision",
        start=layout.iso_date("on"),
        end=pl.col("on").dt.offset_by("18mo").dt.to_string("%Y-%m-%d"),
        surname="surname",
        forenames=layout.forenames(),
        alias="alias",
        known_as=pl.coalesce("nickname", "moniker"),
        maiden=pl.when(pl.col("maiden").is_not_null()).then(layout.names("given", "maiden")),
        dob=layout.iso_date("born"),
        gender=pl.col("sex").replace({"M": "Male", "F": "Female"}),
        ethnicity="ethnicity_self",
        pnc="pnc",
        cro="cro",
        mobile="mobile",
        email="email",
        house="house", street="street", town="town", postcode="postcode",
        since=layout.iso_date("home_from"),
        old_house="old_house", old_street="old_street", old_town="old_town",
        old_postcode="old_postcode",
        first="_first",
        second=pl.when(pl.col("_second") != pl.col("_first")).then("_second"),
        _truth="truth",
        _flaw="_flaw",
    )  # fmt: skip


def _element(tag: str, column: str) -> pl.Expr:
    """`<tag>text</tag>`, nothing where the column is null."""
    return _present(tag, column).fill_null("")


def _present(tag: str, column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"<{tag}>"), escaped(column), pl.lit(f"</{tag}>"))


def _address(prefix: str, since: str | None, until: str | None) -> pl.Expr:
    """An address with all six elements, empty where unknown."""
    columns = {
        "House": f"{prefix}house", "Street": f"{prefix}street", "Town": f"{prefix}town",
        "Postcode": f"{prefix}postcode", "From": since, "To": until,
    }  # fmt: skip
    parts = [
        (_present(f"per:{tag}", column) if column else pl.lit(None)).fill_null(f"<per:{tag}/>")
        for tag, column in columns.items()
    ]
    whole = pl.concat_str(pl.lit("<per:Address>"), *parts, pl.lit("</per:Address>"))
    return pl.when(pl.col(f"{prefix}street").is_not_null()).then(whole).otherwise(pl.lit(""))


def encode(rows: pl.DataFrame) -> str:
    """One om:Case per line."""
    person = (
        pl.lit("<per:Person><per:Name>"), _element("per:Surname", "surname"),
        _element("per:Forenames", "forenames"), pl.lit("</per:Name>"),
        _element("per:Alias", "alias"), _element("per:KnownAs", "known_as"),
        _element("per:PreviousName", "maiden"), _element("per:DateOfBirth", "dob"),
        _element("per:Gender", "gender"), _element("per:Ethnicity", "ethnicity"),
        _element("per:PNCId", "pnc"), _element("per:CRONumber", "cro"),
        _element("per:Mobile", "mobile"), _element("per:Email", "email"),
        pl.lit("<per:Addresses>"), _address("", "since", None), _address("old_", None, "since"),
        pl.lit("</per:Addresses></per:Person>"),
    )  # fmt: skip
    case = pl.concat_str(
        pl.lit("<om:Case>"), _element("om:CaseReference", "case"), *person,
        pl.lit("<om:Supervision>"), _element("om:Type", "supervision"),
        _element("om:Start", "start"), _element("om:End", "end"), pl.lit("</om:Supervision>"),
        pl.lit("<om:LicenceConditions>"), _element("om:Condition", "first"),
        _element("om:Condition", "second"), pl.lit("</om:LicenceConditions></om:Case>\n"),
    )  # fmt: skip
    return "".join(rows.select(case).to_series().to_list())


def open_sinks(folder: Folder) -> dict[str, Sink]:
    """offenders.xml."""
    written = TextLayout(encode, header=HEADER, footer="</om:Extract>\n")
    return {"offenders": TextSink(folder.path / "offenders.xml", written)}


FEED: Final = Feed("offender_management", tables, open_sinks)
