"""Take a source out: all its evidence is withdrawn, as if every row had vanished.

Raw rows stay as tombstones for retention and audit; people lose what only this source attested.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.record import Actor, Entry, event
from ingest.bulk import cursor
from ingest.merge import Merge
from ingest.models import Batch, SourceRecord
from ingest.spec import Source, Stream


def remove(system: str, actor: Actor, reason: str) -> dict[str, int]:
    """Tombstone all records of a system; returns stream → rows. The caller holds the refresh lock,
    resolves and drains afterwards. The audit row is written before anything is committed.
    """
    live = SourceRecord.objects.filter(system=system, deleted_at=None)
    streams = live.order_by("stream").values_list("stream", "kind").distinct()
    removed: dict[str, int] = {}
    with transaction.atomic():
        for name, kind in list(streams):
            removed[name] = _bury(system, name, kind, live.filter(stream=name), timezone.now())
        Batch.objects.filter(system=system, state=Batch.State.HELD).update(
            state=Batch.State.REFUSED, decided_by=actor.officer, decided_at=timezone.now()
        )
        event(
            Entry(
                action=Action.RECORDS_COLLECTED,
                actor=actor,
                subject_kind="source",
                subject_ids=[system],
                result_count=sum(removed.values()),
                detail={"removed": system, "reason": reason, "streams": removed},
            )
        )
    return removed


def bury(ids: Sequence[int], at: datetime) -> int:
    """Tombstone those of the records that live; how many did. The caller's transaction; it
    resolves and drains afterwards, and has recorded why.
    """
    live = SourceRecord.objects.filter(pk__in=ids, deleted_at=None)
    streams = list(live.order_by("system").values_list("system", "stream", "kind").distinct())
    return sum(
        _bury(system, name, kind, live.filter(system=system, stream=name), at)
        for system, name, kind in streams
    )


def _bury(system: str, name: str, kind: str, records: QuerySet[SourceRecord], at: datetime) -> int:
    import polars as pl

    stream = Stream.model_construct(name=name, kind=kind)  # all that tombstones need
    source = Source.model_construct(system=system)
    merge = Merge(cursor(), source, stream, 0, at)
    merge.begin()
    gone = pl.Series(list(records.values_list("id", flat=True)), dtype=pl.Int64)
    merge.bury(gone)
    merge.finish()
    return len(gone)
