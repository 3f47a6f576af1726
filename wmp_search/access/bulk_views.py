"""Roles and units for many officers from a CSV file: upload, look at every line, carry it out."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from audit.actions import Action
from wmp_search.access import bulk, bulk_services, trail
from wmp_search.access.administration_forms import RoleFileForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import RoleFile
from wmp_search.access.officer_views import PAGE_SIZE, managing
from wmp_search.access.services import ChangeRefusedError

PROBLEMS_SHOWN = 200


@managing
def upload(request: AccessRequest) -> HttpResponse:
    """Take a file; what it would do is shown next, and nothing is changed."""
    form = RoleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = bulk_services.keep(
            request, form.cleaned_data["file"].name, form.content, form.cleaned_data["reason"]
        )
        return redirect("role-file", pk=sent.pk)
    return render(request, "access/role_file_form.html", {"form": form})


@managing
@require_safe
def template(_request: AccessRequest) -> HttpResponse:
    """An example to fill in; it holds no data."""
    answer = HttpResponse(bulk.TEMPLATE, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="roles.csv"'
    return answer


@managing
def role_file(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """What a file would do, or every line that is wrong; the post carries it out."""
    sent = get_object_or_404(RoleFile, pk=pk, uploaded_by=request.scope.officer_id)
    if request.method == "POST":
        return _carry_out(request, sent)
    plan = bulk.plan(sent.content, request.scope.officer_id) if not sent.done_at else bulk.Plan()
    page = Paginator(plan.changes, PAGE_SIZE).get_page(request.GET.get("page"))
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        subject_kind="officer",
        subject_ids=[str(change.officer.pk) for change in page],
        result_count=len(plan.changes),
        detail={"file": str(sent.pk)},
    )
    context = {
        "file": sent,
        "plan": plan,
        "page": page,
        "problems": plan.problems[:PROBLEMS_SHOWN],
        "more": max(len(plan.problems) - PROBLEMS_SHOWN, 0),
    }
    return render(request, "access/role_file.html", context)


def _carry_out(request: AccessRequest, sent: RoleFile) -> HttpResponse:
    try:
        done = bulk_services.carry_out(request, sent.pk)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("role-file", pk=sent.pk)
    messages.success(
        request,
        f"{len(done.grants)} roles given, {len(done.requests)} wait for a second administrator, "
        f"{len(done.moves)} officers moved",
    )
    return redirect("officers")
