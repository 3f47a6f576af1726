"""Erase what was on the screen about people who were disposed of; events stay (policing.md A6).

An event keeps its ids and the hash of its screen, and its place under the seals; the content goes.
What is on hold stays. A signed statement lists what went, so that the verifier tells it from what
somebody removed. Only the owner of the tables can do this, on a connection of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.utils import timezone
from django.utils.html import escape

from audit.expiries import state_screens
from audit.retention import HELD

# about these kinds an event says by number whom it is about
KINDS = ("person", "record", "crime", "gang")
_OF_SUBJECTS = """
    SELECT DISTINCT e.screen_hash FROM audit_event e WHERE e.screen_hash IS NOT NULL
      AND e.subject_kind = %(kind)s AND e.subject_ids && %(ids)s::varchar[]
"""
# an auditor's page that showed such a screen again, a list of matches: by the whole name
_OF_NAMES = """
    SELECT DISTINCT e.screen_hash FROM audit_event e
    JOIN audit_screen s ON s.hash = e.screen_hash
    WHERE e.subject_kind <> ALL(%(kinds)s) AND EXISTS (
        SELECT FROM unnest(%(names)s::bytea[]) AS n WHERE position(n IN s.body) > 0)
"""
_HELD = f"""
    SELECT DISTINCT e.screen_hash FROM audit_event e
    WHERE e.screen_hash = ANY(%(hashes)s) AND {HELD}
"""
_DELETE = "DELETE FROM audit_screen WHERE hash = ANY(%s) RETURNING hash"


@dataclass(frozen=True, slots=True)
class Screens:
    """How many were erased, and how many a hold keeps."""

    erased: int
    held: int


def erase_screens(
    owner: psycopg.Connection, subjects: Mapping[str, Sequence[int]], names: Sequence[str]
) -> Screens:
    """Erase the screens of events about the subjects (kind → ids), and of others that show one of
    the `names`, given as they stood on pages. One transaction.
    """
    with owner.transaction():
        found = {h for kind, ids in subjects.items() for h in _about(owner, kind, ids)}
        whole = [name for name in names if " " in name]
        given = {"kinds": list(KINDS), "names": _as_shown(whole)}
        found |= {bytes(h) for (h,) in owner.execute(_OF_NAMES.encode(), given).fetchall()}
        held = {
            bytes(h) for (h,) in owner.execute(_HELD.encode(), {"hashes": list(found)}).fetchall()
        }
        with _deletable(owner):
            rows = owner.execute(_DELETE, [list(found - held)]).fetchall()
        gone = [bytes(h) for (h,) in rows]
        if gone:
            state_screens(owner, gone, timezone.now())
        return Screens(len(gone), len(held))


def _about(owner: psycopg.Connection, kind: str, ids: Sequence[int]) -> set[bytes]:
    given: dict[str, Any] = {"kind": kind, "ids": [str(pk) for pk in ids]}
    return {bytes(h) for (h,) in owner.execute(_OF_SUBJECTS.encode(), given).fetchall()}


def _as_shown(names: Sequence[str]) -> list[bytes]:
    """As text, and as HTML writes it."""
    return sorted({text.encode() for name in names for text in (name, str(escape(name)))})


@contextmanager
def _deletable(owner: psycopg.Connection) -> Iterator[None]:
    """The one trigger that refuses DELETE is off for the body; a failure undoes all of it."""
    owner.execute("ALTER TABLE audit_screen DISABLE TRIGGER audit_screen_append_only")
    yield
    owner.execute("ALTER TABLE audit_screen ENABLE TRIGGER audit_screen_append_only")
