"""Searching for people: the box is on the start page, its results have an address of their own."""

import uuid
from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from people import requests, selectors
from people.forms import PersonSearchForm
from people.models import SearchRequest
from people.search import PersonCriteria
from people.understand import understand
from wmp_search.access import trail
from wmp_search.access.decorators import challenges_answered, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

KIND = "person"


@require_POST
@permission_required(Permission.PERSON_SEARCH)
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good (B1)."""
    form = PersonSearchForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "people/search.html", {"form": form}, status=400)
    form.count_seconds()
    criteria = {"kind": KIND, "text": form.cleaned_data["text"], "wide": form.wide}
    asked = requests.keep(request, criteria, form.purpose)
    return requests.SeeOther(resolve_url("search-results", asked.pk))


@require_GET
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Run the kept search, record what is about to be shown, show it."""
    asked = requests.own(request, pk, KIND)
    text = asked.criteria["text"]
    criteria = understand(text)
    number = requests.page_number(request)
    found = selectors.search(criteria, request.scope, page=number)
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "people/results.html",
        {
            "text": text,
            "understood": understood(criteria),
            "found": found,
            "page": requests.paging(found.total, number, selectors.PAGE_SIZE),
            "last_page": number == requests.MAX_PAGES,
            "form": PersonSearchForm.of(request, text),
        },
        **_searched(request, asked, criteria, found),
    )


def understood(criteria: PersonCriteria) -> list[str]:
    """What the typed line was taken to mean, part by part."""
    age = "" if criteria.age is None else str(criteria.age)
    parts = {
        "name": criteria.name,
        "born": criteria.born_on,
        "age": age,
        "postcode": criteria.postcode,
        "number": criteria.identifier,
    }
    return [f"{part} {value}" for part, value in parts.items() if value]


def _searched(
    request: AccessRequest,
    asked: SearchRequest,
    criteria: PersonCriteria,
    found: selectors.ResultPage,
) -> trail.Particulars:
    shown = selectors.audited(found)
    return {
        "operation_id": asked.pk,
        "subject_kind": KIND,
        "subject_ids": [row["id"] for row in shown],
        "query": {"text": asked.criteria["text"], "understood": asdict(criteria)},
        "shown": shown,
        "result_count": found.total,
        "detail": {
            "index_build": found.index_build,
            "ranking": found.ranking,
            "page": requests.page_number(request),
            "wide": bool(asked.criteria.get("wide")),
            "contacts": found.contacts,
            **selectors.reported(found, request.scope),
        },
    }
