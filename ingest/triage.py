"""Sort a chunk's rows into new, changed, unchanged, rejected, skipped; standardise the first two.

In three steps: `keyed` and `told_apart` work on frames alone, each in a thread of its own beside
the writing of an earlier chunk; `known` between them asks the database.
"""

from dataclasses import dataclass, field

import polars as pl

from ingest.readers import Chunk
from ingest.rows import REF_SIZE, oversized, raw_json, references, sha256, without_nul
from ingest.seen import ERASED_HASH, Seen
from ingest.spec import LITERAL, Source, Stream
from ingest.standardise import standardise
from ingest.standardise.graded import MARKED, WITHHELD

_RAW_TEXT = 100_000  # characters kept of a line that is no record
# beside the feed's columns
_OWN = ("raw~", "row_hash~", "by_hash~", "id~", "old_hash~", "gone~", "batch~")


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
class Keyed:
    """A chunk under way. `rows`: the feed's columns with raw~, row_hash~, source_ref and by_hash~.
    After `Triage.known` source_ref is final, `repeated` has line and reason of keys that were
    there before, and `before` the records (`ingest.seen.RECORD`) that rows have already.
    """

    result: Sorted
    unread: pl.Series  # texts that are no record
    rows: pl.DataFrame | None = None  # None: nothing of the stream's business
    repeated: pl.DataFrame = field(default_factory=pl.DataFrame)
    before: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True, slots=True)
class Triage:
    """What decides about one file's rows. `respec`: the source file has changed, so typed values
    of unchanged rows are made anew. `newer`: batches of files that were delivered after this one;
    what they brought stands.
    """

    source: Source
    stream: Stream
    file_name: str
    seen: Seen
    respec: bool
    newer: frozenset[int] = frozenset()

    def sort(self, chunk: Chunk) -> Sorted:
        """All steps at once. Chunks must come in the file's order."""
        return self.told_apart(self.known(self.keyed(chunk)))

    def keyed(self, chunk: Chunk) -> Keyed:
        """First step: the rows with hash and reference."""
        result = Sorted(read=len(chunk.frame) + len(chunk.malformed))
        result.rejected.append(_unread(chunk.malformed))
        frame = self._ours(without_nul(chunk.frame))
        result.skipped = len(chunk.frame) - len(frame)
        rows = None if frame.is_empty() else self._with_reference(frame)
        return Keyed(result, chunk.malformed["text"], rows)

    def known(self, keyed: Keyed) -> Keyed:
        """Second step: what the delivery has shown before, and which records there are. Chunks
        must come in the file's order: keys are remembered from one to the next.
        """
        self.seen.shelter(keyed.unread)
        if keyed.rows is None:
            return keyed
        rows = keyed.rows
        refs = self.seen.numbered(rows["source_ref"], rows["by_hash~"])
        rows = rows.with_columns(refs.alias("source_ref"))
        usable = rows.filter(pl.col("source_ref").str.len_chars() <= REF_SIZE)
        repeated = self.seen.repeated(usable, self.file_name)
        return Keyed(
            keyed.result, keyed.unread, rows, repeated, self.seen.find(usable["source_ref"])
        )

    def told_apart(self, keyed: Keyed) -> Sorted:
        """Last step: typed values of what is new or changed."""
        result, rows = keyed.result, _never_erased(keyed)
        if rows is None or rows.is_empty():
            return result
        unusable = self._unusable(rows, keyed.repeated)
        _reject(result, rows, unusable)
        good = rows.join(unusable, on="line", how="anti", maintain_order="left")
        before = keyed.before.rename({c: f"{c}~" for c in ("id", "old_hash", "gone", "batch")})
        self._told_apart(
            result, good.join(before, on="source_ref", how="left", maintain_order="left")
        )
        return result

    def _ours(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Without the rows that `unless` names, and those where the `when` column is empty."""
        when = self.stream.when
        for name, values in self.stream.unless.items():
            if name in frame.columns:
                out = pl.col(name).str.strip_chars().is_in(list(values))
                frame = frame.filter(~out.fill_null(value=False))
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
        """The feed's columns and raw~, row_hash~, source_ref, by_hash~ (that is its reference)."""
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
            refs.alias("source_ref"),
            by_hash.alias("by_hash~"),
        )

    def _unusable(self, rows: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
        """line, column, reason of rows without a key, with one seen before, or far too large."""
        key = ", ".join(self.stream.row_key)[:80]
        ref = pl.col("source_ref")
        keyless = rows.filter(ref.is_null()).select("line", reason=pl.lit("no key"))
        long = rows.filter(ref.str.len_chars() > REF_SIZE).select(
            "line", reason=pl.lit(f"key longer than {REF_SIZE} characters")
        )
        of_key = pl.concat([keyless, long, repeated]).with_columns(column=pl.lit(key))
        feed = rows.drop("raw~", "row_hash~", "by_hash~")
        large = oversized(feed).select("line", "reason", "column")
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


def _never_erased(keyed: Keyed) -> pl.DataFrame | None:
    """The rows without those whose record was erased: they are passed over, and counted so."""
    if keyed.rows is None or keyed.before.is_empty():
        return keyed.rows
    erased = keyed.before.filter(pl.col("old_hash") == ERASED_HASH)["source_ref"]
    if erased.is_empty():
        return keyed.rows
    hit = keyed.rows["source_ref"].is_in(erased.implode()).fill_null(value=False)
    keyed.result.skipped += int(hit.sum())
    return keyed.rows.filter(~hit)


def _unread(malformed: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text").str.slice(0, _RAW_TEXT)
    text = text.str.replace_all("\x00", "\ufffd", literal=True)
    return malformed.select(
        "line", "reason", column=pl.lit(""), raw=pl.struct(text=text).struct.json_encode()
    )


def _reject(result: Sorted, rows: pl.DataFrame, rejected: pl.DataFrame) -> None:
    if len(rejected):
        # what is marked too high is not kept: the delivery itself is where it lies (D6)
        high = pl.col("line").is_in(rejected.filter(pl.col("reason") == MARKED)["line"].implode())
        kept = pl.when(high).then(pl.lit(WITHHELD)).otherwise(pl.col("raw~"))
        raw = rows.select("line", raw=kept)
        result.rejected.append(rejected.join(raw, on="line", how="inner", maintain_order="left"))
