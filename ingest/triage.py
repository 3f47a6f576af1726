"""Sort a chunk's rows into new, changed, unchanged, rejected, skipped; standardise the first two.

Works on frames alone, so that it can run beside the writing of the chunk before.
"""

from dataclasses import dataclass, field

import polars as pl

from ingest.known import Seen
from ingest.readers import Chunk
from ingest.rows import REF_SIZE, oversized, raw_json, references, sha256, without_nul
from ingest.spec import LITERAL, Source, Stream
from ingest.standardise import standardise

_RAW_TEXT = 100_000  # characters kept of a line that is no record
_OWN = ("raw~", "row_hash~", "id~", "old_hash~", "gone~", "batch~")  # beside the feed's columns


@dataclass(slots=True)
class Sorted:
    """One chunk, ready to be written. `added`, `changed` and `rewritten` have line, source_ref,
    id, raw, row_hash and the typed columns; `rejected` has line, column, reason and raw. `late`
    has line, id, raw and row_hash of rows that a newer file has overtaken.
    """

    read: int
    skipped: int = 0
    unchanged: int = 0
    added: pl.DataFrame = field(default_factory=pl.DataFrame)
    changed: pl.DataFrame = field(default_factory=pl.DataFrame)
    rewritten: pl.DataFrame = field(default_factory=pl.DataFrame)
    late: pl.DataFrame = field(default_factory=pl.DataFrame)
    rejected: list[pl.DataFrame] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Triage:
    """What decides about one file's rows. `before`: `ingest.known.known`; `respec`: the source
    file has changed, so typed values of unchanged rows are made anew. `newer`: batches of files
    that were delivered after this one; what they brought stands.
    """

    source: Source
    stream: Stream
    file_name: str
    seen: Seen
    before: pl.DataFrame
    respec: bool
    newer: frozenset[int] = frozenset()

    def sort(self, chunk: Chunk) -> Sorted:
        """Chunks must come in the file's order: keys are remembered from one to the next."""
        result = Sorted(read=len(chunk.frame) + len(chunk.malformed))
        result.rejected.append(_unread(chunk.malformed))
        self.seen.shelter(chunk.malformed["text"])
        frame = self._ours(without_nul(chunk.frame))
        result.skipped = len(chunk.frame) - len(frame)
        if frame.is_empty():
            return result
        rows = self._with_reference(frame)
        unusable = self._unusable(rows)
        _reject(result, rows, unusable)
        good = rows.join(unusable, on="line", how="anti", maintain_order="left")
        before = self.before.rename({c: f"{c}~" for c in ("id", "old_hash", "gone", "batch")})
        self._told_apart(
            result, good.join(before, on="source_ref", how="left", maintain_order="left")
        )
        return result

    def _ours(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Without the rows where the stream's `when` column is empty."""
        when = self.stream.when
        if when is None:
            return frame
        if when not in frame.columns:
            return frame.clear()
        column = frame[when]
        if isinstance(column.dtype, pl.List):
            filled = column.list.len() > 0
        else:
            filled = column.str.strip_chars() != ""
        return frame.filter(filled.fill_null(value=False))

    def _with_reference(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The feed's columns and raw~, row_hash~, source_ref."""
        raw = raw_json(frame)
        row_hash = sha256(raw)
        absent = [
            c for c in self.stream.row_key if c not in frame.columns and not c.startswith(LITERAL)
        ]
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in absent)
        refs = references(frame, self.stream, row_hash)
        by_hash = (refs == row_hash.str.head(40)).fill_null(value=False)
        return frame.with_columns(
            raw.alias("raw~"),
            row_hash.alias("row_hash~"),
            self.seen.numbered(refs, by_hash).alias("source_ref"),
        )

    def _unusable(self, rows: pl.DataFrame) -> pl.DataFrame:
        """line, column, reason of rows without a key, with one seen before, or far too large."""
        key = ", ".join(self.stream.row_key)[:80]
        ref = pl.col("source_ref")
        keyless = rows.filter(ref.is_null()).select("line", reason=pl.lit("no key"))
        long = rows.filter(ref.str.len_chars() > REF_SIZE).select(
            "line", reason=pl.lit(f"key longer than {REF_SIZE} characters")
        )
        repeated = self.seen.repeated(rows.filter(ref.is_not_null()), self.file_name)
        of_key = pl.concat([keyless, long, repeated]).with_columns(column=pl.lit(key))
        large = oversized(rows.drop("raw~", "row_hash~")).select("line", "reason", "column")
        return pl.concat([of_key, large]).unique("line", keep="first", maintain_order=True)

    def _told_apart(self, result: Sorted, rows: pl.DataFrame) -> None:
        """`rows` with id~, old_hash~, gone~ of the record that each has already, if any."""
        is_new = pl.col("id~").is_null()
        same = (pl.col("old_hash~") == pl.col("row_hash~")) & ~pl.col("gone~")
        same = same.fill_null(value=False)
        untouched = rows.filter(same)
        result.added = self._standardised(result, rows.filter(is_new))
        overtaken = pl.col("batch~").is_in(list(self.newer)).fill_null(value=False)
        late = rows.filter(~is_new & ~same & overtaken)
        result.late = late.select("line", id="id~", raw="raw~", row_hash="row_hash~")
        changed = rows.filter(~is_new & ~same & ~overtaken)
        result.changed = self._standardised(result, changed)
        result.unchanged = len(untouched)
        if self.respec:
            result.rewritten = self._standardised(result, untouched)
            result.unchanged = len(result.rewritten)
        result.unchanged += len(late)

    def _standardised(self, result: Sorted, rows: pl.DataFrame) -> pl.DataFrame:
        """Typed rows; those that cannot be are rejected."""
        if rows.is_empty():
            return pl.DataFrame()
        found = standardise(rows.drop(_OWN), self.stream, self.source)
        _reject(result, rows, found.rejected)
        own = rows.select("line", "source_ref", id="id~", raw="raw~", row_hash="row_hash~")
        return own.join(found.rows, on="line", how="inner", maintain_order="left")


def _unread(malformed: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text").str.slice(0, _RAW_TEXT)
    text = text.str.replace_all("\x00", "\ufffd", literal=True)
    return malformed.select(
        "line", "reason", column=pl.lit(""), raw=pl.struct(text=text).struct.json_encode()
    )


def _reject(result: Sorted, rows: pl.DataFrame, rejected: pl.DataFrame) -> None:
    if len(rejected):
        raw = rows.select("line", raw="raw~")
        result.rejected.append(rejected.join(raw, on="line", how="inner", maintain_order="left"))
