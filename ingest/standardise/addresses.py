"""The addresses of a record: one from scalar columns, several from parallel lists."""

import polars as pl

from ingest.fields import ADDRESS_LISTS
from ingest.spec import Stream
from ingest.standardise import contact, dates
from ingest.standardise.literals import json_list
from ingest.standardise.parsers import parser_of
from ingest.standardise.parsing import Parsed, reason

_PARTS = ("house", "street", "town", "postcode")
_LIMITS = {"house": 60, "street": 120, "town": 60, "postcode": 8}


def addresses(texts: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Rows as in `texts`: `addresses` (JSON, newest first), `problem` and `issue` (text or null).

    The n-th values of all address fields belong together. A part that cannot be read is left
    out and noted; a part longer than its column is a problem.
    """
    mapped = [f for f in texts.columns if f in ADDRESS_LISTS]
    if not mapped:
        nothing = pl.lit(None, dtype=pl.String)
        blank = texts.select("line").with_columns(
            addresses=pl.lit("[]"), problem=nothing, issue=nothing
        )
        return blank.drop("line")
    lists = texts.select(mapped).with_row_index("row")
    longest = pl.max_horizontal(pl.col(f).list.len().fill_null(0) for f in mapped)
    if (lists.select(longest.max()).item() or 0) <= 1:  # nearly every feed: no rows to gather
        long = lists.with_columns(pl.col(f).list.first() for f in mapped)
        entries = _entries(_parsed(long, stream, mapped))
        return entries.select(
            addresses=json_list(pl.when("filled").then(pl.concat_list("entry"))),
            problem="problem",
            issue="issue",
        )
    return _gathered(
        _entries(_parsed(_exploded(lists, mapped, longest), stream, mapped)), len(texts)
    )


def _exploded(lists: pl.DataFrame, mapped: list[str], longest: pl.Expr) -> pl.DataFrame:
    """One row per place of the longest list; shorter lists are filled with nulls."""
    places = lists.with_columns(place=pl.int_ranges(longest))
    long = places.explode("place", empty_as_null=False)
    return long.select(
        "row", *(pl.col(f).list.get(pl.col("place"), null_on_oob=True) for f in mapped)
    )


def _parsed(long: pl.DataFrame, stream: Stream, mapped: list[str]) -> pl.DataFrame:
    """The parts, from/to as ISO text, and issue; a part of its own wins over the line's."""
    nothing = pl.lit(None, dtype=pl.String)
    lines = long.lazy().rename({f: f"{f}~" for f in mapped})
    if "address" in mapped:
        lines = contact.split_address(lines.rename({"address~": "address"}))
    else:
        lines = lines.with_columns(nothing.alias(p) for p in _PARTS)
    issues: list[pl.Expr] = []
    for name in ("house", "street", "town"):
        if name in mapped:
            stated = contact.address_part(pl.col(f"{name}~"))
            lines = lines.with_columns(pl.coalesce(stated, name).alias(name))
    if "postcode" in mapped:
        parsed = _postcode(stream)
        lines = lines.with_columns(postcode=pl.coalesce(parsed.value, "postcode"))
        issues += [parsed.issue] if parsed.issue is not None else []
    moments = {n: _day(stream, n, mapped, issues) for n in ("address_from", "address_to")}
    return lines.select(
        "row",
        *_PARTS,
        **{"from": moments["address_from"], "to": moments["address_to"]},
        issue=pl.coalesce(*issues, nothing),
    ).collect()


def _postcode(stream: Stream) -> Parsed:
    text = pl.col("postcode~")
    return contact.postcode(text) if parser_of(stream, "postcode") == "postcode" else Parsed(text)


def _day(stream: Stream, name: str, mapped: list[str], issues: list[pl.Expr]) -> pl.Expr:
    if name not in mapped:
        return pl.lit(None, dtype=pl.String)
    parsed = dates.day(pl.col(f"{name}~"), stream.fields[name].formats)
    if parsed.problem is not None:
        issues.append(reason(parsed.problem.is_not_null(), "address date not understood"))
    return parsed.value.dt.to_string("%Y-%m-%d")


def _entries(long: pl.DataFrame) -> pl.DataFrame:
    """row, entry (the address), filled (whether it says anything), problem, issue, from, to."""
    too_long = pl.coalesce(
        reason(pl.col(p).str.len_chars() > size, f"{p} is longer than {size} characters")
        for p, size in _LIMITS.items()
    )
    return (
        long.lazy()
        .select(
            "row",
            "issue",
            "from",
            "to",
            entry=pl.struct(*(pl.col(p).fill_null("") for p in _PARTS), "from", "to"),
            filled=pl.any_horizontal(pl.col(p).is_not_null() for p in _PARTS),
            problem=too_long,
        )
        .collect()
    )


def _gathered(entries: pl.DataFrame, rows: int) -> pl.DataFrame:
    """One row per record again: current addresses first, then by start, newest first."""
    newest = [pl.col("to").is_null() & pl.col("from").is_not_null(), pl.col("from").fill_null("")]
    grouped = (
        entries.filter(pl.col("filled") | pl.col("issue").is_not_null())
        .sort(*newest, descending=True, maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(
            objects=pl.col("entry").filter("filled"),
            problem=pl.col("problem").drop_nulls().first(),
            issue=pl.col("issue").drop_nulls().first(),
        )
    )
    every = pl.DataFrame({"row": pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    return every.join(grouped, on="row", how="left", maintain_order="left").select(
        addresses=json_list(pl.col("objects")), problem="problem", issue="issue"
    )
