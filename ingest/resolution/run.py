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

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit import record
from audit.actions import Action
from ingest.models import ResolutionRun
from ingest.resolution import (
    blocking,
    clustering,
    golden,
    identity,
    model,
    nodes,
    publish,
    quality,
    scoring,
    working_set,
    workspace,
)
from ingest.resolution.workspace import Workspace
from ingest.review import constraints, explain, queue
from ingest.spec import load_specs

_LOCK = 7_340_033  # any number that no other advisory lock of the project uses


class ResolutionBusyError(Exception):
    """Another run holds the lock; nothing was done."""


def resolve(*, force: bool = False) -> ResolutionRun:
    """Resolve all live records into people; return the run.

    With the same records, model and rules as the last run nothing is done and that run is
    returned, unless forced. Raises ResolutionBusyError; any other error leaves the earlier people
    standing and the run marked as failed.
    """
    with exclusively():
        ResolutionRun.objects.filter(state=ResolutionRun.State.RUNNING).update(
            state=ResolutionRun.State.FAILED,
            error="The process ended before the run did",
            finished_at=timezone.now(),
        )
        match_model = model.load()
        trust = {s.system: s.trust for s in load_specs(settings.SOURCES_DIRS).values()}
        rules = rules_of(trust)
        state = _input_state(_digest(asdict(match_model)), rules)
        last = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
        if last is not None and last.input_state == state and not force:
            return last
        run = ResolutionRun.objects.create(model_version=match_model.version, input_state=state)
        try:
            with workspace.opened() as space:
                _run(space, run, match_model, trust, rules)
        except Exception as error:
            # the type alone: a message may quote a record
            run.state, run.error = ResolutionRun.State.FAILED, type(error).__name__
            run.finished_at = timezone.now()
            run.save()
            raise
        return run


def _run(
    space: Workspace,
    run: ResolutionRun,
    match_model: model.MatchModel,
    trust: dict[str, int],
    rules: str,
) -> None:
    with space.stage("read"):
        run.records = working_set.fetch(space)
        run.systems = [r[0] for r in space.rows("select distinct system from nominal order by 1")]
    _match(space, run, match_model)
    with space.stage("decisions"):
        constraints.overlay(space)
    with space.stage("identity"):
        identity.gather(space)
        _read_standing(space)
        identities = identity.assign(space, reserve=publish.reserve_people)
    with space.stage("golden"):
        golden.find_changed(space, fingerprint=rules)
        golden.gather(space, trust)
        for attribute in golden.ATTRIBUTES:
            golden.build_evidence(space, attribute)
        golden.build_people(space)
    run.report |= quality.measure(space, identities)
    run.people = identities.kept + identities.new
    run.mentions = int(space.value("select count(*) from person_of where mention"))
    run.cluster_sizes = quality.size_bands(space)
    with transaction.atomic():
        with space.stage("write"):
            run.people_changed = publish.everything(space, run.pk)
            constraints.keep(space.rows("from machine"), instead_of="true")
            queue.fill(space)
            explain.keep_frequencies(space, run.model_version, run.records)
        _finish(space, run)


def _match(space: Workspace, run: ResolutionRun, match_model: model.MatchModel) -> None:
    """Records → `member` and `cluster`."""
    with space.stage("nodes"):
        nodes.build(space)
        nodes.frequencies(space)
        space.run("drop table record")
    with space.stage("block"):
        blocks = blocking.build_keys(space)
    with space.stage("score"):
        run.pairs_scored = scoring.score(space, match_model, blocks, run.records)
        space.run("drop table blocked")
    with space.stage("cluster"):
        scoring.correct(space, match_model.thresholds)
        counts = clustering.cluster(space, match_model.thresholds)
    run.blocks_dropped = sum(b["dropped"] for b in blocks)
    run.report = {"blocking": blocks, "clustering": counts}


def _read_standing(space: Workspace) -> None:
    """The people as of now: tables `previous` (id, person), `standing` (person, content_hash)."""
    publish.copy_out(
        space,
        "SELECT record_id, person_id FROM people_link",
        "previous",
        {"id": "BIGINT", "person": "BIGINT"},
    )
    publish.copy_out(
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
