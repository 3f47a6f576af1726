"""The list of gangs, searching it, and one gang's page."""

import uuid
from typing import Any, Unpack

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from gangs import overlap, overview, relations, selectors, standing
from gangs.forms import GangSearchForm
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import (
    challenges_answered,
    not_found,
    permission_required,
    purpose_required,
)
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
    form = GangSearchForm.of(request)
    context = {"gangs": shown, "total": page.paginator.count, "page": page, "form": form}
    return _show_list(request, context, detail={"page": page.number})


@require_POST
@permission_required(Permission.GANG_VIEW)
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good."""
    form = GangSearchForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "gangs/list.html", {"form": form}, status=400)
    form.count_seconds()
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
    context = {
        "gangs": found.gangs,
        "total": found.total,
        "text": text,
        "page": requests.paging(found.total, number, selectors.PAGE_SIZE),
        "form": GangSearchForm.of(request, text),
    }
    return _show_list(
        request,
        context,
        operation_id=asked.pk,
        query={"text": text},
        detail={"index_build": found.index_build, "page": number},
    )


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def gang(request: AccessRequest, pk: int) -> HttpResponse:
    """One gang, its members, and on a list of their own those it harms."""
    shown = selectors.profile(pk, request.scope)
    if shown is None:
        raise not_found(request, KIND, pk)
    scope = request.scope
    everybody = (*shown.members, *shown.harmed)
    looked = overview.last_visit(shown.gang, scope.officer_id)
    common = overview.crimes(shown.members, scope)
    elsewhere = overlap.of_gang(shown.gang, shown.members, scope)
    return trail.show(
        request,
        Action.GANG_VIEWED,
        "gangs/gang.html",
        {
            "shown": shown,
            "looked": looked,
            "changes": overview.changes(shown.gang, looked, everybody, scope),
            "relations": relations.of_gang(shown.gang, selectors.visible(scope)),
            "overlap": elsewhere,
            "crimes": common,
            "places": overview.places(common),
            "sees_harmed": standing.sees_harmed(scope),
        },
        subject_kind=KIND,
        subject_ids=[str(pk)],
        shown=[selectors.audited(shown)],
        result_count=len(everybody),
        detail={
            "crimes": [one.crime_id for one in common],
            "elsewhere": overlap.audited(elsewhere),
            **selectors.reported(shown, scope),
        },
    )


def _show_list(
    request: AccessRequest, context: dict[str, Any], **more: Unpack[Particulars]
) -> HttpResponse:
    entry: Particulars = {
        **more,
        "subject_kind": KIND,
        **trail.ranked(gang.pk for gang in context["gangs"]),
        "result_count": context["total"],
    }
    return trail.show(request, Action.GANG_LISTED, "gangs/list.html", context, **entry)
