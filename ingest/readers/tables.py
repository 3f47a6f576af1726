"""Parquet files, and typed columns as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import DeliveryError
from ingest.readers.chunk import ROWS, Chunk
from ingest.spec import Stream

ROW_GROUP = 4 << 30  # unpacked bytes of one row group, the piece that is read at a time


def read_parquet(_stream: Stream, path: Path) -> Iterator[Chunk]:
    """Every column as text; lists stay lists, the fields of a structure are dotted names."""
    try:
        line = 1
        file = pq.ParquetFile(path)
        _check(file, path)
        for batch in file.iter_batches(batch_size=ROWS):
            frame = as_text(cast("pl.DataFrame", pl.from_arrow(batch)))
            yield from _numbered(frame, first=line)
            line += len(frame)
    except (pa.ArrowInvalid, OSError) as error:
        raise DeliveryError(f"{path.name}: not a complete Parquet file") from error


def _check(file: pq.ParquetFile, path: Path) -> None:
    metadata = file.metadata
    sizes = [metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups)]
    if max(sizes, default=0) > ROW_GROUP:
        raise DeliveryError(
            f"{path.name}: a row group unpacks to more than {ROW_GROUP >> 30} GB. Ask for smaller "
            "row groups"
        )


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
