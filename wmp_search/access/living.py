"""The purpose that lives in a session, and what was found, opened and confirmed under it.

It lives `settings.PURPOSE_LIFETIME` from the moment it was given and only for its own reference:
another reference is another purpose, with nothing found or opened yet (policing.md B2). Ids only.
"""

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from wmp_search.access import purposes
from wmp_search.access.purposes import Purpose, Requester

PURPOSE = "purpose"
MOST_OFFERED = 1000  # subjects; the oldest are forgotten, and asked about again


def keep(session: SessionBase, purpose: Purpose) -> bool:
    """Remember why the officer looks. The same purpose given again starts its time anew.

    Returns whether that is news: another purpose than the one that lives.
    """
    before = of(session)
    kept = session.get(PURPOSE, {})
    same = _purpose(kept) == purpose
    requester = asdict(purpose.requester) if purpose.requester else None
    session[PURPOSE] = {
        "code": purpose.code,
        "reference": purpose.reference,
        "requester": requester,
        "given": int(time.time()),
        "offered": kept.get("offered", []) if same else [],
        "opened": kept.get("opened", []) if same else [],
        "confirmed": kept.get("confirmed", []) if same else [],
        "times": [],
        "pages": 0,
    }
    return before != purpose


def of(session: SessionBase) -> Purpose | None:
    """The purpose while it lives and stands in the force's list, else None."""
    kept = session.get(PURPOSE)
    if kept is None or time.time() - kept["given"] > settings.PURPOSE_LIFETIME.total_seconds():
        return None
    return _purpose(kept) if purposes.current(kept["code"]) else None


def drop(session: SessionBase) -> None:
    """Forget why the officer looked: what comes next has a purpose of its own."""
    session.pop(PURPOSE, None)


def state(session: SessionBase) -> dict[str, Any]:
    """offered, opened, confirmed: lists of "kind:id"; times: when subjects were opened of late;
    pages: how many since the purpose was given or confirmed.
    """
    found: dict[str, Any] = session.get(PURPOSE) or {}
    return found


def confirm(session: SessionBase, subject: str) -> None:
    """The officer has said again why they look at this subject."""
    _add(session, "confirmed", [subject])


def offer(session: SessionBase, subjects: Iterable[str]) -> None:
    """These were linked on a page under this purpose: opening them is following it."""
    _add(session, "offered", subjects)


def opened(session: SessionBase, subject: str) -> None:
    """The officer has opened this subject now."""
    _add(session, "opened", [subject])
    kept = session.get(PURPOSE)
    if kept is not None:
        kept["times"] = [*recent(kept), int(time.time())]
        kept["pages"] += 1
        session.modified = True


def recent(kept: dict[str, Any]) -> list[int]:
    """The times of `state` that lie within the window."""
    since = time.time() - settings.PURPOSE_BULK_WINDOW.total_seconds()
    return [moment for moment in kept["times"] if moment > since]


def _add(session: SessionBase, where: str, subjects: Iterable[str]) -> None:
    kept = session.get(PURPOSE)
    if kept is None:
        return
    new = [subject for subject in dict.fromkeys(subjects) if subject not in kept[where]]
    if new:
        kept[where] = [*kept[where], *new][-MOST_OFFERED:]
        session.modified = True


def _purpose(kept: dict[str, Any]) -> Purpose | None:
    if "code" not in kept:
        return None
    requester = Requester(**kept["requester"]) if kept.get("requester") else None
    return Purpose(code=kept["code"], reference=kept["reference"], requester=requester)
