"""The list of gangs, searching it, and one gang's page."""

import uuid
from collections.abc import Sequence
from typing import Unpack

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from gangs import selectors
from gangs.forms import GangSearchForm
from gangs.models import Gang
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.trail import Particulars

KIND = "gang"
PAGE_SIZE = 50


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def gangs(request: AccessRequest) -> HttpResponse:
    """The visible gangs by name; no people on this page."""
    page = Paginator(selectors.listing(request.scope), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    _record_list(request, shown, page.paginator.count, detail={"page": page.number})
    form = GangSearchForm.for_purpose(request.purpose)
    context = {"gangs": shown, "total": page.paginator.count, "page": page, "form": form}
    return render(request, "gangs/list.html", context)


@require_POST
@permission_required(Permission.GANG_VIEW)
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good."""
    form = GangSearchForm(request.POST)
    if not form.is_valid():
        return render(request, "gangs/list.html", {"form": form}, status=400)
    asked = requests.keep(request, {"kind": KIND, "text": form.cleaned_data["text"]}, form.purpose)
    return requests.SeeOther(resolve_url("gang-results", asked.pk))


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The gangs that match the kept search."""
    asked = requests.own(request, pk, KIND)
    text = asked.criteria["text"]
    number = requests.page_number(request)
    found = selectors.search(text, request.scope, page=number)
    _record_list(
        request,
        found.gangs,
        found.total,
        operation_id=asked.pk,
        query={"text": text},
        detail={"index_build": found.index_build, "page": number},
    )
    context = {
        "gangs": found.gangs,
        "total": found.total,
        "text": text,
        "page": requests.paging(found.total, number, selectors.PAGE_SIZE),
        "form": GangSearchForm.for_purpose(request.purpose, text),
    }
    return render(request, "gangs/list.html", context)


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def gang(request: AccessRequest, pk: int) -> HttpResponse:
    """One gang, its members, and on a list of their own those it harms."""
    shown = selectors.profile(pk, request.scope)
    if shown is None:
        raise not_found(request, KIND, pk)
    trail.record(
        request,
        Action.GANG_VIEWED,
        subject_kind=KIND,
        subject_ids=[str(pk)],
        shown=[selectors.audited(shown)],
        result_count=len(shown.members) + len(shown.harmed),
    )
    return render(request, "gangs/gang.html", {"shown": shown})


def _record_list(
    request: AccessRequest, listed: Sequence[Gang], total: int, **more: Unpack[Particulars]
) -> None:
    ids = [str(gang.pk) for gang in listed]
    entry: Particulars = {
        **more,
        "subject_kind": KIND,
        "subject_ids": ids,
        "shown": [{"id": pk, "rank": rank} for rank, pk in enumerate(ids, start=1)],
        "result_count": total,
    }
    trail.record(request, Action.GANG_LISTED, **entry)
