"""Two processes for large work: key making is CPU work in Python, one core is not enough."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any

from django.conf import settings
from django.db import connection, connections

from wmp_search.search.index import IndexSpec, spec_of

PROCESSES = 2
CHUNK = 2_000  # ids per job
NICENESS = 10


def allowed() -> bool:
    """Whether children can help: a Celery worker's process may have none, and they would not see
    what an open transaction has written.
    """
    return not (multiprocessing.current_process().daemon or connection.in_atomic_block)


def drain_together() -> int:
    """Drain the outbox in several processes; returns the entries done."""
    with pool() as helpers:
        jobs = [helpers.submit(_drain) for _ in range(PROCESSES)]
        return sum(job.result() for job in jobs)


def load(spec: IndexSpec, target: str) -> int:
    """Write all documents of an entity to one index; returns how many documents.

    Small sets stay in this process; large ones are shared, a few chunks ahead at most.
    """
    chunks = _chunks(spec)
    first = next(chunks, [])
    if len(first) < CHUNK or not allowed():
        return _load(spec, target, first) + sum(_load(spec, target, ids) for ids in chunks)
    done = 0
    with pool() as helpers:
        running: set[Future[int]] = {helpers.submit(_load_chunk, spec.entity, target, first)}
        for ids in chunks:
            running.add(helpers.submit(_load_chunk, spec.entity, target, ids))
            if len(running) > 2 * PROCESSES:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                done += sum(job.result() for job in finished)
        return done + sum(job.result() for job in running)


def _chunks(spec: IndexSpec) -> Iterator[list[int]]:
    after = -(2**62)
    while ids := spec.ids_after(after, CHUNK):
        yield ids
        after = ids[-1]


def _load(spec: IndexSpec, target: str, ids: list[int]) -> int:
    from wmp_search.search.outbox import write

    return write(spec, [target], ids) if ids else 0


def pool(begin: str = "", *told: Any) -> ProcessPoolExecutor:
    """Processes with Django, on this one's databases and index prefix. `begin`: the dotted name of
    what each calls, with `told`, before its first job.
    """
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    return ProcessPoolExecutor(
        PROCESSES,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(names, settings.OPENSEARCH_PREFIX, begin, told),
    )


def _start(names: dict[str, str], prefix: str, begin: str, told: tuple[Any, ...]) -> None:
    """In a new process: nothing that needs Django may be imported before it is set up. Officers'
    requests on the same machine go first.
    """
    os.nice(NICENESS)
    import django
    from django.utils.module_loading import import_string

    django.setup()
    for alias, name in names.items():
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    settings.OPENSEARCH_PREFIX = prefix
    if begin:
        import_string(begin)(*told)


def _drain() -> int:
    from wmp_search.search.outbox import drain_alone

    return drain_alone()


def _load_chunk(entity: str, target: str, ids: list[int]) -> int:
    spec = spec_of(entity)
    assert spec is not None  # noqa: S101  the parent holds it, so Django registered it here too
    return _load(spec, target, ids)
