"""How loading and matching behave, as numbers: no name or value of a person is read here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Func, TextField, Value

from ingest.models import Batch, Rejection, ResolutionRun

MOST_REASONS = 50
QUOTED_CODE = r"code .* is not in"  # the standardiser quotes what it met; here it is left out


@dataclass(frozen=True, slots=True)
class Quality:
    """The last finished run, the last delivery of every stream, and why rows were rejected.

    `rejections`: [{"system", "column", "reason", "rows"}] of those deliveries, most rows first.
    """

    run: ResolutionRun | None
    batches: tuple[Batch, ...]
    rejections: tuple[dict[str, Any], ...]

    @property
    def sizes(self) -> list[tuple[str, int]]:
        """Cluster sizes as (records per person, people), as the run recorded them."""
        return list(self.run.cluster_sizes.items()) if self.run else []

    @property
    def seconds(self) -> list[tuple[str, float]]:
        """Stages of the run as (stage, wall seconds)."""
        stages = self.run.stages if self.run else {}
        return [(name.replace("_", " ").capitalize(), s["wall"]) for name, s in stages.items()]


def now() -> Quality:
    """Three queries, whose cost grows with streams and rejected rows, not with people."""
    run = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
    latest = Batch.objects.order_by("system", "stream", "-started_at").distinct("system", "stream")
    batches = tuple(latest.defer("error"))
    return Quality(run=run, batches=batches, rejections=_rejections(batches))


def _rejections(batches: tuple[Batch, ...]) -> tuple[dict[str, Any], ...]:
    without_codes = Func(
        "reason",
        Value(QUOTED_CODE),
        Value("code is not in"),
        function="regexp_replace",
        output_field=TextField(),
    )
    grouped = (
        Rejection.objects.filter(batch__in=[batch.pk for batch in batches])
        .annotate(why=without_codes)
        .values("batch__system", "column", "why")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "batch__system", "column")
    )
    return tuple(
        {
            "system": g["batch__system"],
            "column": g["column"],
            "reason": g["why"],
            "rows": g["rows"],
        }
        for g in grouped[:MOST_REASONS]
    )
