"""Separation of duties: permissions that one officer must never hold together.

`RULES` is the whole list. It holds for the permissions of one role and for the roles of one
officer together, wherever roles are made, changed, asked for or given. A rule sets two sides
against each other, so looking at roles two by two finds every clash.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission

_P = Permission


@dataclass(frozen=True, slots=True)
class Rule:
    """Nobody holds a permission of each side; `why` is a sentence for an administrator."""

    one: frozenset[Permission]
    other: frozenset[Permission]
    why: str

    def broken_by(self, permissions: frozenset[str]) -> bool:
        return bool(permissions & self.one) and bool(permissions & self.other)


READS_PEOPLE = frozenset(
    {
        *(_P.PERSON_SEARCH, _P.PERSON_VIEW, _P.PERSON_VIEW_RESTRICTED, _P.PERSON_VIEW_MASKED),
        *(_P.RECORD_VIEW_RAW, _P.CRIME_VIEW, _P.CRIME_EXACT_PLACE, _P.GANG_VIEW),
        *(_P.GANG_VIEW_HARMED, _P.GANG_KEEP, _P.GANG_AUTHORISE, _P.GANG_HISTORY, _P.GANG_BRIEF),
        *(_P.NETWORK_VIEW, _P.NETWORK_ANALYSE, _P.NETWORK_CURATE, _P.INTELLIGENCE_SEARCH),
        _P.SAFEGUARD,
        *(_P.RESTRICTION_MANAGE, _P.BREAK_GLASS_USE, _P.RETENTION_MANAGE),
        *(_P.EXTRACT_ASK, _P.EXTRACT_APPROVE),
        *(_P.PERSON_SEARCH_WIDE, _P.PURPOSE_SUBJECT_ACCESS),
        *(_P.MATERIAL_LIST, _P.MATERIAL_LIST_SENSITIVE),
        _P.SOURCE_MANAGE,  # reads the people of a sample
        *(_P.PERSON_SEARCH_BATCH, _P.PERSON_WATCH, _P.SEARCH_CERTIFY, _P.MATCH_REVIEW),
        _P.REPORT_RELEASE,
    }
)
WATCHES_OFFICERS = frozenset(
    {
        *(_P.AUDIT_VIEW_UNIT, _P.AUDIT_VIEW_ALL, _P.AUDIT_EXPORT, _P.AUDIT_HOLD),
        *(_P.REVIEW_UNIT, _P.MISUSE_VIEW, _P.ACCESS_REVIEW, _P.BREACH_MANAGE),
    }
)
RULES = (
    Rule(
        frozenset({_P.ROLE_MANAGE}),
        READS_PEOPLE,
        "Who manages roles cannot read people, crimes or gangs.",
    ),
    Rule(
        frozenset({_P.ROLE_MANAGE}),
        WATCHES_OFFICERS,
        "Who manages roles does not watch how they are used.",
    ),
)


def broken(permissions: Iterable[str]) -> list[str]:
    """The reasons why these permissions may not stand together; empty if they may."""
    together = frozenset(permissions)
    return [rule.why for rule in RULES if rule.broken_by(together)]


def clash(permissions: Iterable[str], others: Iterable[Role]) -> tuple[Role, str] | None:
    """The first of `others` that may not be held beside a role with `permissions`, and why."""
    own = frozenset(permissions)
    for other in others:
        if reasons := broken(own.union(other.permissions)):
            return other, reasons[0]
    return None
