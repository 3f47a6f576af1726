"""Parquet files, and typed columns as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.errors import DeliveryError
from ingest.readers.chunk import ROWS, Chunk
from ingest.spec import Stream

ROW_GROUP = 4 << 30  # unpacked bytes of one row group, the piece that is read at a time
PIECE = 256 << 20  # bytes of text in one chunk
MOST = 1 << 20  # bytes of text in a row, on average of a piece that is too large
_BROKEN = (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError)


def read_parquet(_stream: Stream, path: Path) -> Iterator[Chunk]:
    """Every column as text; lists stay lists, the fields of a structure are dotted names.

    A value that repeats is packed once: texts stay packed until it is known how large they are.
    """
    try:
        schema, texts = _opened(path)
        line = 1
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            yield from _numbered(as_text(_frame(schema.empty_table())), first=line)
            for batch in file.iter_batches(batch_size=ROWS):
                for piece in _pieces(batch, path):
                    plain = piece.cast(schema)
                    plain.validate(full=True)  # polars takes any bytes for UTF-8
                    frame = as_text(_frame(plain))
                    yield from _numbered(frame, first=line)
                    line += piece.num_rows
    except _BROKEN as error:
        raise DeliveryError(
            f"{path.name}: not a complete Parquet file, or its texts are not UTF-8 "
            f"({type(error).__name__}). Ask for the feed again"
        ) from error


def _opened(path: Path) -> tuple[pa.Schema, list[str]]:
    """The columns' types, and the paths of those that are texts."""
    with pq.ParquetFile(path) as file:
        _check(file, path)
        columns = [file.schema.column(n) for n in range(len(file.schema))]
        return file.schema_arrow, [
            c.path
            for c in columns
            if c.physical_type == "BYTE_ARRAY" and c.logical_type.type in ("STRING", "NONE")
        ]


def _check(file: pq.ParquetFile, path: Path) -> None:
    metadata = file.metadata
    sizes = [metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups)]
    if max(sizes, default=0) > ROW_GROUP:
        raise DeliveryError(
            f"{path.name}: a row group unpacks to more than {ROW_GROUP >> 30} GB. Ask for smaller "
            "row groups"
        )


def _pieces(batch: pa.RecordBatch, path: Path) -> Iterator[pa.RecordBatch]:
    """The batch in slices of at most PIECE bytes of text."""
    size = sum(map(_size, batch.columns))
    if size <= PIECE:
        yield batch
        return
    if size > batch.num_rows * MOST:
        raise DeliveryError(
            f"{path.name}: its rows unpack to more than {MOST >> 20} MB each, which no "
            "genuine feed does. Ask for the feed as CSV"
        )
    half = batch.num_rows // 2
    yield from _pieces(batch.slice(0, half), path)
    yield from _pieces(batch.slice(half), path)


def _size(column: pa.Array) -> int:
    """Bytes of a column once it is unpacked."""
    if isinstance(column, pa.DictionaryArray):
        return int(pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0)
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return _size(column.flatten())
    if pa.types.is_struct(column.type):
        return sum(map(_size, column.flatten()))
    return int(column.nbytes)


def _frame(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    return cast("pl.DataFrame", pl.from_arrow(table))


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Typed columns as text: days YYYY-MM-DD, times ISO, true/false, numbers plain."""
    while structs := [c for c, t in frame.schema.items() if isinstance(t, pl.Struct)]:
        frame = frame.unnest(structs, separator=".")
    while of_structs := [c for c, t in frame.schema.items() if t == pl.List(pl.Struct)]:
        frame = frame.with_columns(_parts(frame, of_structs)).drop(of_structs)
    plain = frame.select(_as_text(c, t) for c, t in frame.schema.items())
    return plain.rename({c: c.removeprefix("\ufeff") for c in plain.columns[:1]})


def _parts(frame: pl.DataFrame, columns: list[str]) -> list[pl.Expr]:
    """A list of structures as parallel lists, one for each of their fields."""
    return [
        pl.col(c).list.eval(pl.element().struct.field(f.name)).alias(f"{c}.{f.name}")
        for c in columns
        for f in frame.schema[c].inner.fields  # type: ignore[attr-defined]
    ]


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if not isinstance(kind, pl.List):
        return column.cast(pl.String, strict=False)
    if isinstance(kind.inner, pl.List):
        texts = pl.element().cast(pl.List(pl.String), strict=False)
        return column.list.eval(texts.list.join(", "))
    return column.cast(pl.List(pl.String), strict=False)


def _numbered(frame: pl.DataFrame, *, first: int) -> Iterator[Chunk]:
    for start in range(0, max(len(frame), 1), ROWS):
        part = frame.slice(start, ROWS)
        lines = pl.int_range(first + start, first + start + len(part), dtype=pl.Int64, eager=True)
        yield Chunk(part.insert_column(0, lines.alias("line")))
