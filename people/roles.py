"""The roles of a record: its own column, and the roles it has in events that other apps know.

People may not import crime, so crime registers what it knows when Django starts (apps.py).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from people.models import InvolvementRole, NominalRecord
from wmp_search.access.scope import Scope

RESPONSIBLE = 10  # Children and Young Persons Act 1933 s.50: nobody younger can be guilty
YOUNG = "Child under 10, recorded as involved"
SUSPECTED = frozenset(
    {
        InvolvementRole.SUSPECT,
        InvolvementRole.ARRESTED,
        InvolvementRole.CHARGED,
        InvolvementRole.CONVICTED,
    }
)
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


def told(role: str, born: date | None, on: date | None) -> str:
    """The role in an officer's words. Of a child under ten on that day no word of suspicion is
    said (policing.md C7); the record as delivered stays as it is.
    """
    return YOUNG if role in SUSPECTED and is_too_young(born, on) else InvolvementRole(role).label


def is_too_young(born: date | None, on: date | None) -> bool:
    """Whether somebody born then was under the age of criminal responsibility on a day."""
    if born is None or on is None:
        return False
    birthday = (born.month, born.day) <= (on.month, on.day)
    return on.year - born.year - (0 if birthday else 1) < RESPONSIBLE


def words(roles: Collection[str], born: date | None = None, on: date | None = None) -> str:
    """The roles as `told`, in the order of the closed list (C1)."""
    said = (told(role, born, on) for role in InvolvementRole if role.value in roles)
    return ", ".join(dict.fromkeys(said))


def _together(own: str, in_events: set[str]) -> set[str]:
    if own == InvolvementRole.UNCLASSIFIED and in_events:
        return in_events
    return {own} | in_events
