"""What may be counted of loading and matching: no person stands in it."""

from typing import Any

from django.db.models import Avg, Func, QuerySet, Sum, TextField, Value

from ingest.models import Batch, Rejection, ResolutionRun
from ingest.quality import QUOTED_CODE
from ingest.review.models import Decision, Verdict
from people.sources import title
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import Dataset, Dimension, Measure, Table, month

NUMBERS_ONLY = (Permission.QUALITY_VIEW, Permission.FEED_MANAGE)


def _batches(_scope: Scope) -> QuerySet[Any]:
    return Batch.objects.order_by()


def _rejections(_scope: Scope) -> QuerySet[Any]:
    """The reason without what it quotes of a row."""
    why = Func(
        "reason",
        Value(QUOTED_CODE),
        Value("code is not in"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return Rejection.objects.order_by().annotate(why=why)


def _runs(_scope: Scope) -> QuerySet[Any]:
    return ResolutionRun.objects.order_by()


def _decisions(_scope: Scope) -> QuerySet[Any]:
    return Decision.objects.order_by()


def _state(value: str) -> str:
    return str(Batch.State(value).label) if value in Batch.State.values else value


def _run_state(value: str) -> str:
    states = ResolutionRun.State
    return str(states(value).label) if value in states.values else value


def _verdict(value: str) -> str:
    return str(Verdict(value).label) if value in Verdict.values else value


def _decision(value: str) -> str:
    return str(Decision.State(value).label) if value in Decision.State.values else value


FEEDS = Dataset(
    key="feeds",
    label="Deliveries of the feeds",
    sentence="What systems delivered and what became of it",
    permissions=NUMBERS_ONLY,
    source=Table(_batches, timed=True),
    day="started_at",
    dated="by the day loading began",
    dimensions=(
        month("started_at"),
        Dimension("system", "System", "system", words=title),
        Dimension("stream", "Stream", "stream", size=500),
        Dimension("state", "State", "state", words=_state),
    ),
    measures=(
        Measure("deliveries", "Number of deliveries", "deliveries"),
        Measure("read", "Rows read", "rows", Sum("read")),
        Measure("rejected", "Rows rejected", "rows", Sum("rejected")),
        Measure("deleted", "Rows withdrawn", "rows", Sum("deleted")),
    ),
)
REJECTIONS = Dataset(
    key="rejections",
    label="Rejected rows",
    sentence="Rows that could not be taken, and why",
    permissions=NUMBERS_ONLY,
    source=Table(_rejections, timed=True),
    day="batch__started_at",
    dated="by the day loading began",
    dimensions=(
        month("batch__started_at"),
        Dimension("system", "System", "batch__system", words=title),
        Dimension("column", "Column", "column", size=500),
        Dimension("reason", "Reason", "why", size=500, filters=False),
    ),
    measures=(Measure("rows", "Number of rows", "rows"),),
)
RUNS = Dataset(
    key="matching",
    label="Matching runs",
    sentence="Runs that put records together into people",
    permissions=(Permission.QUALITY_VIEW,),
    source=Table(_runs, timed=True),
    day="started_at",
    dated="by the day a run began",
    dimensions=(
        month("started_at"),
        Dimension("model", "Model", "model_version", size=500),
        Dimension("state", "State", "state", words=_run_state),
    ),
    measures=(
        Measure("runs", "Number of runs", "runs"),
        Measure("pairs", "Pairs compared", "pairs", Sum("pairs_scored")),
        Measure("changed", "People changed", "people", Sum("people_changed")),
        Measure("mentions", "Mentions, mean of the runs", "records", Avg("mentions"), False),
    ),
)
DECISIONS = Dataset(
    key="decisions",
    label="Decisions on matches",
    sentence="What people decided about records that may be of one person",
    permissions=(Permission.QUALITY_VIEW,),
    source=Table(_decisions, timed=True),
    day="decided_at",
    dated="by the day of the decision",
    dimensions=(
        month("decided_at"),
        Dimension("verdict", "Verdict", "verdict", words=_verdict),
        Dimension("state", "State", "state", words=_decision),
        Dimension("model", "Model", "model_version", size=500),
    ),
    measures=(Measure("decisions", "Number of decisions", "decisions"),),
)
DATASETS = (FEEDS, REJECTIONS, RUNS, DECISIONS)
