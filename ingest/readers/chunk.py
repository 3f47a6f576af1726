"""What readers hand over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

MALFORMED = {"line": pl.Int64, "reason": pl.String, "text": pl.String}
ROWS = 50_000  # records of a chunk at most: what is made of them takes a kilobyte each


def no_malformed() -> pl.DataFrame:
    return pl.DataFrame(schema=MALFORMED)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one delivery: see `ingest.readers`."""

    frame: pl.DataFrame
    malformed: pl.DataFrame = field(default_factory=no_malformed)

    def parts(self) -> Iterator["Chunk"]:
        """The same records in chunks of ROWS at most; what is malformed stands in the first."""
        yield Chunk(self.frame[:ROWS], self.malformed)
        for start in range(ROWS, len(self.frame), ROWS):
            yield Chunk(self.frame[start : start + ROWS])


def malformed(rows: Sequence[tuple[int, str, str]]) -> pl.DataFrame:
    """(line, reason, text) of what is not a record."""
    return pl.DataFrame(rows, schema=MALFORMED, orient="row")
