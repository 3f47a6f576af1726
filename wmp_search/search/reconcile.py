"""Compare an index with the database document by document: ids and versions, not only counts.

Runs at night and after a rollback. What waits in the outbox is in flight and no difference. Each
difference is counted as a defect and, with `repair`, queued to be indexed again.
"""

import logging
from collections.abc import Iterator

from wmp_search.search import client, outbox
from wmp_search.search.index import IndexSpec, specs
from wmp_search.search.models import OutboxEntry, Reconciliation

logger = logging.getLogger(__name__)

CHUNK = 2_000  # ids for each look at the database and the index


def reconcile(*, repair: bool = True) -> list[Reconciliation]:
    """Every index that is there; one row for each. Raises SearchUnavailable, SearchError."""
    return [_entity(spec, repair=repair) for spec in specs() if client.aliased(spec.alias)]


def _entity(spec: IndexSpec, *, repair: bool) -> Reconciliation:
    found = Reconciliation(entity=spec.entity, checked=0, missing=0, stale=0, surplus=0)
    kept = 0
    differing: list[int] = []
    for ids in _pages(spec):
        wanted, there = _compared(spec, ids)
        found.checked += sum(v is not None for v in wanted.values())
        kept += len(there)
        wrong = _differing(wanted, there)
        if wrong and _in_flight(spec, ids):
            continue
        for doc_id in wrong:
            _count(found, wanted[doc_id], there.get(doc_id))
        if wrong:
            differing += ids
    client.refresh(spec.alias)
    if not outbox.backlog(spec.entity):  # documents of ids that the database does not know
        found.surplus += max(client.count(spec.alias) - kept, 0)
    if repair:
        outbox.queue(spec.entity, differing)
    found.save()
    if found.drift:
        logger.error(
            "Index %s differs from the database: %d missing, %d stale, %d surplus of %d",
            found.entity, found.missing, found.stale, found.surplus, found.checked,
        )  # fmt: skip
    return found


def _pages(spec: IndexSpec) -> Iterator[list[int]]:
    after = -(2**62)
    while ids := spec.ids_after(after, CHUNK):
        yield ids
        after = ids[-1]


def _compared(spec: IndexSpec, ids: list[int]) -> tuple[dict[str, int | None], dict[str, int]]:
    """Document id → the version it must have (None: must not exist), and the one it has."""
    documents = list(spec.documents(ids))
    wanted = {d.doc_id: (d.version or 0) if d.source is not None else None for d in documents}
    return wanted, client.versions(spec.alias, list(wanted))


def _differing(wanted: dict[str, int | None], there: dict[str, int]) -> list[str]:
    """A newer version in the index than in our reading of the database is no difference."""
    return [
        doc_id
        for doc_id, version in wanted.items()
        if (version is None and doc_id in there)
        or (version is not None and there.get(doc_id, -1) < version)
    ]


def _in_flight(spec: IndexSpec, ids: list[int]) -> bool:
    """Whether a drain is at work on these; the next night tells."""
    return OutboxEntry.objects.filter(entity=spec.entity, entity_id__in=ids).exists()


def _count(found: Reconciliation, wanted: int | None, there: int | None) -> None:
    if wanted is None:
        found.surplus += 1
    elif there is None:
        found.missing += 1
    else:
        found.stale += 1
