"""Reports: the list, the builder's three steps, a saved report, the records behind a number."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.reports import answering, common, saved
from wmp_search.reports.forms import (
    DashboardForm,
)
from wmp_search.reports.models import Delivery, Report
from wmp_search.reports.reading import read
from wmp_search.reports.spec import SpecError

READ = (Permission.REPORT_VIEW, Permission.REPORT_BUILD)


@require_GET
@permission_required(*READ)
def reports(request: AccessRequest) -> HttpResponse:
    """The officer's own, what is shared with them, common ones; no number stands here."""
    mine = list(saved.own(request.scope).order_by("title"))
    shared = saved.visible(request.scope).exclude(owner=request.scope.officer_id)
    unread = Delivery.objects.filter(recipient=request.scope.officer_id, read_at=None)
    return trail.show(
        request,
        Action.REPORT_LISTED,
        "reports/reports.html",
        {
            "mine": mine,
            "shared": list(shared.select_related("owner").order_by("title")),
            "dashboards": saved.dashboards(request.scope),
            "common": common.open_to(request.scope),
            "unread": unread.count(),
            "may_build": request.scope.may(Permission.REPORT_BUILD),
            "may_release": request.scope.may(Permission.REPORT_RELEASE),
        },
        subject_kind="report",
        subject_ids=[str(one.pk) for one in mine],
    )


@require_GET
@permission_required(*READ)
@purpose_required
def report(request: AccessRequest, pk: int) -> HttpResponse:
    """A saved question, answered with the reader's own access."""
    found = wanted(request, pk)
    try:
        spec = read(found.spec)
    except SpecError as error:  # a data set was declared anew since
        return answering.refused(request, error)
    if closed := answering.closed(request, spec.of):
        return closed
    is_mine = found.owner_id == request.scope.officer_id
    more = {
        "is_mine": is_mine,
        "may_share": is_mine and request.scope.may(Permission.REPORT_SHARE),
        "may_build": request.scope.may(Permission.REPORT_BUILD),
        "adding": DashboardForm(scope=request.scope),
    }
    return answering.answer(request, spec, found, more)


@require_POST
@permission_required(Permission.REPORT_BUILD)
def delete(request: AccessRequest, pk: int) -> HttpResponse:
    """Delete one's own; its schedules end with it."""
    found = mine(request, pk)
    with transaction.atomic():
        changed(request, found, "deleted")
        found.delete()
    messages.success(request, f"“{found.title}” is deleted")
    return redirect("reports")


def wanted(request: AccessRequest, pk: int) -> Report:
    """A report that the officer may ask; else 404, audited."""
    found = saved.visible(request.scope).filter(pk=pk).first()
    if found is None:
        raise not_found(request, "report", pk)
    return found


def mine(request: AccessRequest, pk: int) -> Report:
    """One of the officer's own; else 404, audited."""
    found = saved.own(request.scope).filter(pk=pk).first()
    if found is None:
        raise not_found(request, "report", pk)
    return found


def changed(request: AccessRequest, one: Report, what: str, **detail: Any) -> None:
    """Record that a saved report was changed."""
    trail.record(
        request,
        Action.REPORT_CHANGED,
        subject_kind="report",
        subject_ids=[str(one.pk)],
        query=one.spec,
        detail={"what": what, "title": one.title, **detail},
    )
