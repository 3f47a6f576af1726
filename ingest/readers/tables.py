"""Spreadsheets and Parquet files."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import fastexcel
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import DeliveryError
from ingest.readers.chunk import ROWS, Chunk
from ingest.spec import Stream

_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[T ]00:00:00(?:\.0+)?$"


def read_spreadsheet(stream: Stream, path: Path) -> Iterator[Chunk]:
    """A sheet by name or number from 0; its first row (after `skip_lines`) names the columns.

    A day is YYYY-MM-DD. The whole sheet is held in memory: Excel allows 1,048,576 rows.
    """
    options = stream.options
    try:
        book = fastexcel.read_excel(path)
        sheet = book.load_sheet(
            options.sheet, header_row=options.skip_lines, dtypes="string", dtype_coercion="coerce"
        )
        frame = cast("pl.DataFrame", pl.from_arrow(sheet.to_arrow()))
    except fastexcel.FastExcelError as error:
        raise DeliveryError(
            f"{path.name}: sheet {options.sheet!r} cannot be read ({type(error).__name__}); is it "
            "a complete XLSX file, and the option `sheet` right?"
        ) from error
    days = [pl.col(c).str.replace(_MIDNIGHT, "$1") for c in frame.columns]
    return _numbered(
        frame.with_columns(days).rename(lambda n: n.strip()), first=2 + options.skip_lines
    )


def read_parquet(_stream: Stream, path: Path) -> Iterator[Chunk]:
    """Every column as text; lists stay lists, the fields of a structure are dotted names."""
    try:
        line = 1
        for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS):
            frame = as_text(cast("pl.DataFrame", pl.from_arrow(batch)))
            yield from _numbered(frame, first=line)
            line += len(frame)
    except (pa.ArrowInvalid, OSError) as error:
        raise DeliveryError(f"{path.name}: not a complete Parquet file") from error


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Typed columns as text: days YYYY-MM-DD, times ISO, true/false, numbers plain."""
    structs = [c for c, t in frame.schema.items() if isinstance(t, pl.Struct)]
    while structs:
        frame = frame.unnest(structs, separator=".")
        structs = [c for c, t in frame.schema.items() if isinstance(t, pl.Struct)]
    lists = {c for c, t in frame.schema.items() if isinstance(t, pl.List)}
    return frame.with_columns(
        pl.col(c).cast(pl.List(pl.String) if c in lists else pl.String, strict=False)
        for c in frame.columns
    )


def _numbered(frame: pl.DataFrame, *, first: int) -> Iterator[Chunk]:
    for start in range(0, max(len(frame), 1), ROWS):
        part = frame.slice(start, ROWS)
        lines = pl.int_range(first + start, first + start + len(part), dtype=pl.Int64, eager=True)
        yield Chunk(part.insert_column(0, lines.alias("line")))
