"""What readers hand over."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

MALFORMED = {"line": pl.Int64, "reason": pl.String, "text": pl.String}
ROWS = 100_000  # records per chunk of readers that can choose


def no_malformed() -> pl.DataFrame:
    return pl.DataFrame(schema=MALFORMED)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one delivery: see `ingest.readers`."""

    frame: pl.DataFrame
    malformed: pl.DataFrame = field(default_factory=no_malformed)


def malformed(rows: Sequence[tuple[int, str, str]]) -> pl.DataFrame:
    """(line, reason, text) of what is not a record."""
    return pl.DataFrame(rows, schema=MALFORMED, orient="row")
