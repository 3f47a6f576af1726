"""How many crimes there were in each month, by category, counted by the index.

Every count is of crimes that the scope may open: a total does not move when a crime is recorded
that it may not see. One request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from crime.search import SPEC, area_key, index_filter
from crime.trends.verdicts import following
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import Clause, term

MOST_CATEGORIES = 50
MOST_MONTHS = 61  # five years and the month that is judged
OTHER = "Category not recorded"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Crimes of consecutive whole months, the last one complete. `by_category`: the commonest
    first. `undated`: crimes of the area without a day.
    """

    months: tuple[date, ...]
    by_category: Mapping[str, tuple[int, ...]]
    undated: int

    @property
    def total(self) -> tuple[int, ...]:
        return tuple(sum(counts) for counts in zip(*self.by_category.values(), strict=True))

    def of(self, category: str) -> tuple[int, ...]:
        """The counts of a category, of all where it is ""."""
        if not category:
            return self.total
        return self.by_category.get(category, (0,) * len(self.months))


def monthly(area: str, scope: Scope) -> Monthly:
    """The months up to the last whole one of which any crime is known, of an area ("" for all).

    Raises PermissionDenied, SearchUnavailable, SearchError.
    """
    scope.require(Permission.CRIME_VIEW)
    answer = client.search(SPEC.alias, _request(area, scope))["aggregations"]
    here, newest = answer["here"], answer["newest"].get("value_as_string")
    undated = here["undated"]["doc_count"]
    end = _last_whole(newest)
    found = {
        bucket["key"]: {
            date.fromisoformat(month["key_as_string"]): month["doc_count"]
            for month in bucket["months"]["buckets"]
        }
        for bucket in here["categories"]["buckets"]
    }
    days = [month for counts in found.values() for month in counts if end and month <= end]
    if not days or end is None:
        return Monthly((), {}, undated)
    months = _between(min(days), end)
    by_category = {
        name or OTHER: tuple(counts.get(month, 0) for month in months)
        for name, counts in found.items()
    }
    kept = {name: counts for name, counts in by_category.items() if any(counts)}
    return Monthly(tuple(months), kept, undated)


def behind(  # noqa: PLR0913  which number, for whom, which page
    month: date, category: str, area: str, scope: Scope, *, limit: int, offset: int
) -> tuple[list[int], int]:
    """The crimes behind one number of `monthly`, the newest first: ids of a page, and how many
    there are in all, which is that number. `category`: "" for all.

    Raises as `monthly`.
    """
    scope.require(Permission.CRIME_VIEW)
    until = following(month, 2)[1]
    filters: list[Clause] = [
        index_filter(scope),
        {"range": {"day": {"gte": month.isoformat(), "lt": until.isoformat()}}},
    ]
    if category:
        filters.append(term("category", "" if category == OTHER else category))
    if area:
        filters.append(term("area_key", area_key(area)))
    body = {
        "from": offset,
        "size": limit,
        "track_total_hits": True,
        "query": {"bool": {"filter": filters}},
        "sort": [{"day": "desc"}, "_doc"],
    }
    hits = client.search(SPEC.alias, body)["hits"]
    return [hit["_source"]["crime_id"] for hit in hits["hits"]], hits["total"]["value"]


def _request(area: str, scope: Scope) -> dict[str, Any]:
    month = {"field": "day", "calendar_interval": "month", "format": "yyyy-MM-dd"}
    categories = {"field": "category", "size": MOST_CATEGORIES, "missing": ""}
    where = term("area_key", area_key(area)) if area else {"match_all": {}}
    counted = {"months": {"date_histogram": {**month, "min_doc_count": 1}}}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [index_filter(scope)]}},
        "aggs": {
            "newest": {"max": {"field": "day", "format": "yyyy-MM-dd"}},
            "here": {
                "filter": where,
                "aggs": {
                    "categories": {"terms": categories, "aggs": counted},
                    "undated": {"missing": {"field": "day"}},
                },
            },
        },
    }


def _last_whole(newest: str | None) -> date | None:
    """The month of the newest crime, or the one before this month where that is earlier."""
    if newest is None:
        return None
    today = timezone.localdate()
    last = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    return min(last, date.fromisoformat(newest).replace(day=1))


def _between(first: date, last: date) -> Sequence[date]:
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    return following(first, number)[-MOST_MONTHS:]
