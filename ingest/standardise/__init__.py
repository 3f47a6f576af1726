"""Standardise: a chunk of raw rows becomes typed columns, rejections and notes, by the column.

Pure: frames in, frames out; nothing here reads the database.
"""

from dataclasses import dataclass

import polars as pl

from ingest.fields import ADDRESS_LISTS, REQUIRED
from ingest.spec import Source, Stream
from ingest.standardise import events, graded, person
from ingest.standardise.addresses import addresses
from ingest.standardise.extract import extract
from ingest.standardise.literals import array
from ingest.standardise.parsers import parse
from ingest.standardise.parsing import Parsed
from ingest.standardise.sizes import too_long

_PROBLEM, _ISSUE = "!", "?"  # column prefixes


@dataclass(frozen=True, slots=True)
class Standardised:
    """`rows`: line and the typed columns of the good rows, ready for COPY.

    `rejected`: line, column (of the feed) and reason; one line per bad row, its first problem.
    """

    rows: pl.DataFrame
    rejected: pl.DataFrame


def standardise(frame: pl.DataFrame, stream: Stream, source: Source) -> Standardised:
    """`frame`: line, source_ref and the feed's columns as text (or list of text)."""
    texts = extract(frame, stream).with_columns(frame["source_ref"])
    parsed = _parsed(texts, stream)
    make = person.columns if stream.kind == "person" else events.columns
    fields = [f for f in stream.fields if f not in ADDRESS_LISTS or stream.kind == "crime"]
    columns = make(stream, source, fields)
    checks = [c for c in parsed.columns if c.startswith((_PROBLEM, _ISSUE))]
    typed = parsed.lazy().select("line", *checks, **columns).collect()
    typed = typed.with_columns(*too_long(typed.schema, stream, prefix=_PROBLEM))
    typed = _checked(typed, stream)
    if stream.kind == "person":
        typed = _with_addresses(typed, texts, stream)
    return _sorted_out(typed, stream)


def _checked(typed: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """With what is wrong between the fields of a row; the first problem of a field stays."""
    found = graded.problems(stream, typed.columns)
    return typed.with_columns(
        pl.coalesce(_PROBLEM + name, problem).alias(_PROBLEM + name)
        if _PROBLEM + name in typed.columns
        else problem.alias(_PROBLEM + name)
        for name, problem in found.items()
    )


def _parsed(texts: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """Every field's value under its name, and problems and issues under prefixed names.

    The text of a date of birth stays beside it as `born_on~`: it gives the precision too.
    """
    wanted: dict[str, pl.Expr] = {}
    for field in stream.fields:
        if field in ADDRESS_LISTS and stream.kind == "person":
            continue
        make = _list_field if stream.is_list(field) else _scalar_field
        wanted |= make(stream, field)
    # lazy: shared parts of the expressions are computed once
    return texts.lazy().select("line", "source_ref", **wanted).collect()


def _scalar_field(stream: Stream, field: str) -> dict[str, pl.Expr]:
    text = pl.col(field)
    # a full name stays text: `person` splits it into two columns
    parsed = Parsed(text) if field == "full_name" else parse(text, stream, field)
    wanted = {field: parsed.value}
    must = stream.fields[field].required or field in REQUIRED[stream.kind]
    empty = pl.when(text.is_null()).then(pl.lit("empty, but required")) if must else None
    problems = [p for p in (empty, parsed.problem) if p is not None]
    if problems:
        wanted[_PROBLEM + field] = pl.coalesce(*problems)
    if parsed.issue is not None:
        wanted[_ISSUE + field] = parsed.issue
    if field == "born_on":
        wanted[field + "~"] = text
    return wanted


def _list_field(stream: Stream, field: str) -> dict[str, pl.Expr]:
    """A bad value in a list is left out and noted; the row is good."""
    text = pl.col(field)
    parsed = parse(pl.element(), stream, field)
    wanted = {
        field: text.list.eval(parsed.value).list.drop_nulls().list.unique(maintain_order=True)
    }
    noted = [n for n in (parsed.problem, parsed.issue) if n is not None]
    if noted:
        wanted[_ISSUE + field] = text.list.eval(pl.coalesce(*noted)).list.drop_nulls().list.first()
    return wanted


def _with_addresses(typed: pl.DataFrame, texts: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    found = addresses(texts, stream)
    return typed.with_columns(
        found["addresses"],
        found["problem"].alias(_PROBLEM + "address"),
        found["issue"].alias(_ISSUE + "address"),
    )


def _sorted_out(typed: pl.DataFrame, stream: Stream) -> Standardised:
    problems = [c for c in typed.columns if c.startswith(_PROBLEM)]
    issues = [c for c in typed.columns if c.startswith(_ISSUE)]
    bad = (
        pl.any_horizontal(pl.col(c).is_not_null() for c in problems)
        if problems
        else pl.lit(value=False)
    )
    rejected = typed.filter(bad).select(
        "line",
        column=pl.coalesce(
            pl.when(pl.col(c).is_not_null()).then(pl.lit(_of_feed(c[1:], stream)))
            for c in problems
        )
        if problems
        else pl.lit(""),
        reason=pl.coalesce(*problems).str.slice(0, 300) if problems else pl.lit(""),
    )
    if stream.kind == "person":
        noted = (
            pl.concat_list(issues).list.drop_nulls()
            if issues
            else pl.lit([], dtype=pl.List(pl.String))
        )
        typed = typed.with_columns(issues=noted)
    lists = [c for c, t in typed.schema.items() if isinstance(t, pl.List)]
    good = typed.filter(~bad).drop(problems + issues)
    good = good.with_columns(array(pl.col(c)).alias(c) for c in lists)
    return Standardised(good, rejected)


def _of_feed(field: str, stream: Stream) -> str:
    """The feed's column(s) behind a canonical field."""
    names = [field] if field in stream.fields else [f for f in stream.fields if f in ADDRESS_LISTS]
    return ", ".join(c for n in names for c in stream.fields[n].sources)[:80]
