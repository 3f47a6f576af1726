"""Records → clusters: all that matching is, without people, pages or a database of its own.

A whole run and a delta are the same steps over the same tables; a delta only reads, compares and
scores less (delta.py). Clustering always looks at all edges: it is cheap, and so a delta's
clusters are those of a whole run on the same edges.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from ingest.resolution import blocking, clustering, delta, scoring
from ingest.resolution.kept import About, Kept
from ingest.resolution.model import MatchModel
from ingest.resolution.workspace import Workspace

# Term frequencies, the prior and full blocks move with the records. After deltas of this share
# of the records a whole run weighs every pair again.
DRIFT = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """What to match: records, by a model, beside a kept set.

    `why_whole` says why every record must be looked at, or is empty. `shape` and `origin` are
    kept with the set (`kept.About`).
    """

    records: delta.Records
    model: MatchModel
    kept: Kept
    shape: str
    origin: str
    why_whole: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What was done: the change looked at, pairs scored, reports of blocking and clustering."""

    change: delta.Change
    why_whole: str
    pairs_scored: int
    blocks: list[dict[str, Any]]
    clustering: dict[str, int]


def match(space: Workspace, job: Job) -> Matched:
    """Tables `member` (id, node) and `cluster` (node, cluster, weight); the next set is kept."""
    change, why_whole = _gather(space, job)
    blocks, pairs = _weigh(space, job, change)
    _edges(space, job, change)
    with space.stage("keep"):
        _keep(space, job, change)
    with space.stage("cluster"):
        counts = clustering.cluster(space, job.model.thresholds)
    return Matched(change, why_whole, pairs, blocks, counts)


def _gather(space: Workspace, job: Job) -> tuple[delta.Change, str]:
    """Tables node, mark, member, pnc_seen and term frequencies; why all was read, if it was."""
    about = job.kept.about
    if job.why_whole:
        return delta.everything(space, job.records, job.kept), job.why_whole
    if about is None or about.shape != job.shape or not job.kept.show(space):
        why = "no working set of this model and version is kept"
        return delta.everything(space, job.records, job.kept), why
    with space.stage("compare"):
        change = delta.compare(space, job.records)
    if about.touched_since + change.touched > DRIFT * about.records_then:
        why = "too much has changed since the last whole run"
        return delta.everything(space, job.records, job.kept), why
    with space.stage("nodes"):
        reread = delta.part(space, job.records, job.kept, change)
    if blocking.is_loose(space) != about.loose:
        job.kept.discard()
        space.run("drop table node")
        why = "the set has outgrown its blocking keys"
        return delta.everything(space, job.records, job.kept), why
    return replace(change, reread=reread), ""


def _weigh(space: Workspace, job: Job, change: delta.Change) -> tuple[list[dict[str, Any]], int]:
    """Table `scored` on the backend that RESOLUTION_BACKEND names; blocking report, pairs."""
    if settings.RESOLUTION_BACKEND == "spark":
        from ingest.resolution import spark  # an optional dependency

        with space.stage("spark"):
            return spark.score(space, job.model, records=change.records, first=change.first_node)
    with space.stage("block"):
        blocks = blocking.build_keys(space, first=change.first_node)
    with space.stage("score"):
        asked = scoring.Asked(blocks, change.records, change.first_node)
        pairs = scoring.score(space, job.model, asked)
        space.run("drop table blocked")
    return blocks, pairs


def _edges(space: Workspace, job: Job, change: delta.Change) -> None:
    """Table `edge` (a, b, weight, corrected): what was kept of living nodes, and what is new."""
    with space.stage("correct"):
        scoring.correct(space, job.model.thresholds)
    if change.whole:
        space.run("alter table fresh_edge rename to edge")
    else:
        space.run(
            """create or replace table edge as
            from old_edge where a in (select unique_id from node)
                and b in (select unique_id from node);
            insert into edge by name from fresh_edge; drop table fresh_edge"""
        )


def _keep(space: Workspace, job: Job, change: delta.Change) -> None:
    """The next working set takes the place of the earlier one."""
    job.kept.add(space, "edge", "from edge")
    before = job.kept.about
    whole = change.whole or before is None
    job.kept.take_over(
        About(
            shape=job.shape,
            origin=job.origin,
            records_then=change.records if whole or before is None else before.records_then,
            touched_since=0 if whole or before is None else before.touched_since + change.touched,
            loose=blocking.is_loose(space),
        )
    )
