"""Take rejected rows again, from the quarantine, after the source file was corrected.

A row is replayed under the source file as it is now. What is taken is marked; what is still bad
stays as it was. A row whose record a later delivery has brought meanwhile is left alone: the later
one stands. Lines that were no record at all (broken quotes) need the file itself.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.record import SYSTEM, Entry, event
from ingest.bulk import cursor
from ingest.known import Known
from ingest.merge import Merge
from ingest.models import Batch, Rejection
from ingest.readers import Chunk
from ingest.readers.flatten import frame_of
from ingest.spec import Source, Stream
from ingest.triage import Triage

_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """Rows of a stream's quarantine: tried, taken, still bad."""

    stream: str
    tried: int
    taken: int

    @property
    def left(self) -> int:
        return self.tried - self.taken


def replay(source: Source) -> list[Replayed]:
    """Every stream of a source; one transaction for each. The caller holds the refresh lock."""
    return [_stream(source, stream) for stream in source.streams]


def _stream(source: Source, stream: Stream) -> Replayed:
    waiting = (
        Rejection.objects.filter(
            batch__system=source.system,
            batch__stream=stream.name,
            batch__state=Batch.State.LOADED,
            replayed_at=None,
        )
        .exclude(column="")
        .exclude(reason__startswith="same key as")  # the first of them stands
        .order_by("batch_id", "line")
        .values_list("id", "raw", "batch_id")
    )
    tried = taken = 0
    for batch_id, group in groupby(waiting[:_ROWS], key=lambda row: row[2]):
        rows = [(pk, raw) for pk, raw, _ in group]
        tried += len(rows)
        with transaction.atomic():
            taken += _taken(source, stream, Batch.objects.get(pk=batch_id), rows)
    return Replayed(stream.name, tried, taken)


def _taken(source: Source, stream: Stream, of: Batch, rows: list[tuple[int, Any]]) -> int:
    """Rows (rejection id, raw) of one batch. What is loaded counts as brought by the same file."""
    now = timezone.now()
    batch = Batch.objects.create(
        system=of.system,
        stream=of.stream,
        file_name=of.file_name,
        checksum=of.checksum,
        spec_version=of.spec_version,
        state=Batch.State.LOADED,
    )
    merge = Merge(cursor(), source, stream, batch.pk, now)
    merge.begin()
    known = Known(cursor(), source.system, stream.name)
    known.begin_file()
    later = Batch.objects.filter(system=of.system, stream=of.stream, pk__gt=of.pk)
    newer = frozenset(later.values_list("pk", flat=True))
    triage = Triage(source, stream, batch.file_name, known, respec=False, newer=newer)
    found = triage.sort(Chunk(frame_of([raw for _, raw in rows], [pk for pk, _ in rows])))
    merge.add(found.added)
    merge.change(found.changed)
    merge.late(found.late)
    merge.finish()
    known.forget()
    bad = {line for part in found.rejected for line in part["line"].to_list()}
    good = [pk for pk, _ in rows if pk not in bad]
    Rejection.objects.filter(pk__in=good).update(replayed_at=now)
    batch.read, batch.added, batch.changed = len(good), len(found.added), len(found.changed)
    batch.unchanged = batch.read - batch.added - batch.changed
    batch.finished_at = now
    batch.save()
    _audit(batch)
    return len(good)


def _audit(batch: Batch) -> None:
    event(
        Entry(
            action=Action.RECORDS_COLLECTED,
            actor=SYSTEM,
            subject_kind="batch",
            subject_ids=[str(batch.pk)],
            result_count=batch.read,
            detail={"system": batch.system, "stream": batch.stream, "replay": True},
        )
    )
