"""The one door into the audit trail: no row, no data.

`event` writes one row on the audit connection and returns only when it is committed. If it cannot,
it raises `AuditUnavailable`, and the caller must show nothing (policing.md A4).
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action
from audit.models import Event


class AuditUnavailable(Exception):
    """The audit row could not be written; nothing may be shown."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where; ids only. `SYSTEM` is a worker acting on a schedule."""

    officer_id: int | None
    officer: str
    unit_id: int | None = None
    roles: tuple[str, ...] = ()
    ip: str | None = None
    device: str = ""
    session: str = ""


SYSTEM = Actor(officer_id=None, officer="system")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded; see `audit.models.Event` for the meaning of each field."""

    action: Action
    actor: Actor
    operation_id: uuid.UUID = field(default_factory=uuid.uuid4)
    purpose_code: str = ""
    purpose_reference: str = ""
    subject_kind: str = ""
    subject_ids: Sequence[str] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    shown: Sequence[Mapping[str, Any]] = ()
    result_count: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def event(entry: Entry) -> uuid.UUID:
    """Write the entry; return the event's id. Raises AuditUnavailable."""
    values = _values(entry)
    row = Event(**values, content_hash=content_hash(values))
    try:
        row.save(force_insert=True, using="audit")
    except (DatabaseError, InterfaceError) as error:
        raise AuditUnavailable("The audit trail cannot be written") from error
    return row.id


def content_hash(values: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of every field but the hash itself."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode()).digest()


def actor_of(request: HttpRequest, roles: Sequence[str] = ()) -> Actor:
    """The actor behind a request. Address: REMOTE_ADDR, which the proxy must set truly."""
    user = request.user
    session = getattr(request, "session", None)
    key = (session.session_key or "") if session is not None else ""
    return Actor(
        officer_id=user.pk if user.is_authenticated else None,
        officer=user.get_username() if user.is_authenticated else "",
        unit_id=getattr(user, "unit_id", None),
        roles=tuple(roles),
        ip=request.META.get("REMOTE_ADDR") or None,
        device=request.headers.get("User-Agent", "")[:200],
        session=hashlib.sha256(key.encode()).hexdigest()[:16] if key else "",
    )


def _values(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    values.update(values.pop("actor"))
    values["action"] = entry.action.value
    values["subject_ids"] = [str(s) for s in entry.subject_ids]
    values["roles"] = list(values["roles"])
    values["shown"] = [dict(s) for s in entry.shown]
    return {"id": uuid.uuid4(), "at": timezone.now(), **values}


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)
