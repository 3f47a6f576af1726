"""Searching intelligence: a question is always needed, there is no list of it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from gangs.intelligence.forms import IntelligenceForm
from gangs.intelligence.question import Question
from gangs.intelligence.search import MOST, PAGE_SIZE, Found, search
from people import requests
from people import selectors as people
from people.sources import title
from wmp_search.access import trail
from wmp_search.access.decorators import (
    challenges_answered,
    permission_required,
    purpose_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

KIND = "intelligence"
FORM = "intelligence/search.html"


@require_GET
@permission_required(Permission.INTELLIGENCE_SEARCH)
def intelligence(request: AccessRequest) -> HttpResponse:
    """The empty form; nothing is listed."""
    return render(request, FORM, {"form": IntelligenceForm.beginning(request)})


@require_POST
@permission_required(Permission.INTELLIGENCE_SEARCH)
@challenges_answered
def start(request: AccessRequest) -> HttpResponse:
    """Take the question and the purpose; nothing is searched before both are good (B1)."""
    form = IntelligenceForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, FORM, {"form": form}, status=400)
    form.count_seconds()
    asked = requests.keep(request, {"kind": KIND, **form.question.as_json()}, form.purpose)
    return requests.SeeOther(resolve_url("intelligence-results", asked.pk))


@require_GET
@permission_required(Permission.INTELLIGENCE_SEARCH)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Run the kept search, record what is about to be shown, show it."""
    asked = requests.own(request, pk, KIND)
    question = Question.kept(asked.criteria)
    number = requests.page_number(request)
    found = search(question, request.scope, page=number)
    entry = searched(question, found, request.scope, number)
    entry["operation_id"] = asked.pk
    return trail.show(
        request,
        Action.INTELLIGENCE_SEARCHED,
        "intelligence/results.html",
        {
            "question": question,
            "system": title(question.system) if question.system else "",
            "found": found,
            "most": MOST,
            "page": requests.paging(found.total, number, PAGE_SIZE),
            "form": IntelligenceForm.again(request, question),
        },
        **entry,
    )


def searched(question: Question, found: Found, scope: Scope, page: int) -> trail.Particulars:
    """The event of a page of items: whose they are and which records, no text (A2, A3)."""
    ids = list(dict.fromkeys(item.person.person_id for item in found.items))
    first = (page - 1) * PAGE_SIZE + 1
    return {
        "subject_kind": "person",
        "subject_ids": [str(pk) for pk in ids],
        "query": question.as_json(),
        "shown": [
            {
                "id": str(item.person.person_id),
                "version": item.person.version,
                "rank": rank,
                "records": [item.record_id],
            }
            for rank, item in enumerate(found.items, start=first)
        ],
        "result_count": found.total,
        "detail": {
            "page": page,
            **({"gang": found.gang.pk} if found.gang else {}),
            **people.reach(ids, scope),
        },
    }
