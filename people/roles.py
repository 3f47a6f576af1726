"""The roles of a record: its own column, and the roles it has in events that other apps know.

People may not import crime, so crime registers what it knows when Django starts (apps.py).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from people.models import InvolvementRole, NominalRecord
from wmp_search.access.scope import Scope

RolesOf = Callable[[Collection[int], Scope], Mapping[int, set[str]]]
_known: list[RolesOf] = []


def register(roles_of: RolesOf) -> None:
    """`roles_of(record ids, scope)`: the roles of those records in events the scope may see."""
    if roles_of not in _known:
        _known.append(roles_of)


def of_records(records: Iterable[NominalRecord], scope: Scope) -> dict[int, frozenset[str]]:
    """Roles by record id. One query for each app that knows events.

    A record that only names somebody ("unclassified") has the roles of its events instead.
    """
    own = {record.pk: record.role for record in records}
    in_events: dict[int, set[str]] = defaultdict(set)
    for roles_of in _known:
        for pk, roles in roles_of(own, scope).items():
            in_events[pk] |= roles
    return {pk: frozenset(_together(role, in_events[pk])) for pk, role in own.items()}


def words(roles: Collection[str]) -> str:
    """The roles in an officer's words, in the order of the closed list (C1)."""
    return ", ".join(role.label for role in InvolvementRole if role.value in roles)


def _together(own: str, in_events: set[str]) -> set[str]:
    if own == InvolvementRole.UNCLASSIFIED and in_events:
        return in_events
    return {own} | in_events
