"""Rows of all streams but those of people as their tables' columns."""

import polars as pl

from ingest.fields import FIELDS
from ingest.spec import Source, Stream
from ingest.standardise import codes

_DATES = frozenset(
    {
        *("reported_on", "month", "outcome_on", "recorded_on", "authorised_on", "review_on"),
        *("from_on", "to_on"),
    }
)
_TIMES = frozenset({"occurred_from", "occurred_to"})
_NUMBERS: dict[str, type[pl.Int32 | pl.Float64]] = {
    "easting": pl.Int32, "northing": pl.Int32, "latitude": pl.Float64, "longitude": pl.Float64,
}  # fmt: skip


def columns(stream: Stream, source: Source, parsed: list[str]) -> dict[str, pl.Expr]:
    """Column → expression over the parsed fields; a crime without a number is known by its ref."""
    have = set(parsed)
    wanted = {name: _column(name, have) for name in FIELDS[stream.kind]}
    if stream.kind == "crime":
        wanted["tier"] = pl.lit(source.tier_number)
        code = wanted["offence_code"]
        wanted["offence"] = _or(wanted["offence"], codes.of_offence(code, "title"))
        wanted["category"] = _or(wanted["category"], codes.of_offence(code, "category"))
        wanted["crime_number"] = _or(wanted["crime_number"], pl.col("source_ref"))
    if stream.kind == "gang":
        wanted["restricted"] = pl.lit(source.tier_number > 0)
    if stream.kind == "involvement" and "role" not in have:
        wanted["role"] = pl.lit(stream.role)
    return wanted


def _column(name: str, have: set[str]) -> pl.Expr:
    if name in _DATES:
        return pl.col(name) if name in have else pl.lit(None, dtype=pl.Date)
    if name in _TIMES:
        return pl.col(name) if name in have else pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    if name in _NUMBERS:
        return pl.col(name) if name in have else pl.lit(None, dtype=_NUMBERS[name])
    if name == "aliases":
        return pl.col(name) if name in have else pl.lit([], dtype=pl.List(pl.String))
    return pl.col(name).fill_null("") if name in have else pl.lit("")


def _or(text: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(text == "").then(other.fill_null("")).otherwise(text)
