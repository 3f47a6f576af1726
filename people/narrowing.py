"""What narrows a search beside its criteria: only as typed, filters, wildcards and phrases.

Everything here goes into the one request of the search and is decided on what came back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from people import facets, patterns
from people.criteria import PersonCriteria
from people.facets import Filters, Hit
from people.index import birth_keys, document_id
from people.names.fold import tokens
from people.ranking import Match
from wmp_search.access.scope import Tier
from wmp_search.search.query import Clause, term


class Sort(StrEnum):
    """The order of the people found."""

    RELEVANCE = "relevance"
    LAST_SEEN = "last_seen"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`exact`: names and date of birth just as typed, in one recorded name. `filters`: facets.

    `among`: ask about these people only; None: about all.
    """

    exact: bool = False
    filters: Filters = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    among: tuple[int, ...] | None = None


NONE = Narrowing()


def narrowed(
    body: Clause, criteria: PersonCriteria, narrowing: Narrowing, today: date
) -> dict[str, Any]:
    """The request with the narrowing inside, and with the fields that filters are decided by."""
    query = body["query"]["bool"]
    more = facets.clauses(narrowing.filters, today)
    more += patterns.clauses(patterns.read(criteria.name))
    if narrowing.exact:
        words = patterns.read(criteria.name).words
        more += [term("n_tok", word) for word in words if "*" not in word]
        more += [term("dob_key", criteria.born_on)] if _has_day(criteria) else []
    if narrowing.among is not None:
        ids = [document_id(pk, tier) for pk in narrowing.among for tier in Tier]
        more.append({"ids": {"values": ids}})
    kept = {**query, "filter": [*query["filter"], *more]}
    return {**body, "query": {"bool": kept}, "docvalue_fields": facets.READ}


def exactly(
    matches: Iterable[Match], criteria: PersonCriteria, narrowing: Narrowing
) -> list[Match]:
    """With `exact` only the matches with every typed word in the recorded name that matched."""
    if not narrowing.exact:
        return list(matches)
    words = {word for word in patterns.read(criteria.name).words if "*" not in word}
    return [match for match in matches if words <= set(tokens(match.matched_name))]


def is_born_so(hit: Hit, criteria: PersonCriteria, narrowing: Narrowing) -> bool:
    """With `exact` the date of birth asked for is among those recorded: PostgreSQL, which answers
    while the index is away, brings those with day and month exchanged, too.
    """
    if not narrowing.exact or not _has_day(criteria):
        return True
    births = ((date.fromisoformat(on), precision) for on, precision in hit["_source"]["births"])
    return any(criteria.born_on in birth_keys(*birth) for birth in births)


def in_order(matches: list[Match], hits: Iterable[Hit], sort: Sort) -> list[Match]:
    """The matches by relevance, or those last seen most recently first."""
    if sort is Sort.RELEVANCE:
        return matches
    seen = {hit["_source"]["person_id"]: facets.last_seen(hit) or date.min for hit in hits}
    return sorted(matches, key=lambda match: seen.get(match.person_id, date.min), reverse=True)


def _has_day(criteria: PersonCriteria) -> bool:
    return bool(criteria.born_on) and criteria.decade is None
