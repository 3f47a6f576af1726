"""Extracts: the ledger, asking, one extract with its decision, its file."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, step_up_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError
from wmp_search.extracts import limits, services
from wmp_search.extracts.columns import COLUMNS
from wmp_search.extracts.forms import AskForm, DecideForm
from wmp_search.extracts.models import Extract

asking = permission_required(Permission.EXTRACT_ASK)
either = permission_required(Permission.EXTRACT_ASK, Permission.EXTRACT_APPROVE)
PAGE = 50


@either
@require_safe
def extracts(request: AccessRequest) -> HttpResponse:
    """The ledger: what was asked for, by whom, what became of it."""
    pages = Paginator(services.listed(request.scope), PAGE)
    page = pages.get_page(request.GET.get("page"))
    return trail.show(
        request,
        Action.EXTRACT_VIEWED,
        "extracts/list.html",
        {"page": page, "may_ask": request.scope.may(Permission.EXTRACT_ASK)},
        result_count=pages.count,
    )


@asking
@step_up_required
@require_http_methods(["GET", "POST"])
def ask(request: AccessRequest) -> HttpResponse:
    """Columns, project, why, for how long; another person decides."""
    form = AskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        made = services.ask(request, form.wanted)
        messages.success(request, "Asked. Another person decides; nothing was read yet")
        return redirect("extract", pk=made.pk)
    context = {"form": form, "limits": limits.load()}
    return trail.show(request, Action.EXTRACT_VIEWED, "extracts/ask.html", context)


@either
@step_up_required
@require_http_methods(["GET", "POST"])
def extract(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One extract; who may approve decides here."""
    held = services.listed(request.scope).filter(pk=pk).first()
    if held is None:
        raise not_found(request, "extract", pk)
    is_mine = held.asked_by_id == request.scope.officer_id
    decides = request.scope.may(Permission.EXTRACT_APPROVE) and not is_mine
    form = DecideForm(request.POST or None)
    if form.is_bound and decides and form.is_valid():
        return _decide(request, pk, form.cleaned_data["reason"])
    context = {
        "held": held,
        "form": form,
        "is_mine": is_mine,
        "decides": decides and held.state == Extract.State.ASKED,
        "columns": [COLUMNS[name].label for name in held.columns if name in COLUMNS],
        "limits": limits.load(),
    }
    return trail.show(
        request,
        Action.EXTRACT_VIEWED,
        "extracts/one.html",
        context,
        subject_kind="extract",
        subject_ids=[str(pk)],
    )


@asking
@step_up_required
@require_POST
def take(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The Parquet file, for who asked for it."""
    if not services.listed(request.scope).filter(pk=pk).exists():
        raise not_found(request, "extract", pk)
    try:
        content = services.take(request, pk)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("extract", pk=pk)
    answer = HttpResponse(content, content_type="application/vnd.apache.parquet")
    answer["Content-Disposition"] = 'attachment; filename="extract.parquet"'
    return answer


def _decide(request: AccessRequest, pk: uuid.UUID, reason: str) -> HttpResponse:
    approve = request.POST.get("do") == "approve"
    try:
        services.decide(request, pk, reason, approve=approve)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        words = "Approved: it is made within a minute" if approve else "Refused: nothing is made"
        messages.success(request, words)
    return redirect("extract", pk=pk)
