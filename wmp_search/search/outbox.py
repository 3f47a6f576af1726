"""The outbox: golden rows say here what must be indexed again; draining makes it so.

An entry is written in the transaction that changed a row, so it cannot be lost; it is deleted
in the transaction that saw OpenSearch acknowledge its documents. Draining twice is harmless:
documents are rebuilt from PostgreSQL as it is, and a late write loses (external versions).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from wmp_search.search import client
from wmp_search.search.index import IndexSpec, specs
from wmp_search.search.models import IndexBuild, OutboxEntry

BATCH = 1_000  # entries per transaction: about 2 MB of documents
WORTH_A_SECOND_PROCESS = 20_000

# the oldest entries, and with them the later ones of the same ids: each document is made once.
# An array, and not a join, so that each id is looked up by its index however long the outbox is.
_TAKE = """
    WITH oldest AS (
        SELECT entity_id FROM search_outboxentry
        WHERE entity = %(entity)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    SELECT id, entity_id FROM search_outboxentry
    WHERE entity = %(entity)s AND entity_id = ANY(ARRAY(SELECT DISTINCT entity_id FROM oldest))
    FOR UPDATE SKIP LOCKED
"""
# a batch is read by index: to start parallel workers takes longer than they save
_ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"
_QUEUE = """
    INSERT INTO search_outboxentry (entity, entity_id) SELECT %s, unnest(%s::bigint[])
"""


def queue(entity: str, ids: Sequence[int]) -> None:
    """Ask for these documents to be rebuilt; call it in the transaction that changed them."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [entity, list(ids)])


def drain(limit: int | None = None) -> int:
    """Index what is waiting; returns the number of entries done (at most about `limit`).

    A large backlog is shared with a second process. Entities without an index keep their
    entries. Raises SearchUnavailable: then the batch at hand stays in the outbox.
    """
    from wmp_search.search import workers

    if limit is None and backlog() >= WORTH_A_SECOND_PROCESS and workers.allowed():
        return workers.drain_together()
    return drain_alone(limit)


def drain_alone(limit: int | None = None) -> int:
    """As `drain`, in this process only; others may drain at the same time."""
    done = 0
    for spec in specs():
        while limit is None or done < limit:
            size = BATCH if limit is None else min(BATCH, limit - done)
            taken = _drain_batch(spec, size)
            done += taken
            if taken < size:
                break
    return done


def backlog(entity: str | None = None) -> int:
    """How many entries wait."""
    waiting = OutboxEntry.objects.all()
    return (waiting.filter(entity=entity) if entity else waiting).count()


def write(spec: IndexSpec, targets: Iterable[str], ids: Sequence[int]) -> int:
    """Bring the documents of these ids in the target indices up to date; returns how many."""
    documents = list(spec.documents(ids))
    client.bulk(
        client.BulkAction(target, d.doc_id, d.version, d.source)
        for target in targets
        for d in documents
    )
    return sum(d.source is not None for d in documents)


def _targets(spec: IndexSpec) -> list[str]:
    """The live index and those being built; all of them must learn of a change."""
    wanted = IndexBuild.objects.filter(entity=spec.entity, state__in=("live", "building"))
    return list(wanted.values_list("name", flat=True))


def _drain_batch(spec: IndexSpec, size: int) -> int:
    targets = _targets(spec)  # every time: a build may have begun
    if not targets:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALONE)
        cursor.execute(_TAKE, {"entity": spec.entity, "limit": size})
        entries: list[tuple[Any, ...]] = cursor.fetchall()
        if not entries:
            return 0
        write(spec, targets, sorted({entity_id for _, entity_id in entries}))
        cursor.execute(
            "DELETE FROM search_outboxentry WHERE id = ANY(%s)", [[e[0] for e in entries]]
        )
    return len(entries)
