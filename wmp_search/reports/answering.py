"""A request and a question become a page: guarded, recorded before it leaves, kept as a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode

from audit.actions import Action
from crime.trends import heat
from wmp_search.access import asking, trail
from wmp_search.access.decorators import record_refusal
from wmp_search.access.middleware import AccessRequest
from wmp_search.datasets import Dataset
from wmp_search.reports import drawing, saved
from wmp_search.reports.drawing import Drawn
from wmp_search.reports.models import Report, ReportRun
from wmp_search.reports.reading import from_query
from wmp_search.reports.result import Crossed, Result, Row, crossed
from wmp_search.reports.running import run
from wmp_search.reports.spec import Chart, ReportSpec, SpecError

SHOWN = 200  # rows on a page; a file holds all of them
BESIDE_OTHERS = 20  # rows of a report among others on a dashboard, unless they are of a time
WIDTH = 100.0  # of the longest bar


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it. `opens`: the address of its records, or ""."""

    row: Row
    opens: str
    width: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as a page shows it."""

    result: Result
    run: ReportRun
    lines: tuple[Line, ...]
    total_opens: str
    crossed: tuple[Crossed, tuple[tuple[str, tuple[tuple[str, Line | None], ...]], ...]] | None
    drawn: Drawn
    bars: bool

    days = heat.NAMES

    @property
    def more(self) -> int:
        """Rows that stand elsewhere: in a file, or on the page of the report."""
        return len(self.result.rows) - len(self.lines)


def closed(request: AccessRequest, dataset: Dataset) -> HttpResponse | None:
    """What a scope gets that may not count the data set; None where it may.

    Where only the purpose is in the way, the purpose page.
    """
    if dataset.opens_to(request.scope):
        return None
    record_refusal(request, dataset.permissions)
    if any(one.value in request.scope.held for one in dataset.permissions):
        return asking.redirect_to_purpose(request, [asking.NOT_OPENED])
    raise PermissionDenied("Your roles do not include what this report counts.")


def asked(request: AccessRequest, given: QueryDict | None = None) -> ReportSpec | HttpResponse:
    """The question of the address, or the page that says what is wrong with it."""
    try:
        spec = from_query(request.GET if given is None else given)
    except SpecError as error:
        return refused(request, error)
    return closed(request, spec.of) or spec


def refused(request: AccessRequest, error: SpecError) -> HttpResponse:
    """What to change about a question that cannot be asked."""
    return render(request, "reports/refused.html", {"words": str(error)}, status=400)


def answer(
    request: AccessRequest, spec: ReportSpec, report: Report | None, more: Mapping[str, Any]
) -> HttpResponse:
    """The page of one report."""
    result = run(spec, request.scope)
    (kept,) = saved.keep(request.scope.officer_id, [result], [report])
    context = {"shown": show(result, kept), "report": report, "spec": spec, **more}
    return trail.show(
        request,
        Action.REPORT_VIEWED,
        "reports/report.html",
        context,
        subject_kind="report",
        subject_ids=[str(report.pk)] if report else [],
        query=spec.as_json(),
        result_count=int(result.total),
        detail=recorded([result], [kept]),
    )


def recorded(results: Sequence[Result], runs: Sequence[ReportRun]) -> dict[str, Any]:
    """What the trail keeps of answers: enough to ask the same again and compare."""
    return {
        "runs": [
            {
                "run": kept.pk,
                "spec": result.spec_hash,
                "scope": result.scope_hash,
                "first": result.days.first.isoformat(),
                "until": result.days.until.isoformat(),
                "rows": len(result.rows),
                "total": result.total,
                "sha256": kept.sha256,
            }
            for result, kept in zip(results, runs, strict=True)
        ]
    }


def show(result: Result, kept: ReportRun, most: int = SHOWN) -> Shown:
    """The result for a page, with `most` rows; all of SHOWN where they are of a time or across."""
    across = crossed(result) if len(result.rows) <= SHOWN else None
    if across or any(one.is_time for one in result.spec.split):
        most = SHOWN
    address, largest = opens(result, kept), result.largest
    lines = {row: _line(result, address, row, largest) for row in result.rows[:most]}
    table = across and (
        across,
        tuple(
            (
                label,
                tuple(
                    (head, lines.get(row) if row else None)
                    for head, row in zip(across.heads, cells, strict=True)
                ),
            )
            for label, cells in across.lines
        ),
    )
    listed = result.spec.of.listing is not None and result.total > 0
    return Shown(
        result=result,
        run=kept,
        lines=tuple(lines.values()),
        total_opens=address if listed else "",
        crossed=table or None,
        drawn=drawing.of(result),
        bars=result.spec.chart is Chart.BARS,
    )


def opens(result: Result, kept: ReportRun) -> str:
    """The query string of the records behind the total; with the values of a cell, behind it."""
    days = QueryDict(mutable=True)
    if kept.report_id:
        days["report"] = str(kept.report_id)  # the way back
    days["first"], days["until"] = result.days.first.isoformat(), result.days.until.isoformat()
    return f"{result.spec.query}&{days.urlencode()}"


def _line(result: Result, address: str, row: Row, largest: float) -> Line:
    listed = result.spec.of.listing is not None and row.opens
    width = WIDTH * row.value / largest if largest > 0 else 0.0
    cell = urlencode([("k", value) for value in row.key])
    return Line(row, f"{address}&{cell}" if listed else "", width)
