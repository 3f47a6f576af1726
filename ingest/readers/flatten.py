"""Nested records as flat columns: dotted names, repeated elements as lists of text."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, cast

import polars as pl
import pyarrow as pa

from ingest.readers.chunk import ROWS, Chunk, malformed

Flat = dict[str, str | list[str | None] | None]


def flatten(record: dict[str, Any]) -> Flat:
    """{"a": {"b": 1}, "c": [{"d": "x"}, {"d": None}]} → {"a.b": "1", "c.d": ["x", None]}.

    Repeated elements give parallel lists: a part that one of them lacks is None in its place.
    Numbers and true/false become their JSON text; a list within a list is joined by ", ".
    """
    flat: Flat = {}
    _into(flat, "", record)
    return flat


def _into(flat: Flat, prefix: str, record: dict[str, Any]) -> None:
    for key, value in record.items():
        if isinstance(value, str) or value is None:
            flat[prefix + key] = value
        elif isinstance(value, dict):
            _into(flat, f"{prefix}{key}.", value)
        elif isinstance(value, list):
            _repeated(flat, prefix + key, value)
        else:
            flat[prefix + key] = _text(value)


def _repeated(flat: Flat, name: str, values: list[Any]) -> None:
    if not any(isinstance(v, dict) for v in values):
        flat[name] = [_joined(v) for v in values]
        return
    parts = [flatten(v) if isinstance(v, dict) else {"": _joined(v)} for v in values]
    for key in dict.fromkeys(k for part in parts for k in part):
        flat[f"{name}.{key}".rstrip(".")] = [_joined(part.get(key)) for part in parts]


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
    columns: dict[str, pa.Array] = {"line": pa.array(lines, pa.int64())}
    for name in names:
        values = [flat.get(name) for flat in flats]
        if any(type(v) is list for v in values):
            # pyarrow builds lists in C; polars would make a series for each
            lists = [v if v is None or type(v) is list else [v] for v in values]
            columns[name] = pa.array(lists, pa.list_(pa.string()))
        else:
            columns[name] = pa.array(values, pa.string())
    return cast("pl.DataFrame", pl.from_arrow(pa.table(columns)))


def chunks(records: Iterable[tuple[int, dict[str, Any] | str]]) -> Iterator[Chunk]:
    """(line, record) pairs as chunks; a text instead of a record is malformed."""
    source = iter(records)
    while block := list(islice(source, ROWS)):
        flats: list[Flat] = []
        lines: list[int] = []
        bad: list[tuple[int, str, str]] = []
        for line, record in block:
            if isinstance(record, str):
                bad.append((line, "not a JSON object", record))
                continue
            try:
                flats.append(flatten(record))
                lines.append(line)
            except RecursionError:
                bad.append((line, "nested too deeply", ""))
        yield Chunk(frame_of(flats, lines), malformed(bad))
