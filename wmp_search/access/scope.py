"""The scope of a request: a frozen value that every selector and index query takes.

One access rule with two projections: `people.search.index_filter(scope)` for OpenSearch and
`people.selectors.visible(scope)` for SQL stand side by side in people; a test proves them equal.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from wmp_search.access import purposes
from wmp_search.access.models import Officer, RoleAssignment
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose


class Tier(IntEnum):
    """Who may see a piece of evidence: everybody who may see people, or restricted readers."""

    OPEN = 0
    RESTRICTED = 1


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, with which permissions and what for. Without permissions nothing is visible.

    `permissions` are what the purpose leaves of `held`, the permissions of the roles.
    """

    officer_id: int
    unit_id: int | None
    roles: tuple[str, ...]
    group_ids: tuple[int, ...]
    permissions: frozenset[str]
    purpose: Purpose | None = None
    held: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        return permission.value in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise PermissionDenied unless the scope holds the permission."""
        if not self.may(permission):
            raise PermissionDenied(permission.value)

    @property
    def max_tier(self) -> int:
        """The highest tier of evidence this scope may see; -1: none at all."""
        if not (self.may(Permission.PERSON_VIEW) or self.may(Permission.PERSON_SEARCH)):
            return -1
        restricted = self.may(Permission.PERSON_VIEW_RESTRICTED)
        return Tier.RESTRICTED if restricted else Tier.OPEN


NOBODY = Scope(officer_id=0, unit_id=None, roles=(), group_ids=(), permissions=frozenset())


def scope_of(officer: Officer, purpose: Purpose | None = None) -> Scope:
    """The officer's scope now: only live assignments of an active officer count. One query.

    The purpose narrows it (policing.md B8).
    """
    today = timezone.localdate()
    live = (
        RoleAssignment.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            officer_id=officer.pk,
            officer__is_active=True,
            starts_on__lte=today,
            revoked_at__isnull=True,
        )
        .values_list("role__slug", "role_id", "role__permissions")
        .order_by("role__slug")
    )
    rows = list(live)
    held = frozenset(p for _, _, permissions in rows for p in permissions)
    return Scope(
        officer_id=officer.pk,
        unit_id=officer.unit_id,
        roles=tuple(slug for slug, _, _ in rows),
        group_ids=tuple(group for _, group, _ in rows),
        permissions=purposes.narrow(held, purpose.code if purpose else ""),
        purpose=purpose,
        held=held,
    )
