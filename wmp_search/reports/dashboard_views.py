"""Dashboards: reports on one page, in an order that one sets with buttons."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from audit.record import AuditUnavailable
from wmp_search.access import asking, trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.reports import saved
from wmp_search.reports.answering import BESIDE_OTHERS, Shown, recorded, show
from wmp_search.reports.forms import DashboardForm
from wmp_search.reports.models import Dashboard, DashboardItem, Report
from wmp_search.reports.running import run_all
from wmp_search.reports.views import READ, wanted
from wmp_search.search.client import SearchError, SearchUnavailable

EMPTY = SafeString("")
MOST = 12  # reports on a dashboard


@require_GET
@permission_required(*READ)
@purpose_required
def dashboard(request: AccessRequest, pk: int) -> HttpResponse:
    """All its reports: what the index counts in one request."""
    found = _mine(request, pk)
    reports = saved.on_dashboard(request.scope, found)
    parts, shown = counted(request, reports)
    if not shown and any(_narrowed(request, one) for one in reports):
        return asking.redirect_to_purpose(request, [asking.NOT_OPENED])
    return trail.show(
        request,
        Action.REPORT_VIEWED,
        "reports/dashboard.html",
        {"dashboard": found, "parts": parts},
        subject_kind="report",
        subject_ids=[str(one.pk) for one in reports],
        query={"dashboard": found.pk},
        result_count=len(shown),
        detail=recorded([one.result for one in shown], [one.run for one in shown]),
    )


def counted(
    request: AccessRequest, reports: list[Report]
) -> tuple[list[tuple[Report, Shown | None]], list[Shown]]:
    """Each report with its answer, None where the scope may not count it; and the answers."""
    specs = {one.pk: spec for one in reports if (spec := saved.question(one))}
    mine = [one for one in reports if one.pk in specs and specs[one.pk].of.opens_to(request.scope)]
    results = run_all([specs[one.pk] for one in mine], request.scope) if mine else []
    runs = saved.keep(request.scope.officer_id, results, mine)
    shown = {
        one.pk: show(result, run, BESIDE_OTHERS)
        for one, result, run in zip(mine, results, runs, strict=True)
    }
    return [(one, shown.get(one.pk)) for one in reports], list(shown.values())


def headlines(request: AccessRequest, chosen: Dashboard) -> SafeString:
    """The numbers of the dashboard for the start page, recorded as every look is; empty without a
    living purpose. The start page opens while the index or the trail is away, too: then without.
    """
    if request.purpose is None:
        return EMPTY
    reports = saved.on_dashboard(request.scope, chosen)
    try:
        parts, shown = counted(request, reports)
        text = render_to_string("reports/headlines.html", {"parts": parts})
        trail.record(
            request,
            Action.REPORT_VIEWED,
            screen=text.encode(),
            subject_kind="report",
            subject_ids=[str(one.pk) for one in reports],
            query={"dashboard": chosen.pk, "on": "the start page"},
            result_count=len(shown),
            detail=recorded([one.result for one in shown], [one.run for one in shown]),
        )
    except (AuditUnavailable, SearchUnavailable, SearchError):
        return EMPTY
    return text


@require_POST
@permission_required(*READ)
def add(request: AccessRequest, pk: int) -> HttpResponse:
    """Put a report at the end of a dashboard, of a new one where it is named."""
    report = wanted(request, pk)
    form = DashboardForm(request.POST, scope=request.scope)
    if not form.is_valid():
        context = {"form": form, "report": report}
        return render(request, "reports/dashboard_add.html", context, status=400)
    data = form.cleaned_data
    with transaction.atomic():
        onto = data["dashboard"] or Dashboard.objects.create(
            owner_id=request.scope.officer_id, title=data["title"]
        )
        last: int = onto.items.aggregate(last=Max("place"))["last"] or 0
        if onto.items.count() >= MOST:
            form.add_error(None, f"A dashboard holds {MOST} reports. Make another one")
            context = {"form": form, "report": report}
            return render(request, "reports/dashboard_add.html", context, status=400)
        DashboardItem.objects.get_or_create(
            dashboard=onto, report=report, defaults={"place": last + 1}
        )
        _changed(request, onto, "added", report=report.pk)
    return redirect("dashboard", pk=onto.pk)


@require_POST
@permission_required(*READ)
def change(request: AccessRequest, pk: int) -> HttpResponse:
    """One button: up, down or off for a report; onto the start page, off it, or delete all."""
    found = _mine(request, pk)
    what, _, number = request.POST.get("do", "").partition("-")
    with transaction.atomic():
        _changed(request, found, what, **({"report": number} if number else {}))
        if what == "delete":
            found.delete()
            return redirect("reports")
        if what in ("home", "away"):
            saved.dashboards(request.scope).update(on_home=False)
            Dashboard.objects.filter(pk=found.pk).update(on_home=what == "home")
        elif number.isdecimal():
            _move(found, what, int(number[:12]))
    return redirect("dashboard", pk=pk)


def _move(dashboard: Dashboard, what: str, report: int) -> None:
    items = list(dashboard.items.select_for_update())
    at = next((n for n, item in enumerate(items) if item.report_id == report), None)
    if at is None:
        return
    if what == "off":
        items.pop(at).delete()
    elif what in ("up", "down"):
        to = at + (1 if what == "down" else -1)
        if 0 <= to < len(items):
            items[at], items[to] = items[to], items[at]
    for place, item in enumerate(items, 1):
        item.place = place
    DashboardItem.objects.bulk_update(items, ["place"])


def _narrowed(request: AccessRequest, report: Report) -> bool:
    """Whether only the purpose keeps a report closed."""
    spec = saved.question(report)
    needed = spec.of.permissions if spec else ()
    return any(one.value in request.scope.held for one in needed)


def _mine(request: AccessRequest, pk: int) -> Dashboard:
    found = saved.dashboards(request.scope).filter(pk=pk).first()
    if found is None:
        raise not_found(request, "dashboard", pk)
    return found


def _changed(request: AccessRequest, one: Dashboard, what: str, **detail: Any) -> None:
    trail.record(
        request,
        Action.REPORT_CHANGED,
        subject_kind="dashboard",
        subject_ids=[str(one.pk)],
        detail={"what": what, "title": one.title, **detail},
    )
