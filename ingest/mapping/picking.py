"""The mapping of a stream as picks, a column at a time, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ingest.newsource.columns import field_of, filled

EXAMPLES = 3
EXAMPLE_SIZE = 40  # characters
Values = dict[str, Any]  # a source file as tomllib reads it


@dataclass(frozen=True, slots=True)
class Pick:
    """What becomes of a column: the field ("": none), its parser ("": the field's own), and
    whether the column is part of the key.
    """

    column: str
    field: str = ""
    parser: str = ""
    is_key: bool = False


def picks(stream: Mapping[str, Any], columns: Sequence[str]) -> list[Pick]:
    """The picks that a stream's entry of a source file amounts to. A column that feeds several
    fields shows the first.
    """
    fields: dict[str, tuple[str, str]] = {}
    for name, spec in stream.get("fields", {}).items():
        parser = "" if isinstance(spec, str) else spec.get("parser", "")
        for column in _sources(spec):
            fields.setdefault(column, (name, parser))
    key = stream.get("key", ())
    keys = [] if isinstance(key, str) else key
    return [Pick(c, *fields.get(c, ("", "")), is_key=c in keys) for c in columns]


def apply(stream: Values, chosen: Sequence[Pick], frame: pl.DataFrame) -> None:
    """Change the stream's entry so that it means the picks.

    A field whose columns stay is left as it is, with its formats and codes; a field with other
    columns is guessed anew from `frame`, the sample's rows.
    """
    before = {p.column: p for p in picks(stream, [p.column for p in chosen])}
    fields = stream.setdefault("fields", {})
    moved = [p for p in chosen if p.field != before[p.column].field]
    touched = {p.field for p in moved} | {before[p.column].field for p in moved}
    for name in touched - {""}:
        taken = [p.column for p in chosen if p.field == name]
        if taken:
            spec = field_of(frame, stream["kind"], name, taken).spec
            fields[name] = spec["column"] if set(spec) == {"column"} else spec
        else:
            fields.pop(name, None)
    for pick in chosen:
        if pick.field and pick.parser != before[pick.column].parser:
            fields[pick.field] = _parsed_by(fields[pick.field], pick.parser)
    offered = {p.column for p in chosen}
    key = stream.get("key", ())
    others = [] if isinstance(key, str) else [c for c in key if c not in offered]  # "=constant"
    keys = others + [p.column for p in chosen if p.is_key]
    stream["key"] = keys or "row_hash"
    if not keys:
        stream.pop("key_fallback", None)


def examples(frame: pl.DataFrame, column: str) -> list[str]:
    """A few different values of a column, cut."""
    if column not in frame.columns:
        return []
    found = filled(frame, column).unique(maintain_order=True).head(EXAMPLES).to_list()
    return [v if len(v) <= EXAMPLE_SIZE else f"{v[:EXAMPLE_SIZE]}…" for v in found]


def _sources(spec: Any) -> Sequence[str]:
    if isinstance(spec, str):
        return (spec,)
    return (spec["column"],) if "column" in spec else spec.get("columns", ())


def _parsed_by(spec: Any, parser: str) -> Values:
    made = {"column": spec} if isinstance(spec, str) else dict(spec)
    made.pop("parser", None)
    return made | {"parser": parser} if parser else made
