"""Load large deliveries of several sources in several processes.

Standardising a row is work in Python that one core does alone; sources share no row, so that
each can be loaded beside another. What is small, or asked for by a process that may have no
children (a Celery worker's), is loaded one source after the other.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from queue import Empty
from typing import Any

from django.db import connection

from ingest import freshness
from ingest.delivery import due
from ingest.fetching import fetched
from ingest.load import Progress, load
from ingest.models import Batch
from ingest.spec import Source
from wmp_search.search import workers

LOADERS = 0x574D51  # the advisory lock that each loading process shares while it lives
WORTH_A_SECOND_PROCESS = 50 << 20  # bytes beside the largest source's
_ENDS_FIRST = (
    *("person", "crime", "gang", "outcome", "involvement", "membership"),
    *("association", "relation"),
)
_EVERY_SECONDS = 1.0


def load_sources(sources: Sequence[Source], feeds: Path, progress: Progress) -> list[Batch]:
    """Load what is due of every source; batches in the order of the sources.

    Call it under the lock of the refresh. A failed batch does not stop the others.
    """
    if not _is_worth_it(sources, feeds):
        return [batch for s in sources for batch in load_source(s, feeds, progress)]
    done: dict[str, list[Batch]] = {}
    told: Any = multiprocessing.get_context("spawn").Queue()
    with workers.pool("ingest.together.begin", told) as pool:
        jobs: dict[Future[list[Batch]], str] = {
            pool.submit(_load_here, source, feeds): source.system
            for source in sorted(sources, key=lambda s: -_bytes(s, feeds))
        }
        running = set(jobs)
        while running:
            finished, running = wait(running, _EVERY_SECONDS, FIRST_COMPLETED)
            done |= {jobs[job]: job.result() for job in finished}
            _tell(told, progress)
    return [batch for source in sources for batch in done[source.system]]


def load_source(source: Source, feeds: Path, progress: Progress) -> list[Batch]:
    """The streams of one system: what others refer to comes first. A bucket out of reach is no
    delivery: the source counts as not asked, which makes it late.
    """
    batches: list[Batch] = []
    if not fetched(source, feeds):
        return batches
    for stream in sorted(source.streams, key=lambda s: _ENDS_FIRST.index(s.kind)):
        delivery = due(source, stream, feeds)
        if delivery.files:
            batches += load(delivery, progress)
    freshness.asked(source, feeds)
    return batches


def loaders_are_gone() -> bool:
    """Whether no loading process of an earlier refresh, killed since, is still at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOADERS])
        gone = bool((cursor.fetchone() or (False,))[0])
        if gone:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOADERS])
    return gone


def _is_worth_it(sources: Sequence[Source], feeds: Path) -> bool:
    sizes = sorted(_bytes(source, feeds) for source in sources)
    return sum(sizes[:-1]) >= WORTH_A_SECOND_PROCESS and workers.allowed()


def _bytes(source: Source, feeds: Path) -> int:
    """What lies in the source's folder; a source that was loaded before costs its reading only."""
    return sum(file.stat().st_size for file in (feeds / source.system).glob("*") if file.is_file())


def _tell(told: Any, progress: Progress) -> None:
    try:
        while True:
            progress(*told.get_nowait())
    except Empty:
        return


_progress: Callable[[str, int], None] = lambda _what, _rows: None  # noqa: E731


def begin(told: Any) -> None:
    """In a new process: nobody begins another refresh before it has ended."""
    global _progress  # noqa: PLW0603
    _progress = lambda what, rows: told.put((what, rows))  # noqa: E731
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [LOADERS])


def _load_here(source: Source, feeds: Path) -> list[Batch]:
    return load_source(source, feeds, _progress)
