"""Nested records as flat columns: dotted names, repeated elements as lists of text."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import polars as pl

from ingest.readers.chunk import ROWS, Chunk, malformed

Flat = dict[str, str | list[str | None] | None]


def flatten(record: dict[str, Any]) -> Flat:
    """{"a": {"b": 1}, "c": [{"d": "x"}, {"d": None}]} → {"a.b": "1", "c.d": ["x", None]}.

    Repeated elements give parallel lists: a part that one of them lacks is None in its place.
    Numbers and true/false become their JSON text; a list within a list is joined by ", ".
    """
    flat: Flat = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{k}": v for k, v in flatten(value).items()})
        elif isinstance(value, list):
            flat.update(_repeated(name, value))
        else:
            flat[name] = _text(value)
    return flat


def _repeated(name: str, values: list[Any]) -> Flat:
    if not any(isinstance(v, dict) for v in values):
        return {name: [_joined(v) for v in values]}
    parts = [flatten(v) if isinstance(v, dict) else {"": _joined(v)} for v in values]
    keys = dict.fromkeys(k for part in parts for k in part)
    return {f"{name}.{k}".rstrip("."): [_joined(p.get(k)) for p in parts] for k in keys}


def _joined(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(t for t in map(_joined, value) if t) or None
    return _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def frame_of(flats: list[Flat], lines: list[int]) -> pl.DataFrame:
    """A chunk's records as a frame; a column is a list where any of its values is one."""
    names = dict.fromkeys(k for flat in flats for k in flat)
    columns: list[pl.Series] = [pl.Series("line", lines, dtype=pl.Int64)]
    for name in names:
        values = [flat.get(name) for flat in flats]
        if any(isinstance(v, list) for v in values):
            lists = [v if isinstance(v, list) or v is None else [v] for v in values]
            columns.append(pl.Series(name, lists, dtype=pl.List(pl.String)))
        else:
            columns.append(pl.Series(name, values, dtype=pl.String))
    return pl.DataFrame(columns)


def chunks(records: Iterable[tuple[int, dict[str, Any] | str]]) -> Iterator[Chunk]:
    """(line, record) pairs as chunks; a text instead of a record is malformed."""
    source = iter(records)
    while block := list(islice(source, ROWS)):
        good = [(line, record) for line, record in block if isinstance(record, dict)]
        bad = [
            (line, "not a JSON object", record)
            for line, record in block
            if isinstance(record, str)
        ]
        frame = frame_of([flatten(r) for _, r in good], [line for line, _ in good])
        yield Chunk(frame, malformed(bad))
