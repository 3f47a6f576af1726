"""Counting in PostgreSQL: one statement for the groups, one for the whole."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDay, TruncMonth
from django.utils import timezone

from wmp_search.access.scope import Scope
from wmp_search.datasets import NOT_RECORDED, Dataset, Dimension, Kind, Table
from wmp_search.reports.counting import REST, Ask, Counted, Key
from wmp_search.reports.periods import Days

MOST_GROUPS = 60_000


def count(ask: Ask, scope: Scope) -> Counted:
    """The answer. Two statements, three where a split has more groups than declared."""
    dataset, measure = ask.spec.of, ask.spec.counted
    rows = _filtered(ask, _source(dataset).rows(scope))
    inside = rows.filter(within(dataset, ask.days))
    if _source(dataset).spread:
        return _spread(ask, rows, inside)
    of = measure.of or Count("pk")
    whole = inside.aggregate(whole=of)["whole"] or 0
    undated = rows.filter(**{f"{dataset.day}__isnull": True}).count()
    if not ask.spec.by:
        return Counted({}, whole, undated)
    groups = {f"by_{place}": _group(one) for place, one in enumerate(ask.spec.split)}
    found = inside.order_by().values(**groups).annotate(of=of).values_list(*groups, "of")
    cells: dict[Key, float] = {}
    for *values, number in found[:MOST_GROUPS]:
        key = tuple(_text(value) for value in values)
        cells[key] = cells.get(key, 0) + (number or 0)
    return Counted(_declared(ask, cells), whole, undated)


def _spread(ask: Ask, rows: QuerySet[Any], inside: QuerySet[Any]) -> Counted:
    """By weekday, hour or both: the weights of the others are summed."""
    dataset = ask.spec.of
    spread = _source(dataset).spread
    assert spread is not None  # noqa: S101  the caller chose by it
    found = spread(inside)
    undated = rows.filter(**{f"{dataset.day}__isnull": True}).count()
    places = [1 if one.kind is Kind.HOUR else 0 for one in ask.spec.split]
    cells: dict[Key, float] = {}
    for at, weight in found.cells.items() if places else ():
        key = tuple(at[place] for place in places)
        cells[key] = cells.get(key, 0) + weight
    return Counted(cells, found.counted, undated, found.notes)


def values(dataset: Dataset, keys: Sequence[str], scope: Scope) -> dict[str, list[str]]:
    """The values that each dimension has among what the scope sees, in order."""
    rows = _source(dataset).rows(scope).order_by()
    found = {}
    for key in keys:
        one = dataset.dimension(key)
        texts = {_text(v) for v in rows.values_list(one.field, flat=True).distinct()[: one.size]}
        found[key] = sorted(texts - {NOT_RECORDED})
    return found


def within(dataset: Dataset, days: Days) -> Q:
    """Rows of these days."""
    timed = _source(dataset).timed
    first, until = (_moment(d) if timed else d for d in (days.first, days.until))
    return Q(**{f"{dataset.day}__gte": first, f"{dataset.day}__lt": until})


def _source(dataset: Dataset) -> Table:
    assert isinstance(dataset.source, Table)  # noqa: S101  the caller chose by it
    return dataset.source


def _filtered(ask: Ask, rows: QuerySet[Any]) -> QuerySet[Any]:
    for key, wanted in ask.spec.where:
        field = ask.spec.of.dimension(key).field
        has = Q(**{f"{field}__in": wanted})
        if NOT_RECORDED in wanted:
            has |= Q(**{f"{field}__isnull": True})
        rows = rows.filter(has)
    return rows


def _group(one: Dimension) -> Any:
    trunc = {Kind.MONTH: TruncMonth, Kind.DAY: TruncDay}.get(one.kind)
    return trunc(one.field) if trunc else F(one.field)


def _declared(ask: Ask, cells: dict[Key, float]) -> dict[Key, float]:
    """No more groups of a dimension than declared: the smallest of the others are the rest."""
    for place, one in enumerate(ask.spec.split):
        sums: dict[str, float] = {}
        for key, number in cells.items():
            sums[key[place]] = sums.get(key[place], 0) + number
        if one.is_time or len(sums) <= one.size:
            continue
        kept = set(sorted(sums, key=lambda value: -sums[value])[: one.size])
        merged: dict[Key, float] = {}
        for key, number in cells.items():
            here = key if key[place] in kept else (*key[:place], REST, *key[place + 1 :])
            merged[here] = merged.get(here, 0) + number
        cells = merged
    return cells


def _text(value: Any) -> str:
    if value is None:
        return NOT_RECORDED
    if isinstance(value, datetime):
        return timezone.localtime(value).date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
