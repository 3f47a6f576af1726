"""Where a run works: a DuckDB in memory, a folder that vanishes afterwards, and its stopwatch."""

import resource
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings

THREADS = 2

# letters: without accents, upper case; NULL where nothing is left. compact: the same for places,
# several times faster. known: the distinct values of a list.
# A date of birth is text, YYYY-MM-DD: its parts are compared far faster than dates.
MACROS = """
create or replace macro letters(x) as
    nullif(regexp_replace(upper(strip_accents(x)), '[^\\p{L}]', '', 'g'), '');
create or replace macro compact(x) as nullif(
    replace(replace(replace(replace(
        upper(strip_accents(x)), ' ', ''), '-', ''), chr(39), ''), '.', ''), '');
create or replace macro known(xs) as list_sort(list_distinct(list_filter(xs, lambda x: x <> '')));
create or replace macro skeleton(x) as
    substr(x, 1, 1) || regexp_replace(substr(x, 2), '[AEIOUHWY]', '', 'g');
create or replace macro day_month_swapped(a, b) as
    substr(a, 1, 4) = substr(b, 1, 4) and substr(a, 6, 2) = substr(b, 9, 2)
    and substr(a, 9, 2) = substr(b, 6, 2);
create or replace macro new_year(a) as substr(a, 6) = '01-01';
create or replace macro births_conflict(a, b) as
    a is not null and b is not null and a <> b and hamming(a, b) > 1
    and not (substr(a, 1, 4) = substr(b, 1, 4)
        and (day_month_swapped(a, b) or new_year(a) or new_year(b)
            or substr(a, 6, 2) = substr(b, 6, 2) or substr(a, 9, 2) = substr(b, 9, 2)))
    and not (substr(a, 6) = substr(b, 6)
        and abs(substr(a, 1, 4)::int - substr(b, 1, 4)::int) in (1, 10));
"""


@dataclass(slots=True)
class Workspace:
    """A DuckDB connection, its scratch folder and the time each stage took."""

    db: duckdb.DuckDBPyConnection
    folder: Path
    stages: dict[str, dict[str, float]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Record wall and CPU seconds of the block, and the process's peak memory after it."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.stages[name] = {
                "wall": round(time.perf_counter() - wall, 2),
                "cpu": round(time.process_time() - cpu, 2),
                "peak_rss_mb": peak_rss_mb(),
            }

    def run(self, sql: str, parameters: object = None) -> None:
        """Run statements whose result nobody wants (an unread result would block Splink)."""
        self.db.execute(sql, parameters).fetchall()

    def rows(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """All rows of a query: for small results only."""
        return self.db.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: object = None) -> Any:
        """The one value of a query."""
        return self.rows(sql, parameters)[0][0]

    def put(self, table: str, **columns: npt.NDArray[Any]) -> None:
        """Make (or replace) a table from arrays of equal length."""
        arrow = pa.table(columns)
        self.db.register("incoming", arrow)
        self.run(f"create or replace table {table} as select * from incoming")
        self.db.unregister("incoming")

    def arrays(self, sql: str) -> dict[str, npt.NDArray[Any]]:
        """A query's columns as arrays."""
        return {k: np.asarray(v) for k, v in self.db.execute(sql).fetchnumpy().items()}


@contextmanager
def opened(*, memory_limit: str | None = None) -> Iterator[Workspace]:
    """A workspace below VAR_DIR/resolution; its folder is deleted on the way out."""
    folder = settings.VAR_DIR / "resolution" / uuid.uuid4().hex
    folder.mkdir(parents=True)
    db = duckdb.connect()
    try:
        db.execute(f"set threads={THREADS}")
        db.execute(f"set memory_limit='{memory_limit or settings.RESOLUTION_MEMORY_LIMIT}'")
        db.execute(f"set temp_directory='{folder / 'spill'}'")
        db.execute("set preserve_insertion_order=false")
        db.execute(MACROS)
        yield Workspace(db, folder)
    finally:
        db.close()
        shutil.rmtree(folder, ignore_errors=True)


def peak_rss_mb() -> int:
    """The most memory this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
