"""Counting in OpenSearch: all counts of a data set in one request, several data sets in one
request of several searches. The access rule is added here and nowhere else.

One shard holds the index, and every split asks for at least as many groups as there are: the
numbers are exact. What a record does not say is a group of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from wmp_search.access.scope import Scope
from wmp_search.datasets import NOT_RECORDED, Dataset, Dimension, Index, Kind
from wmp_search.reports.counting import REST, Ask, Counted, Key, days_of_cell
from wmp_search.reports.periods import Days
from wmp_search.search import client
from wmp_search.search.query import Clause, any_of

PATIENCE = "2s"  # all years of a whole force take longer than an officer's search may
HOURS, DAYS_OF_WEEK = 24, tuple("0123456")
_INTERVALS = {Kind.MONTH: "month", Kind.DAY: "day"}


def count(asks: Sequence[Ask], scope: Scope) -> list[Counted]:
    """The answer to each, in order. Raises SearchUnavailable, SearchError."""
    by_index: dict[str, list[Ask]] = {}
    for ask in asks:
        by_index.setdefault(ask.spec.dataset, []).append(ask)
    bodies = [(_source(group[0]), _body(group, scope)) for group in by_index.values()]
    (first, body), *others = bodies
    beside = [client.Aside(source.alias, other) for source, other in others]
    answers = [client.search(first.alias, body, beside=beside), *(a.answer for a in beside)]
    found: dict[Ask, Counted] = {}
    for group, answer in zip(by_index.values(), answers, strict=True):
        if answer is None:
            raise client.SearchUnavailable("A part of the counts did not succeed")
        newest = answer["aggregations"]["newest"].get("value_as_string")
        last = date.fromisoformat(newest) if newest else None
        for place, ask in enumerate(group):
            found[ask] = _read(ask, answer["aggregations"][str(place)], last)
    return [found[ask] for ask in asks]


def behind(ask: Ask, cell: Key, scope: Scope, *, limit: int, offset: int) -> tuple[list[int], int]:
    """The records behind a cell, () for the total, the newest first: ids of a page, and how many
    there are in all, which is the cell's number.
    """
    source, dataset = _source(ask), ask.spec.of
    filters = [source.access(scope), *_filters(ask), *_cell(ask, cell)]
    days = days_of_cell(ask.spec, cell, ask.days) if cell else ask.days
    body = {
        "from": offset,
        "size": limit,
        "track_total_hits": True,
        "query": {"bool": {"filter": [*filters, _within(dataset, days)]}},
        "sort": [{dataset.day: "desc"}, "_doc"],
    }
    hits = client.search(source.alias, body)["hits"]
    return [hit["_source"][source.id_field] for hit in hits["hits"]], hits["total"]["value"]


def values(dataset: Dataset, keys: Sequence[str], scope: Scope) -> dict[str, list[str]]:
    """The values that each dimension has among what the scope sees, the commonest first."""
    assert isinstance(dataset.source, Index)  # noqa: S101  the caller chose by it
    if not keys:
        return {}
    of = {key: dataset.dimension(key) for key in keys}
    aggs = {k: {"terms": {"field": d.field, "size": d.size}} for k, d in of.items()}
    query = {"bool": {"filter": [dataset.source.access(scope)]}}
    body = {"size": 0, "track_total_hits": False, "query": query, "aggs": aggs}
    answer = client.search(dataset.source.alias, {**body, "timeout": PATIENCE})
    found = answer["aggregations"]
    return {key: [b["key"] for b in found[key]["buckets"] if b["key"]] for key in keys}


def _source(ask: Ask) -> Index:
    source = ask.spec.of.source
    assert isinstance(source, Index)  # noqa: S101  the caller chose by it
    return source


def _body(asks: Sequence[Ask], scope: Scope) -> dict[str, Any]:
    source, day = _source(asks[0]), asks[0].spec.of.day
    whole = Days(min(a.days.first for a in asks), max(a.days.until for a in asks))
    undated: Clause = {"bool": {"must_not": [{"exists": {"field": day}}]}}
    near = any_of([_within(asks[0].spec.of, whole), undated])
    return {
        "size": 0,
        "track_total_hits": False,
        "timeout": PATIENCE,
        "query": {"bool": {"filter": [source.access(scope), near]}},
        "aggs": {
            "newest": {"max": {"field": day, "format": "yyyy-MM-dd"}},
            **{str(place): _counts(ask, day) for place, ask in enumerate(asks)},
        },
    }


def _counts(ask: Ask, day: str) -> dict[str, Any]:
    inside: dict[str, Any] = {"filter": _within(ask.spec.of, ask.days)}
    for one in reversed(ask.spec.split):
        split = _group(one)
        if "aggs" in inside:
            split["aggs"] = inside.pop("aggs")
        inside["aggs"] = {"by": split}
    return {
        "filter": {"bool": {"filter": _filters(ask)}},
        "aggs": {"inside": inside, "undated": {"missing": {"field": day}}},
    }


def _group(one: Dimension) -> dict[str, Any]:
    if one.is_time:
        interval = {"calendar_interval": _INTERVALS[one.kind], "format": "yyyy-MM-dd"}
        return {"date_histogram": {"field": one.field, **interval, "min_doc_count": 1}}
    if one.kind is Kind.WEEKDAY:
        hours = {"field": one.field, "interval": HOURS, "missing": -HOURS, "min_doc_count": 1}
        return {"histogram": hours}
    return {"terms": {"field": one.field, "size": one.size, "missing": NOT_RECORDED}}


def _filters(ask: Ask) -> list[Clause]:
    return [_is(ask.spec.of.dimension(key), values) for key, values in ask.spec.where]


def _cell(ask: Ask, cell: Key) -> list[Clause]:
    pairs = zip(ask.spec.split, cell, strict=True) if cell else ()
    return [_is(one, (value,)) for one, value in pairs if not one.is_time]


def _is(one: Dimension, values: Sequence[str]) -> Clause:
    if one.stored:
        values = one.stored(values)
    among: Clause = {"terms": {one.field: list(values)}}
    if one.kind is Kind.WEEKDAY:
        begins = [int(value) * HOURS for value in values if value in DAYS_OF_WEEK]
        among = any_of([{"range": {one.field: {"gte": b, "lt": b + HOURS}}} for b in begins])
    if NOT_RECORDED not in values:
        return among
    return any_of([among, {"bool": {"must_not": [{"exists": {"field": one.field}}]}}])


def _within(dataset: Dataset, days: Days) -> Clause:
    return {"range": {dataset.day: {"gte": days.first.isoformat(), "lt": days.until.isoformat()}}}


def _read(ask: Ask, answer: Mapping[str, Any], newest: date | None) -> Counted:
    inside = answer["inside"]
    cells = dict(_cells(inside, ask.spec.split))
    undated = answer["undated"]["doc_count"]
    return Counted(cells, inside["doc_count"], undated, newest=newest)


def _cells(answer: Mapping[str, Any], split: Sequence[Dimension]) -> Iterator[tuple[Key, float]]:
    if not split:
        return
    for bucket in answer["by"]["buckets"]:
        value = _value(split[0], bucket)
        if len(split) == 1:
            yield (value,), bucket["doc_count"]
        else:
            yield from (((value, *key), n) for key, n in _cells(bucket, split[1:]))
    if rest := answer["by"].get("sum_other_doc_count"):
        yield (REST,) * len(split), rest


def _value(one: Dimension, bucket: Mapping[str, Any]) -> str:
    if one.is_time:
        return date.fromisoformat(bucket["key_as_string"]).isoformat()
    if one.kind is Kind.WEEKDAY:
        return NOT_RECORDED if bucket["key"] < 0 else str(int(bucket["key"]) // HOURS)
    return str(bucket["key"])
