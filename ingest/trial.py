"""Try a source file on a delivery: what would be loaded, what rejected. Nothing is written.

The rows are sorted as the loader sorts those of a stream that was never loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest.readers import read
from ingest.seen import Seen
from ingest.spec import Source, Stream
from ingest.triage import Triage

_OWN = ("source_ref", "id", "raw", "row_hash")  # what a row carries beside its typed columns


@dataclass(frozen=True, slots=True)
class Tried:
    """One chunk: `good` has line and the typed columns, `bad` line, column and reason."""

    read: int
    skipped: int
    good: pl.DataFrame
    bad: pl.DataFrame


def tried(source: Source, stream: Stream, path: Path) -> Iterator[Tried]:
    """The delivery chunk by chunk. Raises DeliveryError."""
    triage = Triage(source, stream, path.name, Seen(), respec=False)
    for chunk in read(stream, path):
        found = triage.sort(chunk)
        bad = [r.select("line", "column", "reason") for r in found.rejected]
        good = found.added.drop(_OWN, strict=False)
        yield Tried(found.read, found.skipped, good, pl.concat(bad).sort("line"))


def filled(row: dict[str, object]) -> dict[str, str]:
    """A typed row without its empty columns, as text."""
    return {k: str(v) for k, v in row.items() if v not in (None, "", "{}", "[]")}
