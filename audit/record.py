"""The one door into the audit trail: no row, no data.

`event` writes one row on the audit connection and returns only when it is committed. If it cannot,
it raises `AuditUnavailable`, and the caller must show nothing (policing.md A4).
"""

import hashlib
import ipaddress
import json
import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action
from audit.models import Event

KEEP = """
WITH screen AS (INSERT INTO audit_screen (hash, body) VALUES (%s, %s) ON CONFLICT DO NOTHING)
"""
JSON_COLUMNS = ("query", "shown", "detail")
LENGTHS = {"device": 200, "officer": 150}  # what the outside may send longer than the column


class AuditUnavailable(Exception):
    """The trail could not be written or read; nothing may be shown."""


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
    screen: bytes = b""  # what is about to be shown, see `audit.screens`


def event(entry: Entry) -> uuid.UUID:
    """Write the entry and its screen; return the event's id. Raises AuditUnavailable.

    One statement and one commit for both; a screen that is known already is not written again.
    """
    values = _values(entry)
    values["content_hash"] = content_hash(values)
    with reachable():
        connection = connections["audit"]
        columns = Event._meta.concrete_fields
        row = [f.get_db_prep_save(values[f.attname], connection) for f in columns]
        names, holes = ", ".join(str(f.column) for f in columns), ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO audit_event ({names}) VALUES ({holes})"
        if entry.screen:
            statement, row = KEEP + statement, [values["screen_hash"], entry.screen, *row]
        with connection.cursor() as cursor:
            cursor.execute(statement, row)
    identifier: uuid.UUID = values["id"]
    return identifier


@contextmanager
def reachable() -> Iterator[None]:
    """Whatever the database answers to a write or read of the trail is an `AuditUnavailable`."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise AuditUnavailable("The audit trail cannot be reached") from error


def content_hash(values: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON of every field but the hash itself."""
    return hashlib.sha256(canonical(values).encode()).digest()


def canonical(values: Mapping[str, Any]) -> str:
    """The text that is hashed; an export holds it as one line.

    Times stand in it as ISO 8601 in UTC with microseconds, ids as text, bytes in hexadecimal, JSON
    keys in order. Without a screen there is no `screen_hash` in it: so it was before screens.
    """
    return json.dumps(
        {n: _plain(v) for n, v in values.items() if n != "screen_hash" or v is not None},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def canonical_row(values: Mapping[str, Any]) -> str:
    """The same text from a row as the driver gives it: JSON as text, the rest as Python values."""
    plain = {
        name: _read(name, value)
        for name, value in values.items()
        if name != "screen_hash" or value is not None
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash_of_row(values: Mapping[str, Any]) -> bytes:
    """SHA-256 of `canonical_row`."""
    return hashlib.sha256(canonical_row(values).encode("utf-8", "replace")).digest()


def _read(name: str, value: Any) -> Any:
    if name in JSON_COLUMNS and isinstance(value, str):
        return json.loads(value)  # plain already: it was stored so
    return value if value is None or isinstance(value, (str, int, list)) else _plain(value)


def is_intact(event: Event) -> bool:
    """Whether the stored row still has the content that it was written with."""
    names = [f.attname for f in Event._meta.concrete_fields if f.attname != "content_hash"]
    values = {name: getattr(event, name) for name in names}
    return content_hash(values) == bytes(event.content_hash)


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
        ip=_address(request.META.get("REMOTE_ADDR", "")),
        device=request.headers.get("User-Agent", ""),
        session=hashlib.sha256(key.encode()).hexdigest()[:16] if key else "",
    )


def _values(entry: Entry) -> dict[str, Any]:
    """The row's fields, each in the form in which PostgreSQL will give it back."""
    apart = ("actor", "screen")
    values = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name not in apart}
    values |= {f.name: getattr(entry.actor, f.name) for f in fields(entry.actor)}
    values |= {"action": entry.action.value, "id": uuid.uuid4(), "at": timezone.now()}
    keep = ("id", "at", "operation_id")
    plain = {name: v if name in keep else _plain(v) for name, v in values.items()}
    for name, length in LENGTHS.items():
        plain[name] = plain[name][:length]
    plain["screen_hash"] = hashlib.sha256(entry.screen).digest() if entry.screen else None
    return plain


def _plain(value: object) -> Any:
    """The value as JSON that survives PostgreSQL unchanged; what JSON lacks becomes text.

    Text loses NUL and lone surrogates, which PostgreSQL refuses; fractions are kept to six places
    because jsonb stores numbers in decimal; mappings have text keys; sequences become lists.
    """
    match value:
        case None | bool() | int():
            plain: Any = value
        case float():
            plain = _number(value)
        case Mapping():
            plain = {_text(str(key)): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            plain = [_plain(item) for item in value]
        case bytes() | memoryview():
            plain = bytes(value).hex()
        case datetime():
            plain = value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            plain = _text(str(value))
    return plain


def _number(value: float) -> float | int | str:
    if not math.isfinite(value):
        return str(value)
    return int(value) if abs(value) >= 1e15 else round(value, 6) + 0.0  # no minus zero


def _text(value: str) -> str:
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _address(text: str) -> str | None:
    """An IP address in PostgreSQL's own notation; None for a Unix socket or anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
