"""A sample of compared pairs for people to label, and what the labels say about matching.

The frame is every pair of nodes that share a block, with its weight, down to LOWEST bits: weighed
again from the kept working set by the run's own model. Strata are bands of weight, and whether the
pair ended up as one person. Outside the frame are pairs that no key brought together (blocking's
own loss) and records alike in everything (one node). Labelling is blind: the page shows neither
weight nor link.
"""

import random
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ingest.models import ResolutionRun
from ingest.resolution import blocking, kept, model, nodes, scoring, workspace
from ingest.resolution.exchange import copy_out
from ingest.resolution.run import exclusively
from ingest.resolution.workspace import Workspace
from ingest.review.estimate import Stratum
from ingest.review.models import Sample, SampledPair, Verdict
from people import rule
from wmp_search.access.scope import Scope

LOWEST = -20.0  # bits: below, two records are of one person once in a million
BANDS = (-5.0, 0.0, 3.0, 4.5, 8.0, 12.0, 20.0)  # bits; 3 and 4.5 attach and join


class NothingToSampleError(Exception):
    """No finished run, or no working set of it."""


def draw(*, pairs: int, seed: int) -> Sample:
    """Draw about `pairs` from the last run, as many of each stratum. The seed draws them again.

    Raises NothingToSampleError; ResolutionBusyError while a run is at work.
    """
    with exclusively(), workspace.opened() as space:
        run = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
        if run is None:
            raise NothingToSampleError("Matching has not finished yet: `manage.py resolve`")
        if not kept.Kept.at(kept.place()).show(space):
            raise NothingToSampleError("No working set is kept: `manage.py resolve --whole`")
        _frame(space, run)
        strata, drawn = _drawn(space, pairs, seed)
    random.Random(seed).shuffle(drawn)  # noqa: S311  labelled in an order that tells nothing
    with transaction.atomic():
        sample = Sample.objects.create(run=run, seed=seed, strata=strata, drawn_at=timezone.now())
        SampledPair.objects.bulk_create(SampledPair(sample=sample, **one) for one in drawn)
    return sample


def _frame(space: Workspace, run: ResolutionRun) -> None:
    """Table `frame` (l, r, weight, linked, band): one pair of records for two nodes."""
    space.run("create table node as from old_node; create view mark as from old_mark")
    nodes.place_records(space)
    nodes.frequencies(space)
    used = model.load(run.model_version)
    low = replace(used.thresholds, attach=LOWEST, join=LOWEST)
    asked = scoring.Asked(blocking.build_keys(space), run.records)
    scoring.score(space, replace(used, thresholds=low), asked)
    copy_out(
        space,
        "SELECT record_id, person_id FROM people_link",
        "person_of",
        {"id": "BIGINT", "person": "BIGINT"},
    )
    bands = ", ".join(str(b) for b in BANDS)
    space.run(
        f"""create table frame as
        with place as (
            select node, min(id) as id, arg_min(person, id) as person
            from member join person_of using (id) where node is not null group by node)
        select x.id as l, y.id as r, x.person = y.person as linked,
            len(list_filter([{bands}], lambda b: b <= weight)) as band
        from scored join place x on a = x.node join place y on b = y.node"""
    )


def _drawn(
    space: Workspace, pairs: int, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The strata and the pairs drawn: those whose hash with the seed is smallest."""
    strata = int(space.value("select count(*) from (select distinct band, linked from frame)"))
    each = max(1, pairs // max(strata, 1))
    rows = space.rows(
        f"""select band, linked, count(*),
            arg_min([least(l, r), greatest(l, r)], hash(l, r, {seed}), {each})
        from frame group by band, linked order by band, linked"""
    )
    edges = (None, *BANDS, None)
    return [
        {
            "low": edges[band],
            "high": edges[band + 1],
            "linked": linked,
            "pairs": count,
            "drawn": len(chosen),
        }
        for band, linked, count, chosen in rows
    ], [
        {"stratum": number, "left_record": left, "right_record": right}
        for number, (_, _, _, chosen) in enumerate(rows)
        for left, right in chosen
    ]


def to_label(scope: Scope) -> QuerySet[SampledPair]:
    """Pairs of the latest sample without a label, of people whom the scope may see, in order."""
    seen = rule.visible_links(scope)
    return SampledPair.objects.filter(
        Exists(seen.filter(record=OuterRef("left_record"))),
        Exists(seen.filter(record=OuterRef("right_record"))),
        sample=Sample.objects.order_by("-pk").values("pk")[:1],
        label="",
    ).order_by("pk")


def label(pair: SampledPair, verdict: Verdict, seconds: float, officer_id: int) -> bool:
    """Write the label down; False if somebody was quicker, whose label stands."""
    unlabelled = SampledPair.objects.filter(pk=pair.pk, label="")
    return bool(
        unlabelled.update(
            label=verdict, seconds=seconds, labelled_by=officer_id, labelled_at=timezone.now()
        )
    )


def counted(sample: Sample) -> list[tuple[dict[str, Any], Stratum, int]]:
    """Each stratum as drawn, with its labels, and how many could not tell."""
    labels = sample.drawn.exclude(label="").values_list("stratum", "label")
    found = [[0, 0, 0] for _ in sample.strata]
    place = {Verdict.SAME: 0, Verdict.DIFFERENT: 1, Verdict.UNSURE: 2}
    for stratum, said in labels:
        found[stratum][place[Verdict(said)]] += 1
    return [
        (drawn, Stratum(drawn["pairs"], drawn["linked"], same + different, same), unsure)
        for drawn, (same, different, unsure) in zip(sample.strata, found, strict=True)
    ]
