"""Quality in numbers, without personal data: for data scientists and the ethics panel."""

from dataclasses import asdict
from typing import Any

from ingest.models import ResolutionRun
from ingest.resolution.identity import Identities
from ingest.resolution.workspace import Workspace

# upper bounds of records per person; the last band is open
BANDS = (1, 3, 10, 30, 100)


def latest() -> dict[str, Any]:
    """The last finished run; {} before the first.

    run, finished_at, model_version, records, people, people_changed, mentions, mention_share,
    pairs_scored, blocks_dropped, cluster_sizes (band → people), weights (bits → links joined by
    the model), blocking (per key), identities (kept, new, merged, withdrawn), clustering, stages
    and peak_rss_mb.
    """
    run = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
    if run is None:
        return {}
    return {
        "run": run.pk,
        "finished_at": run.finished_at,
        "model_version": run.model_version,
        "records": run.records,
        "people": run.people,
        "people_changed": run.people_changed,
        "mentions": run.mentions,
        "mention_share": run.mentions / run.records if run.records else 0.0,
        "pairs_scored": run.pairs_scored,
        "blocks_dropped": run.blocks_dropped,
        "cluster_sizes": run.cluster_sizes,
        "stages": run.stages,
        "peak_rss_mb": run.peak_rss_mb,
        **run.report,
    }


def measure(space: Workspace, identities: Identities) -> dict[str, Any]:
    """The part of the report that looks at the clusters: `identities` and `weights`."""
    weights = space.rows(
        """select floor(weight)::int as bits, count(*) from person_of
        where weight is not null group by bits order by bits"""
    )
    return {
        "identities": asdict(identities),
        "weights": {str(bits): count for bits, count in weights},
    }


def size_bands(space: Workspace) -> dict[str, int]:
    """Records per person, in bands, smallest first."""
    cases = " ".join(f"when n <= {upper} then {i}" for i, upper in enumerate(BANDS))
    rows = space.rows(
        f"""select case {cases} else {len(BANDS)} end as band, count(*)
        from (select count(*) as n from person_of group by person) group by band order by band"""
    )
    return {_label(band): count for band, count in rows}


def _label(band: int) -> str:
    if band == len(BANDS):
        return f"{BANDS[-1] + 1} or more"
    lower = BANDS[band - 1] + 1 if band else 1
    return str(BANDS[band]) if lower == BANDS[band] else f"{lower} to {BANDS[band]}"
