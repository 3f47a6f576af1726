"""COPY in both directions between the workspace and PostgreSQL."""

from django.db import connection

from ingest.resolution.workspace import Workspace

BLOCK_BYTES = 1 << 20


def copy_in(space: Workspace, source: str, table: str, columns: dict[str, str]) -> None:
    """COPY the rows of a DuckDB query into a PostgreSQL table."""
    path = space.folder / "out.csv"
    selected = ", ".join(f'{sql} as "{name}"' for name, sql in columns.items())
    space.run(
        f"copy (select {selected} {source}) to '{path}' (format csv, header false, nullstr '')"
    )
    names = ", ".join(f'"{c}"' for c in columns)
    with (
        connection.cursor() as cursor,
        path.open("rb") as rows,
        cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := rows.read(BLOCK_BYTES):
            copy.write(block)
    path.unlink()


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
