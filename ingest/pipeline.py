"""The line from feeds to index, top to bottom.

`refresh` is what `manage.py refresh` and the scheduled tasks run: load what was delivered, resolve
records into people if any changed, bring the index up to date. One refresh runs at a time.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.record import Actor
from gangs.network import build
from ingest import erasing, registry, removal
from ingest.load import Progress
from ingest.models import Batch, ResolutionRun
from ingest.replay import Replayed, replay
from ingest.spec import Source
from ingest.together import load_sources, loaders_are_gone
from people import lens, masking
from people.models import Link, NominalRecord
from wmp_search.search.client import SearchUnavailable
from wmp_search.search.outbox import drain

LOCK = 0x574D50  # "WMP": the advisory lock of everything that writes records or people


class RefreshRunning(Exception):
    """Another refresh holds the lock."""


class UnknownSystem(Exception):
    """No source file of that name."""

    def __init__(self, unknown: list[str], known: list[str]) -> None:
        super().__init__(f"No source {', '.join(unknown)}; there are {', '.join(known)}")


@dataclass(slots=True)
class RefreshReport:
    """What a refresh did."""

    batches: list[Batch] = field(default_factory=list)
    run: ResolutionRun | None = None
    documents: int | None = None
    index_error: str = ""
    interrupted: int = 0
    erased: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> list[Batch]:
        return [b for b in self.batches if b.state == Batch.State.FAILED]

    @property
    def held(self) -> list[Batch]:
        return [b for b in self.batches if b.state == Batch.State.HELD]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to refresh: all systems where `systems` is None."""

    systems: Sequence[str] | None = None
    source_dirs: Sequence[Path] = ()
    feeds: Path | None = None
    resolve: bool = True
    index: bool = True


def refresh(
    plan: Plan | None = None,
    progress: Progress = lambda _what, _rows: None,
    stage: Callable[[str], None] = lambda _name: None,
) -> RefreshReport:
    """Load → resolve → index → link. A failed batch does not stop the others.

    Raises SpecError for a wrong source file, RefreshRunning if another refresh is at work.
    """
    plan = plan or Plan()
    sources = _chosen(plan)
    report = RefreshReport()
    with _alone():
        report.interrupted = _mark_interrupted()
        report.batches += load_sources(sources, plan.feeds or settings.FEEDS_DIR, progress)
        _protect(sources)
        changed = plan.resolve and _people_changed(report.batches)
        if changed:
            stage("Resolving")
            from ingest.resolution.run import resolve  # large libraries, only when needed

            report.run = resolve()
    if plan.index:
        stage("Indexing")
        _index(report)
    if changed or (plan.resolve and build.is_due()):
        stage("Linking")  # last: people are found before what links them is drawn
        build.catch_up()
    return report


def replay_source(plan: Plan) -> list[Replayed]:
    """Take the rejected rows of the plan's systems again; resolving is the next refresh's.

    Raises SpecError, UnknownSystem, RefreshRunning.
    """
    sources = _chosen(plan)
    with _alone():
        return [row for source in sources for row in replay(source)]


def remove_source(system: str, actor: Actor, reason: str) -> dict[str, int]:
    """Withdraw a source's evidence, resolve and index; returns stream → records.

    Raises RefreshRunning, AuditUnavailable (then nothing is withdrawn).
    """
    report = RefreshReport()
    with _alone():
        removed = removal.remove(system, actor, reason)
        from ingest.resolution.run import resolve

        report.run = resolve()
    _index(report)
    build.catch_up()
    return removed


def erase_records(
    records: Sequence[int], people: Sequence[int], beside: Callable[[], None]
) -> RefreshReport:
    """Erase records for good, resolve without them and index; `erased` of the report counts.

    `beside` is done in the same transaction. Raises RefreshRunning; then nothing was done.
    """
    report = RefreshReport()
    with _alone():
        with transaction.atomic():
            beside()
            report.erased = erasing.erase(records, people, timezone.now())
        from ingest.resolution import kept, release
        from ingest.resolution.run import resolve

        report.run = resolve(force=True)
        if not release.linking_is_on():  # then no run writes the working set anew
            shutil.rmtree(kept.place(), ignore_errors=True)
        with transaction.atomic():
            build.follow(people)
            erasing.forget_places()
    _index(report)
    return report


def _protect(sources: Sequence[Source]) -> None:
    """What was delivered since the last finished run decides who is masked and who was only ever
    harmed: of everybody where events came, else of those whose records changed.
    """
    last = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
    loaded = Batch.objects.filter(state=Batch.State.LOADED)
    if last:
        loaded = loaded.filter(finished_at__gte=last.started_at)
    streams = set(loaded.values_list("system", "stream").distinct())
    if not streams:
        return
    people_only = {(s.system, t.name) for s in sources for t in s.streams if t.kind == "person"}
    records = _changed_since(last.started_at) if last and streams <= people_only else None
    with transaction.atomic():
        if records is None:
            masking.apply(timezone.now())
            if Link.objects.exists():  # nobody is a person before the first resolution
                lens.refresh()
        else:
            masking.apply(timezone.now(), records)
            lens.refresh(_people_of(records))


def _changed_since(since: datetime) -> list[int] | None:
    """The nominal records changed since; None where they are more than `lens.FEW`."""
    changed = NominalRecord.objects.filter(changed_at__gte=since).values_list("pk", flat=True)
    records = list(changed[: lens.FEW + 1])
    return records if len(records) <= lens.FEW else None


def _people_of(records: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT person_id FROM people_link WHERE record_id = ANY(%s)", [list(records)]
        )
        return [pk for (pk,) in cursor.fetchall()]


def _chosen(plan: Plan) -> list[Source]:
    every = registry.sources(plan.source_dirs)
    unknown = set(plan.systems or ()) - set(every)
    if unknown:
        raise UnknownSystem(sorted(unknown), sorted(every))
    return [s for name, s in every.items() if plan.systems is None or name in plan.systems]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock; a refresh that dies loses it with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise RefreshRunning("Another refresh is running; wait for it to end")
    try:
        if not loaders_are_gone():
            raise RefreshRunning("A killed refresh is still loading a file; wait for it to end")
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _mark_interrupted() -> int:
    """Batches that a crash left open; their transactions were rolled back."""
    return Batch.objects.filter(state=Batch.State.LOADING).update(
        state=Batch.State.FAILED,
        error="interrupted; the earlier state stands and the file is loaded again",
        finished_at=timezone.now(),
    )


def _index(report: RefreshReport) -> None:
    """Drain the outbox; what OpenSearch does not take now, the scheduled drain takes later."""
    try:
        report.documents = drain()
    except SearchUnavailable as error:
        report.index_error = f"{error}; the scheduled task will bring the index up to date"


def _people_changed(batches: Sequence[Batch]) -> bool:
    """Whether this refresh or anything since the last finished run began changed a record."""
    if any(b.state == Batch.State.LOADED and b.added + b.changed + b.deleted for b in batches):
        return True
    last = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM people_nominalrecord WHERE changed_at > %s)",
            [last.started_at if last else "-infinity"],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
