"""Crimes near a place or in a drawn area: sent, kept on the server, shown at an address without
coordinates.
"""

import uuid
from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from crime import selectors
from crime.map.around import DISTANCES, KIND, Around
from crime.map.forms import AroundForm
from crime.map.views import behind, shown
from people import requests
from wmp_search.access import trail
from wmp_search.access.decorators import (
    challenges_answered,
    permission_required,
    purpose_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_POST
@permission_required(Permission.CRIME_VIEW)
@purpose_required
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the area; without a sound one the map says what is wrong."""
    form = AroundForm(request.POST, scope=request.scope)
    if not form.is_valid():
        context, query, counted = shown(request, form)
        page = trail.show(
            request,
            Action.CRIME_COUNTED,
            "crime/map.html",
            context,
            subject_kind="crime",
            query=asdict(query),
            result_count=counted.total,
        )
        page.status_code = 400
        return page
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    kept = {"kind": KIND, **form.cleaned_data["around"].kept()}
    asked = requests.keep(request, kept, request.purpose)
    return requests.SeeOther(resolve_url("crime-area", asked.pk))


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The crimes in the area that was kept, the newest first."""
    asked = requests.own(request, pk, KIND)
    around, at = Around.of_kept(asked.criteria), requests.page_number(request)
    found = selectors.listed(around.filters(request.scope), request.scope, page=at)
    event = behind(found, around.kept())
    event["operation_id"] = asked.pk
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "crime/around.html",
        {
            "around": around,
            "kept": asked.pk,
            "distance": DISTANCES.get(around.km, ""),
            "exact": request.scope.may(Permission.CRIME_EXACT_PLACE),
            "found": found,
            "page": requests.paging(found.total, at, selectors.PAGE_SIZE),
        },
        **event,
    )
