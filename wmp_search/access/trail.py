"""Records what a request did: fills in who, from where, under which roles and what for."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.http import HttpRequest

from audit import record as door
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


def record(
    request: HttpRequest,
    action: Action,
    *,
    purpose: Purpose | None = None,
    **particulars: Unpack[Particulars],
) -> uuid.UUID:
    """Write one audit row for the request and return its id. Raises `AuditUnavailable`.

    Call it before the response is made. `purpose`: where the request's own (from the session) is
    not the one that counts, as in the API, whose body carries it. Takes Django's request or DRF's.
    """
    scope: Scope = getattr(request, "scope", NOBODY)
    purpose = purpose or getattr(request, "purpose", None)
    return door.event(
        door.Entry(
            action=action,
            actor=door.actor_of(request, scope.roles),
            purpose_code=purpose.code if purpose else "",
            purpose_reference=purpose.reference if purpose else "",
            **particulars,
        )
    )
