"""The results of the one box: a page of people, and a tab for everything else that fits.

Each tab is a link with an address of its own, and a search of its own in the audit trail.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime import selectors as crime
from crime.search import CrimeCriteria
from crime.views import searched as crime_searched
from gangs import selectors as gangs
from ingest import traditions
from people import no_trace, requests, restrictions
from people import selectors as people
from people.forms import PersonSearchForm
from people.holdings import Holding
from people.models import SearchRequest
from people.query import CANDIDATES
from people.question import Question, chips
from people.suggestions import did_you_mean
from people.views import KIND, SORTS, searched
from wmp_search import everything
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.desk import use


@require_GET
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def results(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Run the kept search, record what is about to be shown, show it."""
    asked = requests.own(request, pk, KIND)
    question = Question.kept(asked.criteria)
    number = requests.page_number(request)
    everywhere = everything.ask(question, request.scope, page=number)
    found = everywhere.people
    _count(asked, question, found)
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "people/results.html",
        {
            **_shell(request, asked, question, everywhere, "people"),
            "chips": chips(question),
            "narrowing": question.narrowing,
            "sorts": SORTS,
            "found": found,
            "suggestion": "" if found.has_strong else did_you_mean(question.criteria.name),
            "no_trace": None if found.total else no_trace.explained(question, request.scope),
            "may_certify": request.scope.may(Permission.SEARCH_CERTIFY),
            "page": requests.paging(found.total, number, people.PAGE_SIZE),
            "is_full": found.total >= CANDIDATES,
        },
        **_counted(searched(request, asked, question, found), everywhere),
    )


@require_GET
@permission_required(Permission.CRIME_VIEW)
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def crimes(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The crimes that fit the kept search."""
    asked, question, number = _asked(request, pk)
    everywhere = everything.ask(question, request.scope)
    criteria = CrimeCriteria(text=question.text)
    found = crime.search(criteria, request.scope, page=number)
    return trail.show(
        request,
        Action.CRIME_SEARCHED,
        "everything/crimes.html",
        {
            **_shell(request, asked, question, everywhere, "crimes"),
            "found": found,
            "page": requests.paging(found.total, number, crime.PAGE_SIZE),
        },
        **_counted(crime_searched(asked, criteria, found, number), everywhere),
    )


@require_GET
@permission_required(Permission.GANG_VIEW)
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def gang_tab(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The gangs that fit the kept search; no people on this page."""
    asked, question, number = _asked(request, pk)
    everywhere = everything.ask(question, request.scope)
    found = gangs.search(question.text, request.scope, page=number)
    entry: trail.Particulars = {
        "operation_id": asked.pk,
        "subject_kind": "gang",
        "query": {"text": question.text},
        **trail.ranked(gang.pk for gang in found.gangs),
        "result_count": found.total,
        "detail": {"index_build": found.index_build, "page": number},
    }
    return trail.show(
        request,
        Action.GANG_LISTED,
        "everything/gangs.html",
        {
            **_shell(request, asked, question, everywhere, "gangs"),
            "gangs": found.gangs,
            "total": found.total,
            "page": requests.paging(found.total, number, gangs.PAGE_SIZE),
        },
        **_counted(entry, everywhere),
    )


@require_GET
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def held(request: AccessRequest, pk: uuid.UUID, *, tab: str) -> HttpResponse:
    """The addresses, vehicles or phones that fit, each with the people recorded with it."""
    asked, question, number = _asked(request, pk)
    everywhere = everything.ask(question, request.scope)
    every: Sequence[Holding] = getattr(everywhere.holdings, tab)
    page = requests.paging(len(every), number, people.PAGE_SIZE)
    rows = every[people.PAGE_SIZE * (page.number - 1) :][: people.PAGE_SIZE]
    ids = dict.fromkeys(holder.person_id for row in rows for holder in row.holders)
    known = people.summaries(ids, request.scope)
    shown = [
        (row, [(known[h.person_id], h) for h in row.holders if h.person_id in known])
        for row in rows
    ]
    entry = searched(request, asked, question, everywhere.people)
    entry |= {
        "subject_ids": [str(person_id) for person_id in known],
        "shown": [{"id": str(p.person_id), "version": p.version} for p in known.values()],
        "result_count": len(every),
        "detail": {
            **entry["detail"],
            **restrictions.reported(list(known), request.scope),
            "tab": tab,
            "contacts": (),
        },
    }
    return trail.show(
        request,
        Action.PERSON_SEARCHED,
        "everything/held.html",
        {
            **_shell(request, asked, question, everywhere, tab),
            "rows": shown,
            "total": len(every),
            "words": WORDS[tab],
            "is_full": everywhere.holdings.is_full,
            "page": page,
        },
        **_counted(entry, everywhere),
    )


# of a tab: one, several, and what finds some
WORDS = {
    "addresses": ("address", "addresses", "a postcode, or a street with its house number"),
    "vehicles": ("vehicle", "vehicles", "a registration, or four of its letters and digits"),
    "phones": ("phone", "phones", "a phone number, or five of its digits"),
}


def _asked(request: AccessRequest, pk: uuid.UUID) -> tuple[SearchRequest, Question, int]:
    asked = requests.own(request, pk, KIND)
    return asked, Question.kept(asked.criteria), requests.page_number(request)


def _shell(
    request: AccessRequest,
    asked: SearchRequest,
    question: Question,
    everywhere: everything.Everything,
    tab: str,
) -> dict[str, Any]:
    """What every tab shows: the box with the words in it, and the tabs."""
    return {
        "text": question.text,
        "asked": asked,
        "tabs": everywhere.tabs,
        "tab": tab,
        "form": PersonSearchForm.of(request, question.text),
    }


def _count(asked: SearchRequest, question: Question, found: people.ResultPage) -> None:
    """One search more of its purpose and of the tradition of its name, for the ethics panel."""
    name = question.criteria.name
    tradition = traditions.of_words(name.split()) if name else ""
    use.count(use.Search(asked.pk, asked.purpose_code, tradition, found.total == 0))


def _counted(entry: trail.Particulars, everywhere: everything.Everything) -> trail.Particulars:
    """The event with the numbers on the tabs, which the officer read, too."""
    return {**entry, "detail": {**entry["detail"], "tabs": dict(everywhere.counts)}}
