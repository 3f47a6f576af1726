"""The access rule once more: may this scope see everybody who was on an officer's screen?

One answer for the officer's own earlier searches, for supervisors and for reviewers: access is
decided now, not then, and whoever asks sees at least as much now as the officer saw then.
"""

from collections.abc import Iterable
from dataclasses import replace

from audit.actions import Action
from audit.replays import Look
from people import rule
from people.models import Link, Person
from wmp_search.access.models import Role
from wmp_search.access.scope import NOBODY, Scope, Tier

MERGES = 20  # of people into people that are followed; whom it does not reach stays hidden


def may_see(scope: Scope, look: Look) -> bool:
    """Whether no restriction hides any of them from the scope, and the officer then saw nothing of
    them that the scope does not.

    How far the officer saw is in the event (`reach`); where it is not, their roles tell, as if
    all that they could unmask had been unmasked. A search without it is not shown: its total and
    its notices count people who are on no list of the event.
    """
    tier = look.reach.get("tier", Tier.OPEN) if look.reach else Tier.OPEN
    if tier > scope.max_tier or (tier == Tier.PRACTICE) != scope.practises:
        return False  # for training any real screen, even one with nobody on it
    if look.action == Action.PERSON_SEARCHED and not look.reach:
        return False
    wanted = _people_of(look)
    if not wanted:
        return True
    tiers = dict(rule.visible(scope).filter(pk__in=wanted).values_list("pk", "tiers"))
    if tiers.keys() != wanted:
        return False
    if look.reach:
        return _numbers(look.ids).intersection(look.reach["unmasked"]) <= scope.unmasked
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
