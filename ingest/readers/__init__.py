"""Readers: every format as frames of text columns, bounded in memory.

A reader yields `Chunk`s in file order, at least one for a table without rows. `frame` has `line`
(int64) and the feed's columns as text or, for repeated elements, list of text. `line` counts
delivered records: in a delimited file the header is line 1, in other formats the first record is
1. `malformed` has line, reason and text: what is not a record at all. A file that cannot be read
raises DeliveryError naming the file and the place.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from ingest.errors import DeliveryError
from ingest.readers import database, delimited, documents, fixed, spreadsheet, tables, xml
from ingest.readers.chunk import Chunk
from ingest.spec import NESTED_FORMATS, Stream

__all__ = ["Chunk", "read"]


def read(stream: Stream, path: Path) -> Iterator[Chunk]:
    """The file's records. Raises DeliveryError."""
    first = True
    for chunk in _reader(stream, path):
        if first:
            _check_columns(stream, path.name, chunk.frame)
        first = False
        yield from chunk.parts()


def _reader(stream: Stream, path: Path) -> Iterator[Chunk]:
    readers: dict[str, Callable[[Stream, Path], Iterator[Chunk]]] = {
        "csv": delimited.read,
        "delimited": delimited.read,
        "jsonl": documents.read_lines,
        "json": documents.read_array,
        "fixed": fixed.read,
        "xml": xml.read,
        "xlsx": spreadsheet.read,
        "parquet": tables.read_parquet,
        "database": database.read,
    }
    return readers[stream.format](stream, path)


def _check_columns(stream: Stream, file_name: str, frame: pl.DataFrame) -> None:
    """Every column that the source file names is there; sparse formats need only the key's."""
    must = [c for c, needed in stream.columns.items() if needed]
    if stream.format in NESTED_FORMATS:
        must = [c for c in stream.row_key if c in must]
    missing = [c for c in must if c not in frame.columns]
    if missing:
        there = ", ".join(c for c in frame.columns if c != "line")[:1000]
        raise DeliveryError(
            f"{file_name}: missing column {', '.join(missing)}. The file's columns are: {there}. "
            f"Correct the column in the source file's stream {stream.name}, mark its field "
            "`optional = true`, or ask for the feed again"
        )
