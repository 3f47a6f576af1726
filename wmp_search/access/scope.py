"""The scope of a request: a frozen value that every selector and index query takes.

One access rule with two projections: `index_filter(scope)` for OpenSearch and `visible(scope)` for
SQL stand side by side in people/rule.py; a property test proves them equal.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from wmp_search import prepared
from wmp_search.access import purposes
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose


class Tier(IntEnum):
    """Who may see a piece of evidence, from everybody who may see people to very few.

    PRACTICE: made-up people to train with: all that the purpose of training reaches, and what no
    other purpose does, whatever the role. RESTRICTED: from restricted systems. MASKED: of victims
    of sexual offences (policing.md C8); those who may unmask find the person, and read the
    evidence once they have said why.
    """

    OPEN = 0
    RESTRICTED = 1
    MASKED = 2
    PRACTICE = 3


EVERYBODY = "*"  # the token of a record that nobody has restricted
BREAK_GLASS = "b"  # the token that opens every restricted person, for 15 minutes


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, with which permissions and what for. Without permissions nothing is visible.

    `permissions` are what the purpose leaves of `held`, the permissions of the roles.
    `break_glass`: until when every restricted person is open to this officer, None: they are not.
    `unmasked`: ids of the people whose masked evidence this officer has opened.
    `covers_victims`: whether the purpose finds people who were only ever harmed (policing.md C2).
    """

    officer_id: int
    unit_id: int | None
    roles: tuple[str, ...]
    group_ids: tuple[int, ...]
    permissions: frozenset[str]
    purpose: Purpose | None = None
    held: frozenset[str] = frozenset()
    break_glass: datetime | None = None
    unmasked: frozenset[int] = frozenset()
    covers_victims: bool = False

    def may(self, permission: Permission) -> bool:
        return permission.value in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise PermissionDenied unless the scope holds the permission."""
        if not self.may(permission):
            raise PermissionDenied(permission.value)

    @property
    def max_tier(self) -> int:
        """The highest tier of evidence by which this scope may find people; -1: none at all.

        Who may unmask but not see restricted systems finds by open evidence only.
        """
        if not (self.may(Permission.PERSON_VIEW) or self.may(Permission.PERSON_SEARCH)):
            return -1
        if self.practises:
            return Tier.PRACTICE
        if not self.may(Permission.PERSON_VIEW_RESTRICTED):
            return Tier.OPEN
        return Tier.MASKED if self.may(Permission.PERSON_VIEW_MASKED) else Tier.RESTRICTED

    @property
    def shown_tier(self) -> int:
        """The highest tier of evidence that is shown of a person who has not been unmasked."""
        return self.max_tier if self.practises else min(self.max_tier, Tier.RESTRICTED)

    @property
    def practises(self) -> bool:
        """Whether the purpose is training: made-up people only."""
        return self.purpose is not None and self.purpose.code == purposes.TRAINING

    @property
    def tiers(self) -> tuple[int, ...]:
        """The tiers of evidence by which this scope may find people."""
        first = int(Tier.PRACTICE) if self.practises else int(Tier.OPEN)
        return tuple(range(first, self.max_tier + 1))

    @property
    def event_tiers(self) -> tuple[int, ...]:
        """The tiers of crimes that it may see: open ones without a right to people, too."""
        return (int(Tier.PRACTICE),) if self.practises else self.tiers or (int(Tier.OPEN),)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What a restriction may have been granted to: the officer, their unit, their roles."""
        unit = () if self.unit_id is None else (f"u{self.unit_id}",)
        glass = (BREAK_GLASS,) if self.break_glass else ()
        groups = tuple(f"g{group}" for group in self.group_ids)
        return (EVERYBODY, f"o{self.officer_id}", *unit, *groups, *glass)


NOBODY = Scope(officer_id=0, unit_id=None, roles=(), group_ids=(), permissions=frozenset())


def scope_of(officer: Officer, purpose: Purpose | None = None) -> Scope:
    """The officer's scope now: only live assignments of an active officer count. One
    prepared statement.

    The purpose narrows it (policing.md B8).
    """
    asked = {"officer": officer.pk, "today": timezone.localdate(), "now": timezone.now()}
    rows = prepared.rows(_LIVE, asked)
    held = frozenset(p for row in rows for p in row[2])
    permissions = purposes.narrow(held, purpose.code if purpose else "")
    glass, unmasked = (rows[0][3], rows[0][4]) if rows else (None, ())
    broken = glass if Permission.BREAK_GLASS_USE.value in held else None
    may_unmask = Permission.PERSON_VIEW_MASKED.value in permissions
    covers_victims = purpose is not None and purposes.covers_victims(purpose.code)
    return Scope(
        officer_id=officer.pk,
        unit_id=officer.unit_id,
        roles=tuple(row[0] for row in rows),
        group_ids=tuple(row[1] for row in rows),
        permissions=permissions,
        purpose=purpose,
        held=held,
        break_glass=broken,
        unmasked=frozenset(unmasked) if may_unmask else frozenset(),
        covers_victims=covers_victims or broken is not None,
    )


# the live roles, and what the officer has opened for a quarter of an hour
_LIVE = """
    SELECT r.slug, r.group_id, r.permissions,
        (SELECT max(o.closes_at) FROM access_opening o
            WHERE o.officer_id = a.officer_id AND o.kind = 'break_glass'
                AND o.closes_at > %(now)s AND o.ended_at IS NULL),
        ARRAY(SELECT o.subject_id FROM access_opening o
            WHERE o.officer_id = a.officer_id AND o.kind = 'unmask'
                AND o.closes_at > %(now)s AND o.ended_at IS NULL)
    FROM access_roleassignment a
    JOIN access_role r ON r.group_id = a.role_id
    JOIN access_officer f ON f.id = a.officer_id
    WHERE a.officer_id = %(officer)s AND f.is_active AND a.revoked_at IS NULL
        AND a.starts_on <= %(today)s AND (a.ends_on IS NULL OR a.ends_on >= %(today)s)
    ORDER BY r.slug
"""
