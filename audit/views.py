"""The audit trail for supervisors (their unit) and auditors (all of it); reads are recorded."""

import uuid
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from audit import replays, selectors, words
from audit.forms import AddressForm, FilterForm
from audit.models import Event
from audit.reading import action, detail, reading_purpose_required
from audit.record import is_intact
from audit.selectors import Filters, Key
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

reading = permission_required(Permission.AUDIT_VIEW_UNIT, Permission.AUDIT_VIEW_ALL)
SUBJECTS_IN_A_ROW = 10
LINKED = {
    "person": (Permission.PERSON_VIEW, "person"),
    "crime": (Permission.CRIME_VIEW, "crime"),
    "gang": (Permission.GANG_VIEW, "gang"),
    "officer": (Permission.ROLE_MANAGE, "officer"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something an event is about: what to call it and, if the reader may open it, where it is."""

    text: str
    url: str


@reading
@reading_purpose_required
def events(request: AccessRequest) -> HttpResponse:
    """The list. Filters are posted (an officer's name is typed) and become an address of codes."""
    if request.method == "POST":
        form = FilterForm(request.POST)
        if not form.is_valid():
            return render(request, "audit/events.html", {"form": form})
        return redirect(f"{reverse('audit-events')}?{urlencode(form.filters.given())}")
    address = AddressForm(request.GET)
    filters = address.filters if address.is_valid() else Filters.of_late()
    found = selectors.page(request.scope, filters, before=Key.parse(request.GET.get("before", "")))
    shown = found[: selectors.PAGE_SIZE]
    trail.record(
        request,
        action(request.scope),
        query=filters.given(),
        result_count=len(shown),
        detail=detail(request),
    )
    context = {
        "form": FilterForm(initial=_typed(filters)),
        "rows": [_row(request.scope, event) for event in shown],
        "filters": filters,
        "narrowed": words.sentence(_narrowed(filters)),
        "may_export": request.scope.may(Permission.AUDIT_EXPORT),
        "unit_only": not request.scope.may(Permission.AUDIT_VIEW_ALL),
        "older": _older(filters, shown) if len(found) > len(shown) else "",
        "newest": "before" in request.GET and f"?{urlencode(filters.given())}",
    }
    return render(request, "audit/events.html", context)


@reading
@require_safe
@reading_purpose_required
def event(request: AccessRequest, at: int, event_id: uuid.UUID) -> HttpResponse:
    """Everything one event holds, and whether it is still as it was written."""
    try:
        found = selectors.get(request.scope, Key.at_microsecond(at, event_id))
    except OverflowError:
        found = None
    if found is None:
        raise not_found(request, "event", event_id)
    trail.record(
        request,
        action(request.scope),
        subject_kind="event",
        subject_ids=[str(found.id)],
        detail=detail(request),
    )
    return render(request, "audit/event.html", described(request.scope, found))


def described(scope: Scope, found: Event) -> dict[str, Any]:
    """What `audit/event_facts.html` shows of an event, the replayed screen with it."""
    return {
        "row": _row(scope, found, limit=None),
        "query": words.pairs(found.query),
        "shown": words.table(found.shown),
        "detail": words.pairs(_told(scope, found)),
        "intact": is_intact(found),
        "replay": replays.replay(scope, found),
        "may_collect": scope.may(Permission.MISUSE_VIEW),
        "key": Key.of(found),
    }


def _told(scope: Scope, event: Event) -> dict[str, Any]:
    """The particulars; that a look is reported to a record's owner is known to few (covert)."""
    hidden = () if scope.may(Permission.MISUSE_VIEW) else ("owner",)
    return {key: value for key, value in event.detail.items() if key not in hidden}


def _row(scope: Scope, event: Event, limit: int | None = SUBJECTS_IN_A_ROW) -> dict[str, Any]:
    key = Key.of(event)
    ids = event.subject_ids[:limit]
    return {
        "event": event,
        "url": reverse("audit-event", args=[key.microsecond, key.id]),
        "did": words.action(event.action),
        "purpose": words.purpose(event.purpose_code, event.at),
        "asked": words.sentence(event.query) or words.about(event.detail),
        "count": words.count(event),
        "kind": event.subject_kind.replace("_", " "),
        "subjects": [Subject(text=i, url=_address(scope, event.subject_kind, i)) for i in ids],
        "more_subjects": len(event.subject_ids) - len(ids),
    }


def _address(scope: Scope, kind: str, subject_id: str) -> str:
    """Where a reader who may see the subject finds it; opening it is that reader's own view."""
    permission, route = LINKED.get(kind, (None, ""))
    if permission is None or not scope.may(permission):
        return ""
    try:
        return reverse(route, args=[subject_id])
    except NoReverseMatch:  # what was asked for was not a number
        return ""


def _older(filters: Filters, shown: list[Event]) -> str:
    return f"?{urlencode({**filters.given(), 'before': str(Key.of(shown[-1]))})}"


def _narrowed(filters: Filters) -> dict[str, str]:
    """The filters beside the days, in words."""
    typed = _typed(filters)
    return {
        "officer": typed["officer"],
        "what": words.action(filters.action),
        "purpose": words.purpose(filters.purpose),
        "kind": filters.kind,
        "number": filters.subject,
    }


def _typed(filters: Filters) -> dict[str, Any]:
    """The filters as the form shows them: the officer's number as the user name."""
    officer = Officer.objects.filter(pk=filters.officer).first() if filters.officer else None
    return {**asdict(filters), "officer": officer.get_username() if officer else ""}
