"""The file: tokens for people, columns as coarse as k-anonymity needs, checked in the file itself.

A token is HMAC-SHA256 (RFC 2104) of the person's number under a key of this one extract, so that
tokens of two extracts have nothing in common. The key is forgotten when the file is made: nobody,
we included, leads a token back to a person.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from wmp_search.extracts.columns import COLUMNS, STEPS
from wmp_search.extracts.limits import Limits

BLOCK = 64  # bytes of a block of SHA-256
TOKEN = 32  # hexadecimal digits: 128 bits
_TOKENS = f"""
    create table pseudonyms as
    select substr(sha256($outer::blob || unhex(sha256($inner::blob || encode(id::varchar)))),
        1, {TOKEN}) as token, * exclude (id)
    from people
"""


class NotAnonymousError(Exception):
    """No step makes the rows alike enough; the text says so without a number of people."""


@dataclass(frozen=True, slots=True)
class Built:
    """The file's bytes, and numbers about it."""

    content: bytes
    report: Mapping[str, int]


def build(
    people: pl.DataFrame,
    columns: Sequence[str],
    limits: Limits,
    said: Mapping[str, str],
    key: bytes = b"",
) -> Built:
    """A Parquet file of `columns` for `people`. `said` goes into its metadata. `key`: for tests.

    Raises NotAnonymousError.
    """
    key = key or secrets.token_bytes(32)
    padded = key.ljust(BLOCK, b"\0")
    pads = {"outer": bytes(b ^ 0x5C for b in padded), "inner": bytes(b ^ 0x36 for b in padded)}
    with TemporaryDirectory() as folder, duckdb.connect() as db:
        db.execute(f"set temp_directory = '{folder}'")  # what it spills goes with the folder
        db.register("people", people.to_arrow())
        db.execute(_TOKENS, pads)
        step = _step(db, columns, limits, len(people))
        file = Path(folder) / "extract.parquet"
        db.execute(
            f"copy (select token, {_names(columns)} from together where alike >= {limits.k} "
            f"order by token) to '{file}' (format parquet, compression zstd, "
            f"kv_metadata {{{_metadata({**said, 'step': str(step)})}}})"
        )
        rows, alike = _checked(db, file, columns)
        if alike < limits.k:
            raise NotAnonymousError("The file's rows are not alike enough.")
        report = {"people": len(people), "rows": rows, "left_out": len(people) - rows}
        return Built(file.read_bytes(), {**report, "k": alike, "step": step})


def _step(
    db: duckdb.DuckDBPyConnection, columns: Sequence[str], limits: Limits, people: int
) -> int:
    """The finest step at which few enough are left out; table `together` has its rows."""
    for step in range(STEPS):
        values = ", ".join(f'{COLUMNS[name].at(step)} as "{name}"' for name in columns)
        db.execute(f"create or replace table coarse as select token, {values} from pseudonyms")
        db.execute(
            f"create or replace table together as select *, count(*) over "
            f"(partition by {_names(columns)}) as alike from coarse"
        )
        few = db.execute(f"select count(*) from together where alike < {limits.k}").fetchone()
        if few and people > few[0] and few[0] <= people * limits.left_out / 100:
            return step
    raise NotAnonymousError(
        "Too few people are alike in these columns, however coarse: ask for fewer columns."
    )


def _checked(db: duckdb.DuckDBPyConnection, file: Path, columns: Sequence[str]) -> tuple[int, int]:
    """Rows of the file, and how many the rarest row has like itself, read from the file."""
    found: Any = db.execute(
        f"select coalesce(sum(n), 0)::bigint, coalesce(min(n), 0) from (select count(*) as n "
        f"from read_parquet('{file}') group by {_names(columns)})"
    ).fetchone()
    return int(found[0]), int(found[1])


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _metadata(said: Mapping[str, str]) -> str:
    quoted = {name: value.replace("'", "''") for name, value in said.items()}
    return ", ".join(f"{name}: '{value}'" for name, value in quoted.items())
