"""The access rule once more: may this scope see everybody who was on an officer's screen?"""

from collections.abc import Iterable
from dataclasses import replace

from audit.replays import Look
from people import rule
from people.models import Link, Person
from wmp_search.access.models import Role
from wmp_search.access.scope import NOBODY, Scope, Tier

MERGES = 20  # of people into people that are followed; whom it does not reach stays hidden


def may_see(scope: Scope, look: Look) -> bool:
    """Whether no restriction hides any of them from the scope, and the officer's roles then showed
    nothing of them that the scope's do not.
    """
    wanted = _people_of(look)
    if not wanted:
        return True
    tiers = dict(rule.visible(scope).filter(pk__in=wanted).values_list("pk", "tiers"))
    if tiers.keys() != wanted:
        return False
    top = _tier_of(look.roles)
    return not any(scope.shown_tier < tier <= top for held in tiers.values() for tier in held)


def _people_of(look: Look) -> set[int]:
    """The people of the screen by their ids of today."""
    ids = {int(pk) for row in look.shown for pk in row.get("people", ())}
    if look.kind == "person":
        ids |= _numbers(look.ids)
    if look.kind == "record":
        links = Link.objects.filter(record__in=_numbers(look.ids))
        ids |= set(links.values_list("person", flat=True))
    for _ in range(MERGES):
        merged = Person.objects.filter(pk__in=ids, merged_into__isnull=False)
        into = dict(merged.values_list("pk", "merged_into"))
        if not into:
            break
        ids = {into.get(pk) or pk for pk in ids}
    return ids


def _tier_of(roles: Iterable[str]) -> int:
    """The highest tier that these roles open, as they are today."""
    lists = Role.objects.filter(slug__in=list(roles)).values_list("permissions", flat=True)
    held = frozenset(permission for permissions in lists for permission in permissions)
    return max(replace(NOBODY, permissions=held).max_tier, Tier.OPEN)


def _numbers(ids: Iterable[str]) -> set[int]:
    return {int(pk) for pk in ids if pk.isdecimal()}
