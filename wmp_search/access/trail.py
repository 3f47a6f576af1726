"""Records what a request did: fills in who, from where, under which roles and what for.

A view that shows people, crimes, gangs or records answers through `show` (a page) or `answer` (the
API): they write the event together with what is about to be seen, and only then return it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from audit import record as door
from audit import screens
from audit.actions import Action
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import NOBODY, Scope


class Particulars(TypedDict, total=False):
    """The fields of `audit.record.Entry` that differ from action to action."""

    operation_id: uuid.UUID
    subject_kind: str
    subject_ids: Sequence[str]
    query: Mapping[str, Any]
    shown: Sequence[Mapping[str, Any]]
    result_count: int | None
    detail: Mapping[str, Any]


def ranked(ids: Iterable[int]) -> Particulars:
    """What was listed, the first first: `subject_ids` and `shown` with ranks from 1."""
    texts = [str(pk) for pk in ids]
    shown = [{"id": pk, "rank": rank} for rank, pk in enumerate(texts, start=1)]
    return {"subject_ids": texts, "shown": shown}


def record(
    request: HttpRequest,
    action: Action,
    *,
    purpose: Purpose | None = None,
    screen: bytes = b"",
    **particulars: Unpack[Particulars],
) -> uuid.UUID:
    """Write one audit row for the request and return its id. Raises `AuditUnavailable`.

    Call it before the response is made. `purpose`: where the request's own (from the session) is
    not the one that counts, as in the API, whose body carries it. Takes Django's request or DRF's.
    """
    scope: Scope = getattr(request, "scope", NOBODY)
    purpose = purpose or getattr(request, "purpose", None)
    if purpose and purpose.particulars:
        particulars["detail"] = {**particulars.get("detail", {}), **purpose.particulars}
    return door.event(
        door.Entry(
            action=action,
            actor=door.actor_of(request, scope.roles),
            purpose_code=purpose.code if purpose else "",
            purpose_reference=purpose.reference if purpose else "",
            screen=screen,
            **particulars,
        )
    )


def show(
    request: HttpRequest,
    action: Action,
    template: str,
    context: Mapping[str, Any],
    *,
    purpose: Purpose | None = None,
    **particulars: Unpack[Particulars],
) -> HttpResponse:
    """The rendered page, once the event with what is on it is written. Raises `AuditUnavailable`.

    Kept is the page's <main>; a form in it is not, unless it carries `data-shown`.
    """
    page = render(request, template, dict(context))
    seen = screens.of_page(page.content.decode())
    record(request, action, purpose=purpose, screen=seen, **particulars)
    return page


def answer(
    request: HttpRequest,
    action: Action,
    data: Mapping[str, Any],
    *,
    purpose: Purpose | None = None,
    **particulars: Unpack[Particulars],
) -> Response:
    """`data` as an API answer with the event's id as `audit_id`, once that event is written.

    `data` is what a serializer gives, without `audit_id`. Raises `AuditUnavailable`.
    """
    seen = JSONRenderer().render(data)
    audit_id = record(request, action, purpose=purpose, screen=seen, **particulars)
    return Response({"audit_id": str(audit_id), **data})
