"""Scopes for tests of search: what somebody with certain permissions may see."""

from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


def scope(*permissions: Permission, group_ids: tuple[int, ...] = ()) -> Scope:
    """A scope with these permissions."""
    return Scope(
        officer_id=1,
        unit_id=None,
        roles=(),
        group_ids=group_ids,
        permissions=frozenset(p.value for p in permissions),
        covers_victims=True,
    )


NOTHING = scope()
OPEN = scope(Permission.PERSON_SEARCH, Permission.PERSON_VIEW)
EVERYTHING = scope(
    Permission.PERSON_SEARCH, Permission.PERSON_VIEW, Permission.PERSON_VIEW_RESTRICTED
)
