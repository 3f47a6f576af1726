"""Search for people: one request to the index, the access rule again in SQL, then judgement.

Only candidates that SQL lets through are judged: a person whom the index still shows by mistake
changes neither the total nor the strength of others.
"""

import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils import timezone

from people import facets, fallback, parameters, patterns, rule
from people.criteria import CriteriaError, PersonCriteria
from people.index import SPEC
from people.narrowing import NONE, Narrowing, exactly, in_order, is_born_so, narrowed
from people.query import name_words, request
from people.ranking import Match, Strength, judge
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.client import SearchUnavailable
from wmp_search.search.sync import live_build

__all__ = [
    "SPEC", "CriteriaError", "Found", "Match", "PersonCriteria", "Strength", "search",
]  # fmt: skip

LIMIT = 100
TELLING = (Strength.STRONG, Strength.POSSIBLE)  # a weak match is no reason to speak of anybody
Hit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of one page in rank order; `total` counts those of all pages (at most 120).

    `noticed`: people who match and are hidden, of whom the owner lets one say whom to contact.
    `standing`: version and tiers of everybody found, as `rule.visible_among` gives them.
    `took_ms` by stage: "index", "access", "comparison". `index_build` names the index that
    answered, `ranking` the version of the parameters that judged.
    """

    matches: tuple[Match, ...]
    total: int
    took_ms: dict[str, float] = field(default_factory=dict)
    index_build: str = ""
    ranking: str = ""
    noticed: tuple[int, ...] = ()
    groups: tuple[facets.Group, ...] = ()
    standing: Mapping[int, rule.Standing] = field(default_factory=dict)

    @property
    def degraded(self) -> bool:
        """Whether PostgreSQL answered for the index: see people.fallback."""
        return self.index_build == fallback.BUILD


def search(  # noqa: PLR0913  what is asked, for whom, which part of it
    criteria: PersonCriteria,
    scope: Scope,
    *,
    limit: int = 20,
    offset: int = 0,
    narrowing: Narrowing = NONE,
    fall_back: bool = False,
    beside: Sequence[client.Aside] = (),
) -> Found:
    """Find people. One OpenSearch request with the access rule inside, and the rule in SQL.

    Nobody is `noticed` while filters are on: a filter would tell something of whom it hides.
    `beside`: searches of something else, made in the same request.
    `fall_back`: while OpenSearch is away, PostgreSQL answers what it can (`Found.degraded`); only
    for somebody who is told so.
    Raises CriteriaError (words for the officer), SearchUnavailable, SearchError.
    """
    if not 0 < limit <= LIMIT or offset < 0:
        raise CriteriaError(f"Ask for 1 to {LIMIT} results")
    today = timezone.localdate()
    times = [time.perf_counter()]
    body = request(_plain(criteria), scope, today)
    body = narrowed(body, criteria, narrowing, today)
    brought = _candidates(criteria, scope, body, fall_back=fall_back, beside=beside)
    times.append(time.perf_counter())
    candidates = [hit["_source"]["person_id"] for hit in brought.hits]
    standing, telling = rule.told_apart(scope, candidates)
    findable, noticed = _among(brought.hits, standing), _among(brought.hits, telling)
    times.append(time.perf_counter())
    chosen = [h for h in findable if facets.leaves(h, narrowing.filters, scope, today)]
    chosen = [h for h in chosen if is_born_so(h, criteria, narrowing)]
    matches = exactly(_judged(criteria, chosen, today), criteria, narrowing)
    matches = in_order(matches, [h for h in chosen if facets.is_shown(h, scope)], narrowing.sort)
    others = () if narrowing.filters else _judged(criteria, noticed, today)
    alike = [m.person_id for m in others if m.strength in TELLING]
    matched = _among(chosen, {match.person_id for match in matches})
    groups = facets.count(matched, narrowing.filters, scope, today)
    times.append(time.perf_counter())
    stages = ("index", "access", "comparison")
    took = {s: (times[i + 1] - times[i]) * 1000 for i, s in enumerate(stages)}
    build = brought.build or live_build(SPEC)
    page = tuple(matches[offset : offset + limit])
    version = parameters.version()
    told = tuple(sorted(alike))
    return Found(page, len(matches), took, build, version, told, groups, standing)


def _plain(criteria: PersonCriteria) -> PersonCriteria:
    typed = patterns.read(criteria.name)
    return criteria if typed.is_plain else replace(criteria, name=typed.plain)


def _judged(criteria: PersonCriteria, hits: Sequence[Hit], today: date) -> list[Match]:
    typed = patterns.read(criteria.name)
    if typed.is_plain:
        return judge(criteria, name_words(criteria.name), hits, today)
    return patterns.judged(criteria, typed, hits, today)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What the index brought, and its name ("" where it brought nobody)."""

    hits: list[Hit]
    build: str


def _candidates(
    criteria: PersonCriteria,
    scope: Scope,
    body: dict[str, Any],
    *,
    fall_back: bool,
    beside: Sequence[client.Aside],
) -> _Candidates:
    """The index's candidates, or PostgreSQL's while it is away. Raises as `search`."""
    try:
        hits = client.search(SPEC.alias, body, beside=beside)["hits"]["hits"]
    except SearchUnavailable:
        if not fall_back or not fallback.can_answer(criteria):
            raise
        return _Candidates(fallback.hits(criteria, scope), fallback.BUILD)
    return _Candidates(hits, hits[0]["_index"] if hits else "")


def _among(hits: Sequence[Hit], ids: Container[int]) -> list[Hit]:
    return [hit for hit in hits if hit["_source"]["person_id"] in ids]
