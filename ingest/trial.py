"""Try a source file on a delivery: what would be loaded, what rejected. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest.readers import read
from ingest.rows import oversized, raw_json, references, sha256
from ingest.spec import Source, Stream
from ingest.standardise import standardise


@dataclass(frozen=True, slots=True)
class Tried:
    """One chunk: `good` has the typed columns, `bad` line, column and reason."""

    read: int
    good: pl.DataFrame
    bad: pl.DataFrame


def tried(source: Source, stream: Stream, path: Path) -> Iterator[Tried]:
    """The delivery chunk by chunk. Raises DeliveryError."""
    for chunk in read(stream, path):
        good, bad = _standardised(source, stream, chunk.frame)
        malformed = chunk.malformed.select("line", column=pl.lit(""), reason="reason")
        yield Tried(len(chunk.frame) + len(malformed), good, pl.concat([malformed, bad]))


def filled(row: dict[str, object]) -> dict[str, str]:
    """A typed row without its empty columns, as text."""
    return {k: str(v) for k, v in row.items() if v not in (None, "", "{}", "[]")}


def _standardised(
    source: Source, stream: Stream, frame: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if stream.when:
        frame = frame.filter(pl.col(stream.when).is_not_null() & (pl.col(stream.when) != ""))
    refs = references(frame, stream, sha256(raw_json(frame)))
    rows = frame.with_columns(refs.alias("source_ref"))
    keyless = rows.filter(pl.col("source_ref").is_null()).select(
        "line", column=pl.lit(", ".join(stream.row_key)), reason=pl.lit("no key")
    )
    result = standardise(rows, stream, source)
    large = oversized(frame).select("line", "column", "reason")
    return result.rows, pl.concat([keyless, large, result.rejected]).unique("line", keep="first")
