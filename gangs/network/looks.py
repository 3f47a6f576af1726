"""What an audit event says of a network, and who may see its screen again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audit.actions import Action
from audit.replays import Look
from crime import selectors as crime
from gangs import selectors as gangs
from gangs.network.models import Type
from gangs.network.reading import Thing
from people import selectors as people
from wmp_search.access import trail
from wmp_search.access.scope import Scope

Subject = tuple[str, Sequence[int], Mapping[str, Any]]  # kind, ids, what was asked
OURS = (Action.NETWORK_VIEWED, Action.PATH_ASKED)


def recorded(things: Iterable[Thing], links: int, scope: Scope, of: Subject) -> trail.Particulars:
    """The people, crimes and gangs on a screen by number, and how many links."""
    shown = list(things)
    by = {kind: sorted(thing.own for thing in shown if thing.type is kind) for kind in Type}
    found = by[Type.PERSON]
    row = {
        "people": found,
        "crimes": by[Type.CRIME],
        "gangs": by[Type.GANG],
        "others": [thing.code for thing in shown if thing.type > Type.GANG],
    }
    kind, ids, query = of
    return {
        "subject_kind": kind,
        "subject_ids": [str(pk) for pk in ids],
        "query": query,
        "shown": [row],
        "result_count": links,
        "detail": people.reach(found, scope),
    }


def may_see_again(scope: Scope, look: Look) -> bool:
    """Whether the scope may see every crime and gang of a network that was on a screen."""
    if look.action not in OURS:
        return True
    rows: list[dict[str, Any]] = [dict(row) for row in look.shown]
    crimes = {pk for row in rows for pk in row.get("crimes", ())}
    wanted = {pk for row in rows for pk in row.get("gangs", ())}
    return crime.among(crimes, scope) == len(crimes) and gangs.among(wanted, scope) == len(wanted)
