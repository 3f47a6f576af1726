"""What a role opens under a purpose: systems, fields and kinds of people (policing.md B8).

Nothing here is a second rule. A cell asks the `Scope` that a request of such an officer would
have, made by `purposes.narrow`, the same questions that selectors and views ask, and
`purposes.covers_victims`. A test compares every cell with that scope and samples with real pages.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from ingest import registry
from ingest.spec import load_specs
from wmp_search.access import purposes
from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, Tier

SYSTEMS, FIELDS, PEOPLE = "Systems", "What is shown", "Who is found"
_P = Permission


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a scope may see or not; `opens` asks the scope as the enforcing code does."""

    kind: str
    title: str
    opens: Callable[[Scope], bool]


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """One purpose of the matrix; `cells` in the order of `effects()`."""

    code: str
    label: str
    may_give: bool
    cells: tuple[bool, ...]


def _holds(permission: Permission) -> Callable[[Scope], bool]:
    return lambda scope: scope.may(permission)


def _reaches(tier: int) -> Callable[[Scope], bool]:
    return lambda scope: tier in scope.tiers


def _sees_harmed(scope: Scope) -> bool:
    may = scope.may(_P.GANG_VIEW) and scope.may(_P.GANG_VIEW_HARMED)
    return may and _finds_victims(scope)


def _finds_victims(scope: Scope) -> bool:
    code = scope.purpose.code if scope.purpose else ""
    return Tier.OPEN in scope.tiers and purposes.covers_victims(code)


_SHOWN = (
    Effect(FIELDS, "A line in search results", _holds(_P.PERSON_SEARCH)),
    Effect(FIELDS, "A person's page", _holds(_P.PERSON_VIEW)),
    Effect(FIELDS, "Records of restricted systems", _reaches(Tier.RESTRICTED)),
    Effect(FIELDS, "Identity of masked victims", _holds(_P.PERSON_VIEW_MASKED)),
    Effect(FIELDS, "Records as delivered", _holds(_P.RECORD_VIEW_RAW)),
    Effect(FIELDS, "Crimes", _holds(_P.CRIME_VIEW)),
    Effect(FIELDS, "Gangs", _holds(_P.GANG_VIEW)),
    Effect(FIELDS, "Intelligence by its words", _holds(_P.INTELLIGENCE_SEARCH)),
    Effect(PEOPLE, "Suspects and other people of interest", _reaches(Tier.OPEN)),
    Effect(PEOPLE, "People only ever victim or witness", _finds_victims),
    Effect(PEOPLE, "Gang members as such", _holds(_P.GANG_VIEW)),
    Effect(PEOPLE, "People whom a gang exploits or puts at risk", _sees_harmed),
    Effect(PEOPLE, "People known to restricted systems only", _reaches(Tier.RESTRICTED)),
)


def effects() -> tuple[Effect, ...]:
    """Every column of the matrix: the systems by title, then fields, then kinds of people."""
    approved = registry.approved().values()
    return _effects(tuple((s.title, s.tier_number) for s in approved))


@cache
def _effects(approved: tuple[tuple[str, int], ...]) -> tuple[Effect, ...]:
    """`approved`: title and tier of what stands beside the files, which are read once."""
    files = load_specs(settings.SOURCES_DIRS).values()
    systems = sorted([*((s.title, s.tier_number) for s in files), *approved])
    return (*(Effect(SYSTEMS, title, _reaches(tier)) for title, tier in systems), *_SHOWN)


def scope_for(permissions: Collection[str], code: str) -> Scope:
    """The scope of an officer whose roles hold `permissions` and who gave the purpose `code`."""
    held = frozenset(permissions)
    return Scope(
        officer_id=0,
        unit_id=None,
        roles=(),
        group_ids=(),
        permissions=purposes.narrow(held, code),
        purpose=Purpose(code=code, reference=""),
        held=held,
    )


def matrix(role: Role) -> list[PurposeRow]:
    """What the role opens under each purpose that officers choose from the list."""
    return [_row(role, v.code, v.label) for v in purposes.everything() if v.listed]


def _row(role: Role, code: str, label: str) -> PurposeRow:
    may_give = purposes.may_give(code, role.permissions)
    scope = scope_for(role.permissions, code)
    cells = tuple(may_give and effect.opens(scope) for effect in effects())
    return PurposeRow(code, label, may_give, cells)
