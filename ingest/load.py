"""Load one delivery of one stream: read → standardise → COPY, a transaction for each file.

Rows are told apart by reference and SHA-256 before anything is standardised: an unchanged row
costs its hash only. A file that fails leaves no trace but its batch row and the reason.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.actions import Action
from audit.record import SYSTEM, AuditUnavailable, Entry, event
from ingest.bulk import copy_in, cursor
from ingest.delivery import Delivered, Delivery
from ingest.errors import DeliveryError
from ingest.known import Seen, known
from ingest.merge import Merge
from ingest.models import Batch
from ingest.readers import Chunk, read
from ingest.rows import REF_SIZE, oversized, raw_json, references, sha256, without_nul
from ingest.spec import Source, Stream
from ingest.standardise import standardise

log = logging.getLogger(__name__)

Progress = Callable[[str, int], None]  # (what, rows read so far)
_VANISH_FLOOR = 1000  # below this many records any share may vanish


@dataclass(slots=True)
class _File:
    """The state of one file's loading."""

    source: Source
    stream: Stream
    batch: Batch
    merge: Merge
    seen: Seen
    before: pl.DataFrame
    respec: bool
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("read", "added", "changed", "unchanged", "rejected", "skipped", "deleted"), 0
        )
    )


def load(delivery: Delivery, progress: Progress = lambda _what, _rows: None) -> list[Batch]:
    """Load the delivery's files in order; stop at the first that fails. Never raises for a file:
    its batch says what was wrong. Returns the batches.
    """
    seen = Seen()
    batches = []
    for number, delivered in enumerate(delivery.files, start=1):
        last = number == len(delivery.files)
        batch = _load_file(delivery, delivered, seen, progress, last=last)
        batches.append(batch)
        if batch.state == Batch.State.FAILED:
            break
    return batches


def _load_file(
    delivery: Delivery, delivered: Delivered, seen: Seen, progress: Progress, *, last: bool
) -> Batch:
    batch = Batch.objects.create(
        system=delivery.source.system,
        stream=delivery.stream.name,
        file_name=delivered.name,
        checksum=delivered.checksum,
        spec_version=delivery.source.spec_version,
    )
    try:
        with transaction.atomic():
            _merge_file(_begun(delivery, batch, seen), delivered, progress, last=last)
    except (DeliveryError, AuditUnavailable) as error:
        _failed(batch, str(error))
    except (pl.exceptions.PolarsError, DatabaseError) as error:
        # their texts may quote values: the kind of error is enough to find the cause
        trace = "".join(traceback.format_tb(error.__traceback__))
        log.error("Batch %s failed: %s\n%s", batch.pk, type(error).__name__, trace)  # noqa: TRY400
        _failed(batch, f"{delivered.name}: {type(error).__name__} while loading; nothing was kept")
    return batch


def _failed(batch: Batch, error: str) -> None:
    """Counts stay at zero: nothing of the file was kept."""
    batch.refresh_from_db()
    batch.state = Batch.State.FAILED
    batch.error = error
    batch.finished_at = timezone.now()
    batch.save()


def _begun(delivery: Delivery, batch: Batch, seen: Seen) -> _File:
    source, stream = delivery.source, delivery.stream
    merge = Merge(cursor(), source, stream, batch.pk, timezone.now())
    merge.begin()
    before = known(merge.cursor, source.system, stream.name)
    return _File(source, stream, batch, merge, seen, before, delivery.respec)


def _merge_file(file: _File, delivered: Delivered, progress: Progress, *, last: bool) -> None:
    """The whole file, in the caller's transaction. `last`: the delivery is complete with it."""
    what = f"{file.source.system}/{file.stream.name} {delivered.name}"
    for chunk in read(file.stream, delivered.path):
        _take(file, chunk)
        progress(what, file.counts["read"])
    if last and file.source.is_full(file.stream):
        _bury_vanished(file)
    file.merge.finish()
    _finish(file)


def _finish(file: _File) -> None:
    """The batch row and its audit event are the last acts of the transaction."""
    batch = file.batch
    for name, count in file.counts.items():
        setattr(batch, name, count)
    batch.state = Batch.State.LOADED
    batch.finished_at = timezone.now()
    batch.save()
    event(
        Entry(
            action=Action.RECORDS_COLLECTED,
            actor=SYSTEM,
            subject_kind="batch",
            subject_ids=[str(batch.pk)],
            result_count=file.counts["read"],
            detail={"system": batch.system, "stream": batch.stream, **file.counts},
        )
    )


def _take(file: _File, chunk: Chunk) -> None:
    """One chunk: sort its rows into skipped, rejected, unchanged, changed and new."""
    frame = chunk.frame
    text = pl.col("text").str.slice(0, 100_000).str.replace_all("\x00", "\ufffd", literal=True)
    file.counts["read"] += len(frame) + len(chunk.malformed)
    _reject(
        file,
        chunk.malformed.select(
            "line", "reason", column=pl.lit(""), raw=pl.struct(text=text).struct.json_encode()
        ),
    )
    file.seen.shelter(chunk.malformed["text"])
    frame = _only_ours(file, without_nul(frame))
    if frame.is_empty():
        return
    rows = _with_reference(file, frame)
    rejected = _unusable(file, rows)
    _reject_rows(file, rows, rejected)
    good = rows.join(rejected, on="line", how="anti", maintain_order="left")
    _write(file, good.join(file.before, on="source_ref", how="left", maintain_order="left"))


def _only_ours(file: _File, frame: pl.DataFrame) -> pl.DataFrame:
    """Without the rows where the stream's `when` column is empty."""
    when = file.stream.when
    if when is None:
        return frame
    if when not in frame.columns:
        file.counts["skipped"] += len(frame)
        return frame.clear()
    column = frame[when]
    filled = (
        column.list.len() > 0
        if isinstance(column.dtype, pl.List)
        else column.str.strip_chars() != ""
    )
    ours = frame.filter(filled.fill_null(value=False))
    file.counts["skipped"] += len(frame) - len(ours)
    return ours


def _with_reference(file: _File, frame: pl.DataFrame) -> pl.DataFrame:
    """The feed's columns and raw, row_hash, source_ref."""
    raw = raw_json(frame)
    row_hash = sha256(raw)
    for column in file.stream.row_key:
        if column not in frame.columns and not column.startswith("="):
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(column))
    refs = references(frame, file.stream, row_hash)
    refs = file.seen.numbered(refs, (refs == row_hash.str.head(40)).fill_null(value=False))
    return frame.with_columns(
        raw.alias("raw~"), row_hash.alias("row_hash~"), refs.alias("source_ref")
    )


def _unusable(file: _File, rows: pl.DataFrame) -> pl.DataFrame:
    """line, column, reason of rows without a key, with a key seen before, or of monstrous size."""
    key = ", ".join(file.stream.row_key)[:80]
    keyless = rows.filter(pl.col("source_ref").is_null()).select("line", reason=pl.lit("no key"))
    long = rows.filter(pl.col("source_ref").str.len_chars() > REF_SIZE).select(
        "line", reason=pl.lit(f"key longer than {REF_SIZE} characters")
    )
    repeated = file.seen.repeated(
        rows.filter(pl.col("source_ref").is_not_null()), file.batch.file_name
    )
    of_key = pl.concat([keyless, long, repeated]).select("line", "reason", column=pl.lit(key))
    found = pl.concat(
        [of_key, oversized(rows.drop("raw~", "row_hash~")).select("line", "reason", "column")]
    )
    return found.unique("line", keep="first", maintain_order=True)


def _write(file: _File, rows: pl.DataFrame) -> None:
    """`rows` with id, old_hash and gone of the record each row has already, if any."""
    is_new = pl.col("id").is_null()
    same = ~is_new & (pl.col("old_hash") == pl.col("row_hash~"))
    untouched = rows.filter(same & ~pl.col("gone"))
    file.counts["unchanged"] += len(untouched)
    todo = rows.filter(~(same & ~pl.col("gone")).fill_null(value=False))
    file.counts["added"] += _standardised(file, todo.filter(is_new), file.merge.add)
    file.counts["changed"] += _standardised(file, todo.filter(~is_new), file.merge.change)
    if file.respec:
        rewritten = _standardised(file, untouched, file.merge.rewrite)
        file.counts["unchanged"] -= len(untouched) - rewritten


def _standardised(file: _File, rows: pl.DataFrame, write: Callable[[pl.DataFrame], None]) -> int:
    """Standardise and write rows; reject those that cannot be. Returns how many were written."""
    if rows.is_empty():
        return 0
    feed = rows.drop("raw~", "row_hash~", "id", "old_hash", "gone")
    found = standardise(feed, file.stream, file.source)
    _reject_rows(file, rows, found.rejected)
    own = rows.select("line", "source_ref", "id", raw="raw~", row_hash="row_hash~")
    whole = own.join(found.rows, on="line", how="inner", maintain_order="left")
    write(whole)
    return len(whole)


def _reject_rows(file: _File, rows: pl.DataFrame, rejected: pl.DataFrame) -> None:
    raw = rows.select("line", raw="raw~")
    _reject(file, rejected.join(raw, on="line", how="inner", maintain_order="left"))


def _reject(file: _File, rejected: pl.DataFrame) -> None:
    file.counts["rejected"] += len(rejected)
    columns = rejected.select(
        "line", "column", pl.col("reason").str.slice(0, 300), "raw", batch_id=pl.lit(file.batch.pk)
    )
    copy_in(file.merge.cursor, "ingest_rejection", columns)


def _bury_vanished(file: _File) -> None:
    """Tombstones; refused where so many records vanish that the delivery is likelier broken."""
    gone = file.seen.vanished(file.before)
    live = int((~file.before["gone"]).sum())
    name = file.batch.file_name
    if live and file.counts["read"] == 0:
        raise DeliveryError(f"{name}: the file has no rows, but the stream has {live} records")
    if live >= _VANISH_FLOOR and len(gone) > file.stream.vanish_limit * live:
        raise DeliveryError(
            f"{name}: {len(gone)} of {live} records would vanish. If that is right, raise "
            f"`vanish_limit` of the stream {file.stream.name} (now {file.stream.vanish_limit:g})"
        )
    file.merge.bury(gone)
    file.counts["deleted"] = len(gone)
