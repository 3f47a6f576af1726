"""Search for people: one request to the index, then each candidate is judged, with reasons."""

import time
from dataclasses import dataclass, field

from django.utils import timezone

from people import parameters
from people.criteria import CriteriaError, PersonCriteria
from people.index import SPEC
from people.query import index_filter, name_words, request
from people.ranking import Match, Strength, judge
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.sync import live_build

__all__ = [
    "SPEC", "CriteriaError", "Found", "Match", "PersonCriteria", "Strength", "index_filter",
    "search",
]  # fmt: skip

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of one page in rank order; `total` counts those of all pages (at most 120).

    `took_ms` by stage: "index", "comparison". `index_build` names the index that answered,
    `ranking` the version of the parameters that judged.
    """

    matches: tuple[Match, ...]
    total: int
    took_ms: dict[str, float] = field(default_factory=dict)
    index_build: str = ""
    ranking: str = ""


def search(criteria: PersonCriteria, scope: Scope, *, limit: int = 20, offset: int = 0) -> Found:
    """Find people. One OpenSearch request with the access rule inside; no SQL.

    Raises CriteriaError (words for the officer), SearchUnavailable, SearchError.
    """
    if not 0 < limit <= LIMIT or offset < 0:
        raise CriteriaError(f"Ask for 1 to {LIMIT} results")
    today = timezone.localdate()
    started = time.perf_counter()
    answer = client.search(SPEC.alias, request(criteria, scope, today))
    answered = time.perf_counter()
    hits = answer["hits"]["hits"]
    matches = judge(criteria, name_words(criteria.name), hits, today)
    took = {
        "index": (answered - started) * 1000,
        "comparison": (time.perf_counter() - answered) * 1000,
    }
    build = hits[0]["_index"] if hits else live_build(SPEC)
    return Found(
        tuple(matches[offset : offset + limit]), len(matches), took, build, parameters.version()
    )
