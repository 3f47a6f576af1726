"""Who may see again what was on a screen: auditors all of it, supervisors what they may see now.

A replay must not be a way round the access rule: an analyst of the unit may have seen a restricted
person whom their supervisor may not see. Who may is decided by the apps that own the data, each of
which registers a guard; the trail needs to know none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit import screens
from audit.models import Event
from audit.screens import Replay
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Look:
    """What a guard needs of an event: under which roles what was shown.

    `reach`: how far the officer could see then ({"tier", "unmasked"}: the highest tier, and the
    people whose masked evidence was open); {} where the event does not say.
    """

    action: str
    roles: tuple[str, ...]
    kind: str
    ids: tuple[str, ...]
    shown: Sequence[Mapping[str, Any]]
    reach: Mapping[str, Any]


Guard = Callable[[Scope, Look], bool]
_guards: list[Guard] = []


def guard(may_see: Guard) -> None:
    """Register a function that says whether a scope may see all that it knows of on a screen."""
    _guards.append(may_see)


def look(event: Event) -> Look:
    """The event as guards take it."""
    ids, reach = tuple(event.subject_ids), event.detail.get("reach", {})
    return Look(event.action, tuple(event.roles), event.subject_kind, ids, event.shown, reach)


def replay(scope: Scope, event: Event) -> Replay | None:
    """What the event showed, withheld from who may not see it; None for an action that shows no
    data. Raises AuditUnavailable.
    """
    if event.screen_hash is None or scope.may(Permission.AUDIT_VIEW_ALL):
        return screens.replay(event)
    if not _guards or not all(may_see(scope, look(event)) for may_see in _guards):
        return Replay(withheld=True)
    return screens.replay(event)
