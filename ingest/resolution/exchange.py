"""COPY in both directions between the workspace and PostgreSQL."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from ingest.ahead import ahead
from ingest.resolution.workspace import Workspace

BLOCK_BYTES = 1 << 20


class Transfer(NamedTuple):
    """The rows of a DuckDB query for a PostgreSQL table; `columns`: name → SQL in DuckDB."""

    source: str
    table: str
    columns: dict[str, str]


def as_array(column: str) -> str:
    """A DuckDB list as PostgreSQL writes an array: of numbers, or of plain codes."""
    return f"'{{' || array_to_string({column}, ',') || '}}'"


def copy_in(space: Workspace, source: str, table: str, columns: dict[str, str]) -> None:
    """COPY the rows of a DuckDB query into a PostgreSQL table."""
    copy_in_turn(space, [Transfer(source, table, columns)])


def copy_in_turn(space: Workspace, transfers: Iterable[Transfer]) -> None:
    """COPY into one table after the other; DuckDB writes the next one's rows meanwhile, so that
    nothing else may use the workspace until this returns.
    """
    for transfer, path in ahead(_written(space, transfer) for transfer in transfers):
        names = ", ".join(f'"{c}"' for c in transfer.columns)
        statement = f"COPY {transfer.table} ({names}) FROM STDIN (FORMAT csv)"
        with (
            connection.cursor() as cursor,
            path.open("rb") as rows,
            cursor.cursor.copy(statement) as copy,
        ):
            while block := rows.read(BLOCK_BYTES):
                copy.write(block)
        path.unlink()


def _written(space: Workspace, transfer: Transfer) -> tuple[Transfer, Path]:
    path = space.folder / f"out_{transfer.table}.csv"
    selected = ", ".join(f'{sql} as "{name}"' for name, sql in transfer.columns.items())
    space.run(
        f"copy (select {selected} {transfer.source}) to '{path}'"
        " (format csv, header false, nullstr '')"
    )
    return transfer, path


def copy_out(space: Workspace, query: str, table: str, columns: dict[str, str]) -> None:
    """A DuckDB table of a PostgreSQL query; `columns`: name → DuckDB type, in its order."""
    path = space.folder / "in.csv"
    with (
        connection.cursor() as cursor,
        path.open("wb") as rows,
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy,
    ):
        for block in copy:
            rows.write(block)
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    space.run(
        f"""create or replace table {table} as from read_csv('{path}', header=false,
            auto_detect=false, delim=',', quote='"', escape='"', columns={{{kinds}}})"""
    )
    path.unlink()


def temporary(name: str, definition: str) -> None:
    """A fresh temporary table in PostgreSQL, of this connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(f"CREATE TEMP TABLE {name} {definition}")


def send_ids(space: Workspace, query: str, name: str) -> None:
    """The column id of a DuckDB query as a temporary table in PostgreSQL."""
    temporary(name, "(id bigint PRIMARY KEY)")
    copy_in(space, f"from ({query})", name, {"id": "id"})
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {name}")
