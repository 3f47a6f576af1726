"""How many crimes there were in each month or week, by category, counted by the index.

Every count is of crimes that the scope may open: a total does not move when a crime is recorded
that it may not see. One request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from crime.search import SPEC, index_filter
from crime.trends import lateness
from crime.trends.steps import Step
from crime.where import Where
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client
from wmp_search.search.query import Clause, term

MOST_CATEGORIES = 50
# five years and the period that is judged; of weeks also those that are not judged yet
MOST = {Step.MONTH: 61, Step.WEEK: 5 * 52 + 1 + lateness.MOST_WEEKS}
DAYS = {Step.MONTH: "day", Step.WEEK: "known_day"}  # of the index
OTHER = "Category not recorded"
PATIENCE = "2s"  # weeks of a whole force, with how late they were, may take longer than a search


@dataclass(frozen=True, slots=True)
class Counted:
    """Crimes of consecutive whole periods. `by_category`: the commonest first. `undated`: crimes
    of the area without a day. `shares`: how much of each week is recorded by now, as it is late
    as ever; () where all is, or where nobody knows. `later`: so many of the last weeks are too
    new to be judged.
    """

    step: Step
    periods: tuple[date, ...]
    by_category: Mapping[str, tuple[int, ...]]
    undated: int
    shares: tuple[float, ...] = ()
    later: int = 0

    @property
    def total(self) -> tuple[int, ...]:
        return tuple(sum(counts) for counts in zip(*self.by_category.values(), strict=True))

    def of(self, category: str) -> tuple[int, ...]:
        """The counts of a category, of all where it is ""."""
        if not category:
            return self.total
        return self.by_category.get(category, (0,) * len(self.periods))

    @property
    def judged(self) -> slice:
        """Of the periods, those up to the one that is judged."""
        return slice(0, len(self.periods) - self.later)


def monthly(there: Where, scope: Scope) -> Counted:
    """The months up to the last whole one of which any crime is known, of an area.

    Raises PermissionDenied, SearchUnavailable, SearchError.
    """
    return counted(Step.MONTH, there, scope)


def counted(step: Step, there: Where, scope: Scope) -> Counted:
    """Months as `monthly`. Weeks up to the last whole one before the newest crime; crimes of which
    only the month is known are in no week. Raises as `monthly`.
    """
    scope.require(Permission.CRIME_VIEW)
    answer = client.search(SPEC.alias, _request(step, there, scope))["aggregations"]
    here, newest = answer["here"], answer["newest"].get("value_as_string")
    undated = here["undated"]["doc_count"]
    last = min(date.fromisoformat(newest), _yesterday()) if newest else None
    end = _last_whole(step, last) if last else None
    found = {
        bucket["key"]: {
            date.fromisoformat(period["key_as_string"]): period["doc_count"]
            for period in bucket["periods"]["buckets"]
        }
        for bucket in here["categories"]["buckets"]
    }
    known = [one for counts in found.values() for one in counts if end and one <= end]
    if not known or last is None or end is None:
        return Counted(step, (), {}, undated)
    periods = _between(step, min(known), end)
    by_category = {
        name or OTHER: tuple(counts.get(one, 0) for one in periods)
        for name, counts in found.items()
    }
    kept = {name: counts for name, counts in by_category.items() if any(counts)}
    shares: tuple[float, ...] = ()
    if step is Step.WEEK:
        shares = lateness.shares(answer["late"], periods, last)
    return Counted(step, periods, kept, undated, shares, lateness.too_new(shares))


def behind(  # noqa: PLR0913  which number, for whom, which page
    step: Step, first: date, category: str, there: Where, scope: Scope, *, limit: int, offset: int
) -> tuple[list[int], int]:
    """The crimes behind one number of `counted`, the newest first: ids of a page, and how many
    there are in all, which is that number. `category`: "" for all.

    Raises as `monthly`.
    """
    scope.require(Permission.CRIME_VIEW)
    days = {"gte": first.isoformat(), "lt": step.after(first).isoformat()}
    filters: list[Clause] = [
        index_filter(scope),
        {"range": {DAYS[step]: days}},
        *there.clauses,
    ]
    if category:
        filters.append(term("category", "" if category == OTHER else category))
    body = {
        "from": offset,
        "size": limit,
        "track_total_hits": True,
        "query": {"bool": {"filter": filters}},
        "sort": [{"day": "desc"}, "_doc"],
    }
    hits = client.search(SPEC.alias, body)["hits"]
    return [hit["_source"]["crime_id"] for hit in hits["hits"]], hits["total"]["value"]


def _request(step: Step, there: Where, scope: Scope) -> dict[str, Any]:
    day = DAYS[step]
    interval = {"field": day, "calendar_interval": step.value, "format": "yyyy-MM-dd"}
    categories = {"field": "category", "size": MOST_CATEGORIES, "missing": ""}
    periods = {"periods": {"date_histogram": {**interval, "min_doc_count": 1}}}
    late = {"late": lateness.aggregation()} if step is Step.WEEK else {}
    return {
        "size": 0,
        "track_total_hits": False,
        "timeout": PATIENCE,
        "query": {"bool": {"filter": [index_filter(scope)]}},
        "aggs": {
            "newest": {"max": {"field": day, "format": "yyyy-MM-dd"}},
            **late,
            "here": {
                "filter": {"bool": {"filter": list(there.clauses)}},
                "aggs": {
                    "categories": {"terms": categories, "aggs": periods},
                    "undated": {"missing": {"field": day}},
                },
            },
        },
    }


def _last_whole(step: Step, last: date) -> date:
    """The last week that was over by the last day known; the month of that day, or the one before
    this month where that is earlier.
    """
    if step is Step.WEEK:
        return step.begin(last - timedelta(days=6))
    over = timezone.localdate().replace(day=1) - timedelta(days=1)
    return min(over, last).replace(day=1)


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def _between(step: Step, first: date, last: date) -> tuple[date, ...]:
    """A first week may have begun before the data: it is left out where there is another."""
    periods = step.following(first, step.within(first, last))
    if step is Step.WEEK and len(periods) > 1:
        periods = periods[1:]
    return tuple(periods[-MOST[step] :])
