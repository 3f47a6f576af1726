"""Crimes at the same place and of a similar method, from the index within the access rule.

Words weigh by how rare they are among the crimes of the same offence group that the scope may
open: what is hidden changes neither which crimes are found nor their order.
"""

import re
from dataclasses import dataclass
from math import log
from typing import Any

from crime import method, place
from crime.document import bare
from crime.models import Crime
from crime.place import Place
from crime.protected import is_sexual
from crime.search import SPEC, index_filter
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.client import Aside
from wmp_search.search.query import Clause, any_of, constant, term

METRES = 50
MOST_WORDS, FEWEST_SHARED = 30, 2
LEAST = 0.4  # of the weight of this crime's words that others have: less is no similar method
NEWEST = {"day": {"order": "desc", "missing": "_last"}}
NO_PLACE = "No place is recorded that could be compared."
MOVED = "This system tells only a point nearby: the same point is not the same place."
NO_OTHER_PLACE = "No other crime you may see is recorded there."
NO_METHOD = "How it was done is not recorded."
NOT_COMPARED = "How sexual offences were done is not compared: the words may tell who was harmed."
NO_GROUP = "No offence group is recorded."
NOT_ALIKE = "No crime of this offence group that you may see was done in such words."


@dataclass(frozen=True, slots=True)
class Near:
    """Ids of crimes with the reasons, best first; why there are none."""

    places: dict[int, list[str]]
    methods: dict[int, list[str]]
    no_places: str
    no_methods: str


def near(crime: Crime, scope: Scope, *, most: int) -> Near:
    """Two requests at most. Raises SearchUnavailable, SearchError."""
    at, why_not = _there(crime, scope)
    words, not_alike = _words(crime)
    by_place, counts = _asked(crime, at, words, scope, most)
    methods = _alike(crime, counts, scope, most) if counts else {}
    return Near(by_place, methods, why_not, not_alike)


def _there(crime: Crime, scope: Scope) -> tuple[Clause | None, str]:
    """Which crimes are at the same place, and the words where there are none."""
    if crime.system in place.snapped():
        return None, MOVED
    clauses = []
    if at := place.of_row(_row(crime)):
        if scope.may(Permission.CRIME_EXACT_PLACE):
            clauses.append({"geo_distance": {"distance": f"{METRES}m", "place": at.point}})
        else:
            clauses.append(term("h3_9", place.fields(at)["h3_9"]))
    if len(bare(crime.postcode)) > 4:
        clauses.append(term("postcode_key", bare(crime.postcode)))
    return (any_of(clauses), NO_OTHER_PLACE) if clauses else (None, NO_PLACE)


def _words(crime: Crime) -> tuple[list[str], str]:
    if not crime.mo:
        return [], NO_METHOD
    if is_sexual(crime.offence_code, crime.offence):
        return [], NOT_COMPARED
    if not crime.category:
        return [], NO_GROUP
    found = dict.fromkeys(re.findall(r"[^\W\d_]{3,}", crime.mo.lower()))
    return list(found)[:MOST_WORDS], NOT_ALIKE


def _asked(
    crime: Crime, there: Clause | None, words: list[str], scope: Scope, most: int
) -> tuple[dict[int, list[str]], dict[str, float]]:
    """What is at the place, and the weight of each word: both in one request."""
    asked = []
    if there is not None:
        asked.append(Aside(SPEC.alias, _at(crime, there, scope, most)))
    if words:
        asked.append(Aside(SPEC.alias, _counting(crime, words, scope)))
    if not asked:
        return {}, {}
    first, *beside = asked
    first.answer = client.search(first.index, first.body, beside=beside)
    places: dict[int, list[str]] = {}
    if there is not None:
        exact = scope.may(Permission.CRIME_EXACT_PLACE)
        how = f"within {METRES} m" if exact else "in the same hexagon of about 350 m"
        reason = f"At the same postcode or {how}"
        hits = first.answer["hits"]["hits"]
        places = {hit["_source"]["crime_id"]: [reason] for hit in hits}
    counts = asked[-1].answer
    if counts is None:
        raise client.SearchUnavailable("The words could not be counted")
    return places, _weights(counts) if words else {}


def _at(crime: Crime, there: Clause, scope: Scope, most: int) -> dict[str, Any]:
    kept = {"filter": [index_filter(scope), there], "must_not": _others(crime)}
    return {"size": most, "track_total_hits": False, "query": {"bool": kept}, "sort": [NEWEST]}


def _others(crime: Crime) -> list[Clause]:
    """Not the crime itself, nor those whose place was moved."""
    moved = {"terms": {"system": sorted(place.snapped())}}
    return [_itself(crime), moved]


def _itself(crime: Crime) -> Clause:
    return {"ids": {"values": [str(crime.pk)]}}


def _group(crime: Crime, scope: Scope) -> list[Clause]:
    return [index_filter(scope), term("category", crime.category)]


def _counting(crime: Crime, words: list[str], scope: Scope) -> dict[str, Any]:
    held = {word: {"match": {method.OPEN: word}} for word in words}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": _group(crime, scope), "must_not": [_itself(crime)]}},
        "aggs": {"words": {"filters": {"filters": held}}},
    }


def _weights(answer: dict[str, Any]) -> dict[str, float]:
    """How telling each word is that another crime has; two forms of a word count twice."""
    total = answer["hits"]["total"]["value"]
    counted = answer["aggregations"]["words"]["buckets"].items()
    numbers = {word: bucket["doc_count"] for word, bucket in counted}
    return {word: log(1 + total / n) for word, n in numbers.items() if n}


def _alike(
    crime: Crime, weights: dict[str, float], scope: Scope, most: int
) -> dict[int, list[str]]:
    clauses = [
        constant({"match": {method.OPEN: word}}, weight, name=word)
        for word, weight in weights.items()
    ]
    alike = {
        "filter": _group(crime, scope),
        "must_not": [_itself(crime)],
        "should": clauses,
        "minimum_should_match": min(FEWEST_SHARED, len(clauses)),
    }
    body = {
        "size": most,
        "track_total_hits": False,
        "min_score": LEAST * sum(weights.values()),
        "query": {"bool": alike},
        "sort": ["_score", *_nearest(place.of_row(_row(crime)), scope), NEWEST],
    }
    hits = client.search(SPEC.alias, body)["hits"]["hits"]
    return {hit["_source"]["crime_id"]: [_shared(hit["matched_queries"], weights)] for hit in hits}


def _nearest(at: Place | None, scope: Scope) -> list[dict[str, Any]]:
    shown = place.shown(at, scope)
    if shown is None:
        return []
    return [{"_geo_distance": {place.field_of(scope): shown.point, "order": "asc"}}]


def _shared(matched: list[str], weights: dict[str, float]) -> str:
    """The words in common, the most telling first."""
    words = sorted(set(matched), key=lambda word: (-weights[word], word))
    return f"In common {len(words)} of {len(weights)} words: {', '.join(words)}"


def _row(crime: Crime) -> dict[str, Any]:
    return {n: getattr(crime, n) for n in ("latitude", "longitude", "easting", "northing")}
