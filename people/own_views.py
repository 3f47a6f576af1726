"""An officer's own earlier searches: shown as they were, or made again.

A screen is shown again only where the officer may still see all who were on it and as much of
them (people.replays). Auditors have their own page, with no such condition.
"""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from audit import own, screens
from audit.actions import Action
from audit.replays import look
from audit.selectors import Key
from people import minimum, replays, requests
from people.criteria import CriteriaError, PersonCriteria
from people.question import Question
from people.views import KIND
from wmp_search.access import purposes, trail
from wmp_search.access.decorators import (
    challenges_answered,
    not_found,
    permission_required,
    purpose_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_safe
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def searches(request: AccessRequest) -> HttpResponse:
    """The officer's last searches."""
    found = own.searches(request.scope)
    rows = [{"event": event, "key": Key.of(event), **_words(event)} for event in found]
    return trail.show(
        request,
        Action.OWN_SEARCHES_VIEWED,
        "people/own_searches.html",
        {"rows": rows, "days": own.DAYS, "most": own.MOST},
        result_count=len(rows),
    )


@require_safe
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
def search(request: AccessRequest, at: int, event_id: uuid.UUID) -> HttpResponse:
    """What one of them showed at that time."""
    event = _own(request, at, event_id)
    may_see = replays.may_see(request.scope, look(event))
    trail.record(
        request,
        Action.OWN_SEARCHES_VIEWED,
        subject_kind="event",
        subject_ids=[str(event.id)],
        detail={"shown": may_see},
    )
    context = {
        "event": event,
        "key": Key.of(event),
        "replay": screens.replay(event) if may_see else None,
        **_words(event),
    }
    return render(request, "people/own_search.html", context)


@require_POST
@permission_required(Permission.PERSON_SEARCH)
@purpose_required
@challenges_answered
def again(request: AccessRequest, at: int, event_id: uuid.UUID) -> HttpResponse:
    """Ask the same question now, under the living purpose; a search like any other."""
    event = _own(request, at, event_id)
    try:
        question = asked_then(event.query)
        wide = minimum.check(question.criteria, request.scope)
        if wide:
            minimum.count(question.criteria, request.scope)
    except (CriteriaError, minimum.TooManyError) as error:
        return render(request, "people/not_again.html", {"error": str(error)}, status=400)
    assert request.purpose is not None  # noqa: S101  `purpose_required` stands above
    criteria = {"kind": KIND, "wide": wide, **question.as_json()}
    asked = requests.keep(request, criteria, request.purpose)
    return requests.SeeOther(resolve_url("search-results", asked.pk))


def asked_then(query: dict[str, Any]) -> Question:
    """The question of a recorded search. Raises CriteriaError for one that is no more."""
    given = {**query.get("understood", {})}
    given["more_identifiers"] = tuple(given.get("more_identifiers", ()))
    try:
        question = Question.of_criteria(PersonCriteria(**given))
    except TypeError as error:
        raise CriteriaError("This search was made by an earlier version") from error
    return question.narrowed(exact=bool(query.get("exact")))


def _own(request: AccessRequest, at: int, event_id: uuid.UUID) -> Any:
    try:
        found = own.search(request.scope, Key.at_microsecond(at, event_id))
    except OverflowError:
        found = None
    if found is None:
        raise not_found(request, "event", event_id)
    return found


def _words(event: Any) -> dict[str, str]:
    named = event.query.get("understood", {})
    text = event.query.get("text") or " ".join(str(v) for v in named.values() if v)
    return {"text": text, "why": purposes.label(event.purpose_code, event.at)}
