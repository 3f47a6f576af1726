"""Searching for people: the box is on the start page, its results have an address of their own.

The page of results spans the apps: `wmp_search.everything_views`.
"""

from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST

from people import requests, selectors
from people.forms import PersonSearchForm
from people.models import SearchRequest
from people.narrowing import Sort
from people.question import Question
from wmp_search.access import trail
from wmp_search.access.decorators import challenges_answered, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

KIND = "person"
SORTS = ((Sort.RELEVANCE.value, "Best match first"), (Sort.LAST_SEEN.value, "Last seen first"))


@require_POST
@permission_required(Permission.PERSON_SEARCH)
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good (B1)."""
    form = PersonSearchForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, "people/search.html", {"form": form}, status=400)
    form.count_seconds()
    question = Question.typed(form.cleaned_data["text"])
    criteria = {"kind": KIND, "wide": form.wide, **question.as_json()}
    asked = requests.keep(request, criteria, form.purpose)
    return requests.SeeOther(resolve_url("search-results", asked.pk))


def searched(
    request: AccessRequest,
    asked: SearchRequest,
    question: Question,
    found: selectors.ResultPage,
) -> trail.Particulars:
    shown = selectors.audited(found)
    return {
        "operation_id": asked.pk,
        "subject_kind": KIND,
        "subject_ids": [row["id"] for row in shown],
        "query": {
            "text": question.text,
            "understood": asdict(question.criteria),
            "exact": question.narrowing.exact,
            "filters": {name: list(v) for name, v in question.narrowing.filters.items()},
        },
        "shown": shown,
        "result_count": found.total,
        "detail": {
            "index_build": found.index_build,
            "ranking": found.ranking,
            "page": requests.page_number(request),
            "sort": question.narrowing.sort,
            "wide": bool(asked.criteria.get("wide")),
            "contacts": found.contacts,
            **selectors.reported(found, request.scope),
        },
    }
