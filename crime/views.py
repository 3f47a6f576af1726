"""Searching for crimes and seeing one."""

import uuid
from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from crime import linked, profile, selectors, timeline
from crime.forms import CrimeSearchForm
from crime.search import CrimeCriteria
from people import requests
from people.models import SearchRequest
from wmp_search.access import trail
from wmp_search.access.decorators import (
    challenges_answered,
    not_found,
    permission_required,
    purpose_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

KIND = "crime"


@require_GET
@permission_required(Permission.CRIME_VIEW)
def crimes(request: AccessRequest) -> HttpResponse:
    """The crime search box."""
    form = CrimeSearchForm.of(request)
    return render(request, "crime/search.html", {"form": form})


@require_POST
@permission_required(Permission.CRIME_VIEW)
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good."""
    form = CrimeSearchForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "crime/search.html", {"form": form}, status=400)
    form.count_seconds()
    typed = {name: form.cleaned_data[name] for name in ("text", "mo")}
    asked = requests.keep(request, {"kind": KIND, **typed}, form.purpose)
    return requests.SeeOther(resolve_url("crime-results", asked.pk))


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Run the kept search, record what is about to be shown, show it."""
    asked = requests.own(request, pk, KIND)
    number = requests.page_number(request)
    criteria = CrimeCriteria(text=asked.criteria["text"], mo=asked.criteria.get("mo", ""))
    found = selectors.search(criteria, request.scope, page=number)
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "crime/results.html",
        {
            "text": criteria.text,
            "mo": criteria.mo,
            "found": found,
            "page": requests.paging(found.total, number, selectors.PAGE_SIZE),
            "form": CrimeSearchForm.of(request, criteria.text, criteria.mo),
        },
        **searched(asked, criteria, found, number),
    )


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def crime(request: AccessRequest, pk: int) -> HttpResponse:
    """One crime: what happened when, the people involved, crimes that may have to do with it."""
    shown = profile.profile(pk, request.scope)
    if shown is None:
        raise not_found(request, KIND, pk)
    leads = linked.of_crime(shown, request.scope)
    return trail.show(
        request,
        Action.CRIME_VIEWED,
        "crime/crime.html",
        {
            "shown": shown,
            "facts": profile.facts(shown, request.scope),
            "moments": timeline.of_crime(shown),
            "linked": leads,
            "most_linked": linked.MOST,
            "may_list_material": request.scope.may(Permission.MATERIAL_LIST),
        },
        subject_kind=KIND,
        subject_ids=[str(pk)],
        shown=[profile.audited(shown, leads.crime_ids)],
        result_count=1,
        detail=profile.reported(shown, request.scope),
    )


def searched(
    asked: SearchRequest, criteria: CrimeCriteria, found: selectors.CrimePage, page: int
) -> trail.Particulars:
    """The event of a page of crimes."""
    return {
        "operation_id": asked.pk,
        "subject_kind": KIND,
        **trail.ranked(c.crime_id for c in found.crimes),
        "query": {"text": criteria.text, "understood": asdict(criteria)},
        "result_count": found.total,
        "detail": {"index_build": found.index_build, "page": page},
    }
