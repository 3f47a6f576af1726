"""A table or query of another database through SQLAlchemy, read with a server-side cursor."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from ingest.errors import DeliveryError
from ingest.readers.chunk import ROWS, Chunk
from ingest.readers.tables import as_text
from ingest.spec import Stream


def read(stream: Stream, feeds: Path) -> Iterator[Chunk]:
    """Every row; the URL's `{feeds}` is the folder of all feeds."""
    line = 1
    for frame in _frames(stream, feeds):
        lines = pl.int_range(line, line + len(frame), dtype=pl.Int64, eager=True)
        line += len(frame)
        yield Chunk(frame.insert_column(0, lines.alias("line")))


def checksum(stream: Stream, feeds: Path) -> str:
    """SHA-256 over all rows, whatever their order: the sum of the rows' own hashes."""
    from ingest.rows import raw_json

    total, rows = 0, 0
    try:
        for frame in _frames(stream, feeds):
            digests = (hashlib.sha256(t.encode()).digest() for t in raw_json(frame))
            total += sum(int.from_bytes(d, "big") for d in digests)
            rows += len(frame)
    except DeliveryError as error:  # the load itself will say so in its batch
        return hashlib.sha256(str(error).encode()).hexdigest()
    return hashlib.sha256(f"{rows}:{total}".encode()).hexdigest()


def table_name(stream: Stream) -> str:
    """What stands for the file's name in a batch; never the URL, which may hold a password."""
    return f"table {stream.options.table}" if stream.options.table else f"query of {stream.name}"


def _frames(stream: Stream, feeds: Path) -> Iterator[pl.DataFrame]:
    url = (stream.options.url or "").replace("{feeds}", str(feeds))
    try:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(
                _statement(stream)
            )
            names = list(result.keys())
            for part in result.partitions():
                rows = [tuple(row) for row in part]
                frame = pl.DataFrame(
                    rows, schema=names, orient="row", infer_schema_length=None, strict=False
                )
                yield as_text(frame)
        engine.dispose()
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        # its text may hold the address and the statement: the kind is enough
        raise DeliveryError(
            f"{table_name(stream)}: the database cannot be read ({type(error).__name__}). "
            f"Check the options url, table or query of the stream {stream.name}, "
            "and the driver's package"
        ) from error


def _statement(stream: Stream) -> sa.TextClause | sa.Select[tuple[object, ...]]:
    if stream.options.query:
        return sa.text(stream.options.query)
    schema, _, table = (stream.options.table or "").rpartition(".")
    return sa.select(sa.text("*")).select_from(sa.table(table, schema=schema or None))
