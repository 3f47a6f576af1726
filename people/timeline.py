"""Involvements, newest first, in the groups the law keeps apart (DPA 2018 s.38(3), C1)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from people.models import InvolvementRole
from people.profile import RecordedEvent
from people.summary import HARMED_ROLES

_SUSPECTED = ("suspect", "arrested", "charged", "convicted", "on_licence")
_LABELS = {role.value: role.label for role in InvolvementRole}
SUSPECTED = frozenset(_LABELS[role] for role in _SUSPECTED)
HARMED = frozenset(_LABELS[role] for role in HARMED_ROLES)


@dataclass(frozen=True, slots=True)
class Group:
    """`events`: those shown of all `total`; `roles`: how often each, most often first."""

    title: str
    events: tuple[RecordedEvent, ...]
    total: int
    roles: tuple[tuple[str, int], ...]


def groups(events: Sequence[RecordedEvent], most: int | None = None) -> tuple[Group, ...]:
    """The groups that hold something; each keeps the order of `events`, cut at `most` in all."""
    shown = set(map(id, events[:most]))
    kinds = {
        "Suspected, arrested, charged or convicted": SUSPECTED,
        "Harmed, missing, witness or reporting": HARMED,
    }
    named = frozenset().union(*kinds.values())
    found = [(title, [e for e in events if e.role in roles]) for title, roles in kinds.items()]
    found.append(("Otherwise recorded", [e for e in events if e.role not in named]))
    return tuple(
        Group(
            title,
            tuple(e for e in held if id(e) in shown),
            len(held),
            tuple(Counter(e.role for e in held).most_common()),
        )
        for title, held in found
        if held
    )
