"""Generated feeds as standardised records in Parquet, with their truth, without a database.

The same readers, triage and standardisers as the loader; ids are numbered in the order of reading.
"""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
from django.conf import settings

from ingest.delivery import found
from ingest.generator import groups, make
from ingest.readers import read
from ingest.resolution import working_set
from ingest.seen import Seen
from ingest.spec import Source, load_specs
from ingest.triage import Triage

DAY = dt.date(2026, 6, 1)  # of the extract
# as PostgreSQL would hand them over: lists joined, empty JSON lists NULL
_LIST = """nullif(array_to_string(from_json('[' || nullif({0}[2:-2], '') || ']', '["VARCHAR"]'),
    chr(31)), '')"""
_JSON = "nullif({0}, '[]')"


def prepare(people: int, seed: int, folder: Path, named: str = "") -> int:
    """Write `records/*.parquet` (columns of the working set), `truth.parquet` (id, truth) and
    `people.parquet` (of each truth the groups; for measuring, nothing that matches reads it).

    `named`: the tradition in which everybody is named; "" as they are. Returns the number of
    records. Does nothing where they are there already.
    """
    records = folder / "records"
    if not (folder / "truth.parquet").exists():
        feeds = folder / "feeds"
        make.make(make.Order(people, seed, feeds, DAY, named))
        records.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as db:
            _standardise(db, feeds, records)
            _truth(db, feeds / "truth.csv", folder)
    if not (folder / "people.parquet").exists():
        groups.write(make.Order(people, seed, folder / "people.parquet", DAY, named))
    with duckdb.connect() as db:
        row = db.execute(f"select count(*) from '{records}/*.parquet'").fetchone()
    return int(row[0]) if row else 0


def _standardise(db: duckdb.DuckDBPyConnection, feeds: Path, out: Path) -> None:
    number = 0
    for source in load_specs(settings.SOURCES_DIRS).values():
        for stream in source.streams:
            if stream.kind != "person":
                continue
            seen = Seen()
            for delivered in found(source, stream, feeds):
                triage = Triage(source, stream, delivered.name, seen, respec=False)
                for chunk in read(stream, delivered.path):
                    rows = triage.sort(chunk).added
                    if len(rows):
                        _write(db, rows, source, out / f"{number:010d}.parquet", number + 1)
                        number += len(rows)


def _write(
    db: duckdb.DuckDBPyConnection, rows: pl.DataFrame, source: Source, path: Path, first: int
) -> None:
    texts = {"given_names", "surname", "names", "born_precision", "sex", "pnc_id", "cro"}
    texts |= {"addresses", "phones", "emails", "vehicles", "other_ids", "alias_births", "markers"}
    texts |= {"role"}
    dates = {"born_on", "recorded_on", "event_on"}
    absent = [pl.lit(None, dtype=pl.String).alias(c) for c in texts - set(rows.columns)]
    absent += [pl.lit(None, dtype=pl.Date).alias(c) for c in dates - set(rows.columns)]
    rows = rows.drop("id").with_columns(*absent)
    rows = rows.with_columns(
        id=pl.int_range(first, first + len(rows), dtype=pl.Int64), system=pl.lit(source.system)
    )
    db.register("incoming", rows.to_arrow())
    selected = ", ".join(f"{_column(name)} as {name}" for name in working_set.COLUMNS)
    db.execute(
        f"copy (select {selected}, source_ref from incoming) to '{path}' "
        "(format parquet, compression zstd)"
    )
    db.unregister("incoming")


def _column(name: str) -> str:
    sql, kind = working_set.COLUMNS[name]
    if name == "seen_on":
        return "coalesce(recorded_on, event_on)"
    if name == "changed_at":
        return "0::bigint"
    if "array_to_string" in sql:
        return _LIST.format(name)
    if name in ("names", "addresses", "markers"):
        return _JSON.format(name)
    return f"{name}::{kind}" if name in ("id", "tier", "born_on") else f"nullif({name}, '')"


def _truth(db: duckdb.DuckDBPyConnection, truth: Path, folder: Path) -> None:
    db.execute(
        f"""copy (
            select id, truth from '{folder}/records/*.parquet'
            join read_csv('{truth}', header=true, all_varchar=true) using (system, source_ref))
        to '{folder}/truth.parquet' (format parquet)"""
    )
