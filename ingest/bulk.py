"""COPY in both directions between frames and PostgreSQL."""

import io
from collections.abc import Iterator
from typing import Any

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

_TIME = "%Y-%m-%d %H:%M:%S%.6f%:z"
_TAKING_IDS = 0x574D52  # an advisory lock
_BLOCK = 1 << 20  # bytes of CSV handed over at a time


def copy_in(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    """Append the frame to the table's columns of the same names; null is NULL, "" is ''."""
    if frame.is_empty():
        return
    csv = io.BytesIO()
    frame.write_csv(csv, include_header=False, datetime_format=_TIME, quote_style="necessary")
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    )
    view = csv.getbuffer()
    with cursor.copy(statement) as copy:
        for start in range(0, len(view), _BLOCK):
            copy.write(view[start : start + _BLOCK])


def copy_out(
    cursor: CursorWrapper,
    query: str,
    params: tuple[Any, ...],
    schema: dict[str, type[pl.DataType]],
) -> pl.DataFrame:
    """The query's rows as a frame of that schema."""
    blocks = list(blocks_out(cursor, query, params, schema))
    return pl.concat(blocks) if blocks else pl.DataFrame(schema=schema)


def blocks_out(
    cursor: CursorWrapper,
    query: str,
    params: tuple[Any, ...],
    schema: dict[str, type[pl.DataType]],
) -> Iterator[pl.DataFrame]:
    """As `copy_out`, in frames of 32 MB of CSV, none of them empty. The cursor is busy until the
    last.
    """
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", params) as copy:
        rest = io.BytesIO()
        for data in copy:
            rest.write(data)
            if rest.tell() > 32 * _BLOCK:
                yield _frame(rest, schema)
                rest = io.BytesIO()
        if rest.tell():
            yield _frame(rest, schema)


def _frame(csv: io.BytesIO, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    csv.seek(0)
    return pl.read_csv(csv, has_header=False, schema=schema)


def reserve_ids(cursor: CursorWrapper, table: str, count: int) -> pl.Series:
    """`count` (at least one) ids of the table's sequence, ascending, without a gap. Only under the
    lock of the refresh, whose loading processes wait for each other here.
    """
    cursor.execute("SELECT pg_advisory_lock(%s)", [_TAKING_IDS])
    try:
        cursor.execute(
            "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n"
            " FROM generate_series(1, %s)) AS taken",
            [table, count],
        )
        low, high = cursor.fetchone() or (0, -1)
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_TAKING_IDS])
    if high - low + 1 != count:
        raise RuntimeError(f"{table}: another process takes ids while a delivery is loaded")
    return pl.int_range(low, high + 1, eager=True).alias("id")


def temp_like(cursor: CursorWrapper, name: str, columns: str) -> None:
    """A fresh temporary table; `columns` is a column list or `(LIKE table)`."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMP TABLE {name} {columns} ON COMMIT DROP")


def cursor() -> CursorWrapper:
    """A cursor of the application's connection; psycopg's `copy` is reached through it."""
    return connection.cursor()
