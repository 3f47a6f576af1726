"""How little may be searched for (policing.md B9, DPA 2018 s.57(5)).

Narrow: a whole identifier, a full name, or a name with a date of birth, an age or a place. Wide:
one name alone ("Razor"), a part of a number, a date, a street or a postcode alone; allowed, marked
in the audit trail and limited in number. Too little: less than that, unless the role may; then it
has a limit of its own. So has a wildcard.
"""

import re

from django.conf import settings

from people import identifiers, patterns
from people.criteria import CriteriaError, PersonCriteria
from wmp_search.access import limits
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

_WILDCARDS = re.compile(r"[*%]")
MIN_IDENTIFIER = 4


class TooManyError(Exception):
    """The hour's wide searches are used up; the text says what to do."""


def check(criteria: PersonCriteria, scope: Scope) -> bool:
    """Whether the search is a wide one. Raises CriteriaError for too little."""
    if "%" in criteria.name or _WILDCARDS.search(criteria.identifier):
        raise CriteriaError("Leave out * and %. Other spellings and nicknames are found anyway")
    if has_wildcard(criteria):
        if not scope.may(Permission.PERSON_SEARCH_WIDE):
            raise CriteriaError("Leave out *. Other spellings and nicknames are found anyway")
        patterns.read(criteria.name)
    if is_scant(criteria) and not scope.may(Permission.PERSON_SEARCH_WIDE):
        raise CriteriaError("Enter at least two letters of a name, or the whole number")
    return has_wildcard(criteria) or not is_narrow(criteria)


def has_wildcard(criteria: PersonCriteria) -> bool:
    """Whether a word of the name has a wildcard; it has the limit of too little."""
    return "*" in criteria.name


def count(criteria: PersonCriteria, scope: Scope) -> None:
    """Count a wide search of this officer. Raises TooManyError beyond the hour's limit."""
    kind, most = ("wide", settings.WIDE_SEARCHES_PER_HOUR)
    if is_scant(criteria) or has_wildcard(criteria):
        kind, most = ("scant", settings.SCANT_SEARCHES_PER_HOUR)
    if not limits.use(scope.officer_id, kind, most=most):
        raise TooManyError(
            f"You have made {most} searches for very little in this hour. Add a date of birth, an "
            "age, a place or a second name"
        )


def is_narrow(criteria: PersonCriteria) -> bool:
    """Whether it points at few people: see the module."""
    if is_scant(criteria):
        return False
    words = [w for w in re.split(r"[\s,]+", criteria.name) if _letters(w) > 1]
    with_name = criteria.born_on or criteria.age is not None or criteria.postcode
    whole = not all(map(identifiers.pieces, criteria.identifiers))
    return whole or len(words) > 1 or bool(criteria.name and with_name)


def is_scant(criteria: PersonCriteria) -> bool:
    """Less than two letters of a name, or a number that could be anybody's, and nothing else."""
    place = criteria.postcode or criteria.street
    if criteria.born_on or criteria.age is not None or place:
        return False
    number = [c for c in criteria.identifier if c.isalnum()]
    has_number = len(number) >= MIN_IDENTIFIER and len(set(number)) > 1
    return not has_number and max(map(_letters, criteria.name.split()), default=0) < 2


def _letters(word: str) -> int:
    return sum(c.isalpha() for c in word)
