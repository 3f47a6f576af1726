"""Nested records as flat columns: dotted names, repeated elements as lists of text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import polars as pl
import pyarrow as pa

from ingest.readers.chunk import ROWS, Chunk, malformed

Flat = dict[str, str | list[str | None] | None]
NAMES = 5_000  # different names in one record; the widest feed seen has 120
PARTS = 2_000_000  # repeated elements times their different names, in one record
CELLS = 20_000_000  # records times names of a chunk: records of ever new names fill it early


class _TooWideError(Exception):
    """A record whose repeated parts differ so much that it would grow without bound."""


def flatten(record: dict[str, Any]) -> Flat:
    """{"a": {"b": 1}, "c": [{"d": "x"}, {"d": None}]} → {"a.b": "1", "c.d": ["x", None]}.

    Repeated elements give parallel lists: a part that one of them lacks is None in its place.
    Numbers and true/false become their JSON text; a list within a list is joined by ", ".
    """
    flat: Flat = {}
    _into(flat, "", record)
    return flat


def _narrow(flat: Flat) -> Flat:
    if len(flat) > NAMES:
        raise _TooWideError
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
    keys = dict.fromkeys(k for part in parts for k in part)
    if len(keys) * len(parts) > PARTS:
        raise _TooWideError
    for key in keys:
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
    block = _Block()
    for line, record in records:
        block.take(line, record)
        if block.is_full:
            yield block.chunk()
            block = _Block()
    if block.read:
        yield block.chunk()


@dataclass(slots=True)
class _Block:
    """Records until there are ROWS of them, or CELLS of records and names."""

    flats: list[Flat] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    @property
    def read(self) -> int:
        return len(self.flats) + len(self.bad)

    @property
    def is_full(self) -> bool:
        return self.read >= ROWS or len(self.flats) * len(self.names) >= CELLS

    def take(self, line: int, record: dict[str, Any] | str) -> None:
        if isinstance(record, str):
            self.bad.append((line, "not a JSON object", record))
            return
        try:
            flat = _narrow(flatten(record))
        except RecursionError:
            self.bad.append((line, "nested too deeply", ""))
            return
        except _TooWideError:
            self.bad.append((line, f"more than {NAMES:,} names, or repeated parts too unlike", ""))
            return
        self.flats.append(flat)
        self.lines.append(line)
        self.names.update(flat)

    def chunk(self) -> Chunk:
        return Chunk(frame_of(self.flats, self.lines), malformed(self.bad))
