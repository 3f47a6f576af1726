"""Saved reports and dashboards: whose they are, who may ask them, and the runs that are kept."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.reports.models import Dashboard, Delivery, Report, ReportRun
from wmp_search.reports.reading import read
from wmp_search.reports.result import Result
from wmp_search.reports.spec import ReportSpec, SpecError

RUNS_KEPT = timedelta(days=400)  # a year's report is compared with last year's


def visible(scope: Scope) -> QuerySet[Report]:
    """The officer's own reports and those shared with a role or the unit."""
    mine = Q(owner=scope.officer_id) | Q(roles__in=scope.group_ids)
    if scope.unit_id is not None:
        mine |= Q(units=scope.unit_id)
    return Report.objects.filter(pk__in=Report.objects.filter(mine).values("pk"))


def own(scope: Scope) -> QuerySet[Report]:
    return Report.objects.filter(owner=scope.officer_id)


def dashboards(scope: Scope) -> QuerySet[Dashboard]:
    """The officer's own; a dashboard is not shared, its reports are."""
    return Dashboard.objects.filter(owner=scope.officer_id).order_by("title")


def for_home(scope: Scope) -> dict[str, Any]:
    """What the start page says of reports: the chosen dashboard, how much is new in the inbox."""
    if not scope.held.intersection((Permission.REPORT_VIEW, Permission.REPORT_BUILD)):
        return {}
    unread = Delivery.objects.filter(recipient=scope.officer_id, read_at=None)
    return {
        "dashboard": dashboards(scope).filter(on_home=True).first(),
        "deliveries": unread.count(),
    }


def on_dashboard(scope: Scope, dashboard: Dashboard) -> list[Report]:
    """Its reports in order, as far as the officer may still ask them."""
    items = dashboard.items.filter(report__in=visible(scope)).select_related("report")
    return [item.report for item in items]


def question(report: Report) -> ReportSpec | None:
    """What it asks; None where a data set was declared anew and it cannot be asked any more."""
    try:
        return read(report.spec)
    except SpecError:
        return None


def digest(result: Result) -> str:
    """SHA-256 over the numbers: the same answer, the same hash."""
    numbers = [[list(row.key), row.value, row.before] for row in result.rows]
    text = json.dumps([numbers, result.total, result.total_before], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def keep(
    officer_id: int, results: Sequence[Result], reports: Iterable[Report | None]
) -> list[ReportRun]:
    """Keep that these were answered. One statement."""
    return ReportRun.objects.bulk_create(
        ReportRun(
            officer_id=officer_id,
            report=report,
            spec=result.spec.as_json(),
            spec_hash=result.spec_hash,
            first=result.days.first,
            until=result.days.until,
            scope_label=result.scope_label,
            scope_hash=result.scope_hash,
            as_of=result.as_of,
            fresh_at=result.fresh_at,
            rows=len(result.rows),
            total=result.total,
            sha256=digest(result),
        )
        for result, report in zip(results, reports, strict=True)
    )


def forget_runs() -> int:
    """Delete the runs whose time is over; returns how many."""
    old = ReportRun.objects.filter(as_of__lt=timezone.now() - RUNS_KEPT)
    deleted, _ = old.delete()
    return deleted
