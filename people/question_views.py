"""Correcting and narrowing a question: each change is kept as a request of its own (ADR 9).

What the officer changes is posted, so nothing typed stands in an address, and "back" works.
"""

import uuid

from django.http import HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import facets, minimum, requests
from people.criteria import CriteriaError
from people.field_forms import FieldsForm, towns
from people.models import SearchRequest
from people.narrowing import Sort
from people.question import Question
from people.views import KIND
from wmp_search.access.decorators import challenges_answered, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

FORM = "people/fields.html"


@require_http_methods(["GET", "POST"])
@permission_required(Permission.PERSON_SEARCH)
@challenges_answered
def fields(request: AccessRequest) -> HttpResponse:
    """The form of all fields; searches once the particulars and the purpose are good."""
    if request.method == "GET":
        form = FieldsForm(request=request)
        return render(request, FORM, {"form": form, "towns": towns()})
    form = FieldsForm(request.POST, request=request)
    if not form.is_valid():
        return render(request, FORM, {"form": form, "towns": towns()}, status=400)
    form.count_seconds()
    criteria = {"kind": KIND, "wide": form.wide, **form.question.as_json()}
    return _to(requests.keep(request, criteria, form.purpose))


@require_GET
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def change(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of all fields with what was understood of an earlier search."""
    question = Question.kept(requests.own(request, pk, KIND).criteria)
    form = FieldsForm(initial=FieldsForm.initial_of(question), request=request)
    return render(request, FORM, {"form": form, "towns": towns()})


@require_POST
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
@challenges_answered
def correct(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Search again with one chip taken away, read as something else, or another name."""
    asked = requests.own(request, pk, KIND)
    try:
        question = _corrected(Question.kept(asked.criteria), request.POST)
        wide = minimum.check(question.criteria, request.scope)
        if wide:
            minimum.count(question.criteria, request.scope)
    except (CriteriaError, minimum.TooManyError) as error:
        context = {"error": str(error), "asked": asked}
        return render(request, "people/not_corrected.html", context, status=400)
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    criteria = {"kind": KIND, "wide": wide, **question.as_json()}
    return _to(requests.keep(request, criteria, request.purpose))


@require_POST
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def narrow(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The same question with filters, in another order, or only as typed."""
    asked = requests.own(request, pk, KIND)
    question = Question.kept(asked.criteria)
    if "exact" in request.POST:
        change = {"exact": request.POST["exact"] == "1", "filters": {}}
    else:
        sort = request.POST.get("sort", "")
        change = {
            "filters": facets.cleaned({n: request.POST.getlist(n) for n in facets.FACETS}),
            "sort": Sort.LAST_SEEN if sort == Sort.LAST_SEEN.value else Sort.RELEVANCE,
        }
    wide = bool(asked.criteria.get("wide"))
    criteria = {"kind": KIND, "wide": wide, **question.narrowed(**change).as_json()}
    return _to(requests.narrow(request, criteria))


def _corrected(question: Question, sent: QueryDict) -> Question:
    """The question after the button that was pressed."""
    if name := sent.get("name"):
        return question.named(" ".join(name.split()))
    place, _, kind = sent.get("part", "").partition(":")
    if not place.isascii() or not place.isdecimal() or len(place) > 2:
        raise CriteriaError("Choose what to change from the list")
    return question.read_as(int(place), kind) if kind else question.without(int(place))


def _to(asked: SearchRequest) -> HttpResponse:
    return requests.SeeOther(resolve_url("search-results", asked.pk))
