"""Resolution: the live nominal records become people. The order of the steps stands here.

A run is exclusive (advisory lock) and writes everything in one transaction: whatever happens
before the commit, the earlier people stand.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit import record
from audit.actions import Action
from ingest.models import ResolutionRun
from ingest.registry import sources
from ingest.resolution import (
    delta,
    engine,
    freeze,
    golden,
    identity,
    model,
    publish,
    quality,
    release,
    working_set,
    workspace,
)
from ingest.resolution import kept as kept_sets
from ingest.resolution.exchange import copy_out
from ingest.resolution.kept import Kept
from ingest.resolution.workspace import Workspace
from ingest.review import constraints, explain, queue

_LOCK = 7_340_033  # any number that no other advisory lock of the project uses


class ResolutionBusyError(Exception):
    """Another run holds the lock; nothing was done."""


def resolve(*, force: bool = False, whole: bool = False) -> ResolutionRun:
    """Resolve the live records into people; return the run.

    With the same records, model and rules as the last run nothing is done and that run is
    returned, unless forced. Where a working set is kept only what changed is read and scored;
    `whole` looks at everything again. Raises ResolutionBusyError; any other error leaves the
    earlier people standing and the run marked as failed.
    """
    with exclusively():
        ResolutionRun.objects.filter(state=ResolutionRun.State.RUNNING).update(
            state=ResolutionRun.State.FAILED,
            error="The process ended before the run did",
            finished_at=timezone.now(),
        )
        match_model = model.load(release.current())
        linking = release.linking_is_on()
        specs = sources().values()
        rules = rules_of({s.system: s.trust for s in specs})
        model_state = _digest(asdict(match_model))
        state = _input_state(f"{model_state} {linking}", rules)
        last = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
        if last is not None and last.input_state == state and not (force or whole):
            return last
        run = ResolutionRun.objects.create(model_version=match_model.version, input_state=state)
        run.report = {"sources": {s.system: s.spec_version for s in specs}}
        try:
            with workspace.opened() as space:
                job = _job(run, match_model, model_state, whole=whole) if linking else None
                _run(space, run, job, rules)
        except Exception as error:
            # the type alone: a message may quote a record
            run.state, run.error = ResolutionRun.State.FAILED, type(error).__name__
            run.finished_at = timezone.now()
            run.save()
            raise
        return run


def _job(
    run: ResolutionRun, match_model: model.MatchModel, model_state: str, *, whole: bool
) -> engine.Job:
    """What to match; a kept set that another database wrote is none."""
    kept = Kept.at(kept_sets.place())
    why = "asked for" if whole else ""
    if not why and kept.about is not None and not _is_ours(kept.about.origin):
        why = "the working set is of another database"
    return engine.Job(
        records=delta.Records(working_set.live, working_set.fetch),
        model=match_model,
        kept=kept,
        shape=kept_sets.shape(model_state),
        origin=f"{run.pk} {run.started_at.isoformat()}",
        why_whole=why,
    )


def _is_ours(origin: str) -> bool:
    """Whether the run that wrote a set is one of this database's."""
    number, _, started = origin.partition(" ")
    return ResolutionRun.objects.filter(pk=int(number), started_at=started).exists()


def _run(space: Workspace, run: ResolutionRun, job: engine.Job | None, rules: str) -> None:
    """`job` None: automatic linking is switched off."""
    whole = False
    if job is None:
        with space.stage("freeze"):
            run.records = freeze.stand_still(space)
        run.report |= {"blocking": [], "clustering": {}, "input": {"whole": False, "frozen": True}}
    else:
        matched = engine.match(space, job)
        whole = matched.change.whole
        _note(run, matched)
        with space.stage("decisions"):
            constraints.overlay(space)
    run.systems = [r[0] for r in space.rows("select distinct system from mark order by 1")]
    with space.stage("identity"):
        identity.gather(space)
        _read_standing(space)
        identities = identity.assign(space, reserve=publish.reserve_people, recall=publish.recall)
    with space.stage("golden"):
        golden.find_changed(space, fingerprint=rules)
        if not whole:
            working_set.fetch(space, "select id from person_of semi join changed using (person)")
        golden.gather(space, _trust())
        for attribute in golden.ATTRIBUTES:
            golden.build_evidence(space, attribute)
        golden.build_people(space)
    run.report |= quality.measure(space, identities)
    run.people = identities.kept + identities.new + identities.revived
    run.mentions = int(space.value("select count(*) from person_of where mention"))
    run.cluster_sizes = quality.size_bands(space)
    with transaction.atomic():
        run.people_changed = publish.everything(space, run.pk)
        if job is not None:
            with space.stage("review"):
                constraints.keep(space.rows("from machine"), instead_of="true")
                queue.fill(space)
                explain.keep_frequencies(space, run.model_version, run.records)
        _finish(space, run)
    if job is not None:
        job.kept.tidy()


def _note(run: ResolutionRun, matched: engine.Matched) -> None:
    """The counts of matching go into the run."""
    change = matched.change
    run.records, run.pairs_scored = change.records, matched.pairs_scored
    run.blocks_dropped = sum(b["dropped"] for b in matched.blocks)
    run.report |= {
        "blocking": matched.blocks,
        "clustering": matched.clustering,
        "input": {
            "whole": change.whole,
            "why_whole": matched.why_whole,
            "added": change.added,
            "changed": change.changed,
            "deleted": change.deleted,
            "reread": change.reread,
        },
    }


def _trust() -> dict[str, int]:
    return {s.system: s.trust for s in sources().values()}


def _read_standing(space: Workspace) -> None:
    """The people as of now: tables `previous` (id, person), `standing` (person, content_hash)."""
    copy_out(
        space,
        "SELECT record_id, person_id FROM people_link",
        "previous",
        {"id": "BIGINT", "person": "BIGINT"},
    )
    copy_out(
        space,
        "SELECT id, encode(content_hash, 'hex') FROM people_person WHERE status = 'current'",
        "standing",
        {"person": "BIGINT", "content_hash": "VARCHAR"},
    )


def _finish(space: Workspace, run: ResolutionRun) -> None:
    """The run's row and the audit event of the combination, inside the transaction."""
    run.stages, run.peak_rss_mb = space.stages, workspace.peak_rss_mb()
    run.state, run.finished_at = ResolutionRun.State.DONE, timezone.now()
    run.save()
    record.event(
        record.Entry(
            action=Action.RECORDS_COMBINED,
            actor=record.SYSTEM,
            subject_kind="resolution_run",
            subject_ids=[str(run.pk)],
            result_count=run.people_changed,
            detail={
                "model_version": run.model_version,
                "records": run.records,
                "people": run.people,
                "people_changed": run.people_changed,
                "whole": run.report["input"]["whole"],
                **run.report["identities"],
            },
        )
    )


@contextmanager
def exclusively() -> Iterator[None]:
    """Hold the lock of everything that changes who is whom. Raises ResolutionBusyError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ResolutionBusyError("A resolution run is under way")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def exclusively_until_commit() -> None:
    """The same lock for the transaction that is open. Raises ResolutionBusyError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ResolutionBusyError("A resolution run is under way")


def rules_of(trust: dict[str, int]) -> str:
    """A fingerprint of what decides which value of a person is shown first."""
    text = Path(__file__).with_name("survivorship.toml").read_text(encoding="utf-8")
    return _digest(text, trust)


def _input_state(model_state: str, rules: str) -> str:
    """A fingerprint of the records (ids, deletions, times of change), model and rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), count(deleted_at),
                sum(hashint8extended(id, (extract(epoch FROM changed_at) * 1000000)::bigint))::text
            FROM people_nominalrecord"""
        )
        return _digest(*cursor.fetchone(), model_state, rules)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
