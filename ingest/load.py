"""Load one delivery of one stream: read → standardise → COPY, a transaction for each file.

Rows are told apart by reference and SHA-256 before anything is standardised: an unchanged row
costs its hash only. A file that fails leaves no trace but its batch row and the reason.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.actions import Action
from audit.record import SYSTEM, AuditUnavailable, Entry, event
from ingest.ahead import ahead, beside
from ingest.bulk import cursor
from ingest.delivery import Delivered, Delivery, newer_batches
from ingest.errors import DeliveryError, Held
from ingest.known import Known
from ingest.merge import Merge
from ingest.models import Batch
from ingest.readers import read
from ingest.spec import Stream
from ingest.standardise.graded import MARKED
from ingest.triage import Sorted, Triage

log = logging.getLogger(__name__)

Progress = Callable[[str, int], None]  # (what, rows read so far)
_TOLERANCE_FLOOR = 20  # rejected rows: fewer never hold a file
_VANISH_FLOOR = 1000  # below this many records any share may vanish


@dataclass(slots=True)
class _File:
    """The state of one file's loading."""

    batch: Batch
    merge: Merge
    triage: Triage
    known: Known
    bad_columns: Counter[str] = field(default_factory=Counter)
    marked: int = 0  # rows that carry a marking too high for this system
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("read", "added", "changed", "unchanged", "rejected", "skipped", "deleted"), 0
        )
    )


def load(delivery: Delivery, progress: Progress = lambda _what, _rows: None) -> list[Batch]:
    """Load the delivery's files in order; stop at the first that fails. Never raises for a file:
    its batch says what was wrong. Returns the batches. A full delivery stops at a held file, too:
    without it the delivery is not complete.
    """
    full = delivery.source.is_full(delivery.stream)
    known = _nothing_seen(delivery)
    batches = []
    for number, delivered in enumerate(delivery.files, start=1):
        last = number == len(delivery.files)
        if not full:  # each file is one by itself: a later one may bring the same row again
            known = _nothing_seen(delivery)
        batch = _load_file(delivery, delivered, known, progress, last=last)
        batches.append(batch)
        held = batch.state == Batch.State.HELD and full
        if held or batch.state == Batch.State.FAILED:
            break
    known.forget()
    return batches


def _nothing_seen(delivery: Delivery) -> Known:
    return Known(cursor(), delivery.source.system, delivery.stream.name)


def _load_file(
    delivery: Delivery, delivered: Delivered, known: Known, progress: Progress, *, last: bool
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
            _merge_file(_begun(delivery, batch, known), delivered, progress, last=last)
    except Held as why:
        _not_kept(batch, Batch.State.HELD, str(why))
    except (DeliveryError, AuditUnavailable) as error:
        _not_kept(batch, Batch.State.FAILED, str(error))
    except (pl.exceptions.PolarsError, DatabaseError) as error:
        # their texts may quote values: the kind of error is enough to find the cause
        trace = "".join(traceback.format_tb(error.__traceback__))
        log.error("Batch %s failed: %s\n%s", batch.pk, type(error).__name__, trace)  # noqa: TRY400
        words = f"{delivered.name}: {type(error).__name__} while loading; nothing was kept"
        _not_kept(batch, Batch.State.FAILED, words)
    return batch


def _not_kept(batch: Batch, state: Batch.State, error: str) -> None:
    """Counts stay at zero: nothing of the file was kept."""
    batch.refresh_from_db()
    batch.state = state
    batch.error = error
    batch.finished_at = timezone.now()
    batch.save()


def _begun(delivery: Delivery, batch: Batch, known: Known) -> _File:
    source, stream = delivery.source, delivery.stream
    merge = Merge(cursor(), source, stream, batch.pk, timezone.now())
    merge.begin()
    known.begin_file()
    newer = newer_batches(source, stream, batch.file_name)
    triage = Triage(source, stream, batch.file_name, known, delivery.respec, newer)
    return _File(batch, merge, triage, known)


def _merge_file(file: _File, delivered: Delivered, progress: Progress, *, last: bool) -> None:
    """The whole file, in the caller's transaction. `last`: the delivery is complete with it."""
    source, stream = file.triage.source, file.triage.stream
    what = f"{source.system}/{stream.name} {delivered.name}"
    triage = file.triage
    keyed = ahead(map(triage.keyed, read(stream, delivered.path)))
    for chunk in beside(triage.told_apart, map(triage.known, keyed)):
        _write(file, chunk)
        progress(what, file.counts["read"])
    if not delivered.accepted:
        _hold_bad(file)
    if last and source.is_full(stream):
        _bury_vanished(file)
    file.merge.finish()
    _finish(file)


def _write(file: _File, chunk: Sorted) -> None:
    merge, counts = file.merge, file.counts
    for rejected in chunk.rejected:
        merge.reject(rejected)
        counts["rejected"] += len(rejected)
        file.bad_columns.update(rejected["column"].to_list())
        file.marked += int((rejected["reason"] == MARKED).sum())
    merge.add(chunk.added)
    merge.change(chunk.changed)
    merge.rewrite(chunk.rewritten)
    merge.late(chunk.late)
    counts["read"] += chunk.read
    counts["skipped"] += chunk.skipped
    counts["unchanged"] += chunk.unchanged
    counts["added"] += len(chunk.added)
    counts["changed"] += len(chunk.changed)


def holds(stream: Stream, read: int, bad: int) -> bool:
    """Whether a delivery with so many bad rows waits for a person."""
    return bad >= _TOLERANCE_FLOOR and bad > stream.tolerance * read


def _hold_bad(file: _File) -> None:
    """Raises Held where more rows are bad than the stream tolerates."""
    read, bad = file.counts["read"], file.counts["rejected"]
    tolerance = file.triage.stream.tolerance
    if not holds(file.triage.stream, read, bad):
        return
    worst, hits = file.bad_columns.most_common(1)[0]
    raise Held(
        f"{file.batch.file_name}: {bad:,} of {read:,} rows cannot be taken, most ({hits:,}) "
        f"for {worst or 'the row itself'}; the stream {file.triage.stream.name} tolerates "
        f"{tolerance:.0%}. Correct the source file, ask for the feed again, or decide on it"
    )


def _finish(file: _File) -> None:
    """The batch row and its audit event are the last acts of the transaction."""
    batch = file.batch
    for name, count in file.counts.items():
        setattr(batch, name, count)
    batch.state = Batch.State.LOADED
    batch.finished_at = timezone.now()
    batch.save()
    if file.marked:
        _alert(file)
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


def _alert(file: _File) -> None:
    """Content marked SECRET or above reached us: the senior information risk owner must know (D6).

    Nothing of it was kept. The log line is for an operator's alarm, the event for the trail.
    """
    batch = file.batch
    log.critical("Batch %s: %s rows %s. Tell the SIRO", batch.pk, file.marked, MARKED)
    detail = {"system": batch.system, "stream": batch.stream, "rows": file.marked}
    entry = Entry(
        action=Action.MARKING_REFUSED,
        actor=SYSTEM,
        subject_kind="batch",
        subject_ids=[str(batch.pk)],
        result_count=file.marked,
        detail=detail,
    )
    event(entry)


def _bury_vanished(file: _File) -> None:
    """Tombstones; refused where so many records vanish that the delivery is likelier broken."""
    gone = file.known.vanished()
    name, stream = file.batch.file_name, file.triage.stream
    if file.counts["read"] == 0:
        live = file.known.live()
        if live:
            raise DeliveryError(f"{name}: the file has no rows, but the stream has {live} records")
    if gone > stream.vanish_limit * _VANISH_FLOOR:  # else no count of the records is needed
        live = file.known.live() - file.counts["added"]
        if live >= _VANISH_FLOOR and gone > stream.vanish_limit * live:
            raise DeliveryError(
                f"{name}: {gone} of {live} records would vanish. If that is right, raise "
                f"`vanish_limit` of the stream {stream.name} (now {stream.vanish_limit:g})"
            )
    if gone:
        file.merge.bury_listed()
    file.counts["deleted"] = gone
