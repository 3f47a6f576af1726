"""The addresses of a record: one from scalar columns, several from parallel lists."""

import polars as pl

from ingest.fields import ADDRESS_LISTS
from ingest.spec import Stream
from ingest.standardise import contact, dates
from ingest.standardise.literals import json_list
from ingest.standardise.parsers import parser_of
from ingest.standardise.parsing import reason

_PARTS = ("house", "street", "town", "postcode")
_LIMITS = {"house": 60, "street": 120, "town": 60, "postcode": 8}


def addresses(texts: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Rows as in `texts`: `addresses` (JSON, newest first), `problem` and `issue` (text or null).

    The n-th values of all address fields belong together. A part that cannot be read is left
    out and noted; a part longer than its column is a problem.
    """
    mapped = [f for f in texts.columns if f in ADDRESS_LISTS]
    if not mapped:
        return texts.select(
            addresses=pl.lit("[]"),
            problem=pl.lit(None, dtype=pl.String),
            issue=pl.lit(None, dtype=pl.String),
        )
    lists = texts.select(mapped).with_row_index("row")
    longest = pl.max_horizontal(pl.col(f).list.len().fill_null(0) for f in mapped)
    if lists.select(longest.max()).item() == 1:
        long = lists.with_columns(pl.col(f).list.first() for f in mapped)
    else:
        long = _exploded(lists, mapped, longest)
    return _gathered(_parsed(long, stream, mapped), len(texts))


def _exploded(lists: pl.DataFrame, mapped: list[str], longest: pl.Expr) -> pl.DataFrame:
    """One row per place of the longest list; shorter lists are filled with nulls."""
    places = lists.with_columns(place=pl.int_ranges(longest))
    long = places.explode("place", empty_as_null=False)
    return long.select(
        "row", *(pl.col(f).list.get(pl.col("place"), null_on_oob=True) for f in mapped)
    )


def _parsed(long: pl.DataFrame, stream: Stream, mapped: list[str]) -> pl.DataFrame:
    parts: dict[str, pl.Expr] = dict.fromkeys(_PARTS, pl.lit(None, dtype=pl.String))
    issues: list[pl.Expr] = []
    if "address" in mapped:
        parts |= contact.split_address(pl.col("address"))
    for name in ("house", "street", "town"):
        if name in mapped:
            stated = contact.address_part(pl.col(name))
            parts[name] = pl.coalesce(stated, parts[name])
    if "postcode" in mapped:
        stated, noted = _postcode(stream)
        parts["postcode"] = pl.coalesce(stated, parts["postcode"])
        issues.append(noted)
    moments = {n: _day(stream, n, mapped, issues) for n in ("address_from", "address_to")}
    return long.select(
        "row",
        **parts,
        **{"from": moments["address_from"], "to": moments["address_to"]},
        issue=pl.coalesce(*issues, pl.lit(None, dtype=pl.String)),
    )


def _postcode(stream: Stream) -> tuple[pl.Expr, pl.Expr]:
    text = pl.col("postcode")
    if parser_of(stream, "postcode") != "postcode":
        return text, pl.lit(None, dtype=pl.String)
    parsed = contact.postcode(text)
    return parsed.value, parsed.issue if parsed.issue is not None else pl.lit(None)


def _day(stream: Stream, name: str, mapped: list[str], issues: list[pl.Expr]) -> pl.Expr:
    if name not in mapped:
        return pl.lit(None, dtype=pl.String)
    parsed = dates.day(pl.col(name), stream.fields[name].formats)
    issues.append(reason(parsed.problem.is_not_null(), "address date not understood"))  # type: ignore[union-attr]
    return parsed.value.dt.to_string("%Y-%m-%d")


def _gathered(long: pl.DataFrame, rows: int) -> pl.DataFrame:
    too_long = pl.coalesce(
        reason(pl.col(p).str.len_chars() > size, f"{p} is longer than {size} characters")
        for p, size in _LIMITS.items()
    )
    known = long.filter(pl.any_horizontal(pl.col(p).is_not_null() for p in (*_PARTS, "issue")))
    entry = pl.struct(
        *(pl.col(p).fill_null("") for p in _PARTS), "from", "to"
    )
    newest = [pl.col("to").is_null() & pl.col("from").is_not_null(), pl.col("from").fill_null("")]
    filled = pl.any_horizontal(pl.col(p).is_not_null() for p in _PARTS)
    grouped = (
        known.with_columns(problem=too_long, filled=filled)
        .sort(*newest, descending=True, maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(
            objects=entry.filter(pl.col("filled")).unique(maintain_order=True),
            problem=pl.col("problem").drop_nulls().first(),
            issue=pl.col("issue").drop_nulls().first(),
        )
        .with_columns(pl.col("row").cast(pl.UInt32))
    )
    every = pl.DataFrame({"row": pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    return every.join(grouped, on="row", how="left", maintain_order="left").select(
        addresses=json_list(pl.col("objects")), problem="problem", issue="issue"
    )
