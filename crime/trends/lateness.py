"""How late crimes are recorded, and so how much of a week is recorded by now.

People find a burglary on Monday and report a fraud after a month. A week that has just ended
always looks low: its usual range is made for the part that is known by now, and with little of it
known it is not judged yet.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from crime.trends.steps import following

LONGEST = 91  # days: what is reported later is late for every week alike
MOST_WEEKS = 4  # that wait to be judged
QUARTERS = 8
LEAST_SHARE = 0.9  # of a week, to be judged
FEWEST = 100  # crimes: of fewer it is not said how late they are


def aggregation() -> dict[str, Any]:
    """Days from a crime to its report, by quarter of the crime."""
    quarter = {"field": "known_day", "calendar_interval": "quarter", "format": "yyyy-MM-dd"}
    days = {"field": "days_late", "interval": 1, "min_doc_count": 1}
    return {
        "filter": {"range": {"days_late": {"lte": LONGEST}}},
        "aggs": {
            "quarters": {
                "date_histogram": {**quarter, "min_doc_count": 1},
                "aggs": {"days": {"histogram": days}},
            }
        },
    }


def shares(answer: Mapping[str, Any], weeks: Sequence[date], end: date) -> tuple[float, ...]:
    """Of each week (its Monday), which part of its crimes is recorded by the last day known.

    Learnt from the last two years of which everything is known by then. Nothing where too few
    crimes tell when they were reported.
    """
    counts = np.zeros(LONGEST + 1)
    for quarter in _mature(answer["quarters"]["buckets"], end)[-QUARTERS:]:
        for bucket in quarter["days"]["buckets"]:
            counts[int(bucket["key"])] += bucket["doc_count"]
    if counts.sum() < FEWEST:
        return ()
    known = np.append(counts.cumsum() / counts.sum(), 1.0)  # within so many days
    found = []
    for monday in weeks:
        ages = [(end - monday - timedelta(days=day)).days for day in range(7)]
        found.append(float(np.mean([known[min(max(age, 0), LONGEST + 1)] for age in ages])))
    return tuple(found)


def _mature(quarters: Sequence[Mapping[str, Any]], end: date) -> list[Mapping[str, Any]]:
    """Those that were over LONGEST days before the end."""
    over = end - timedelta(days=LONGEST)
    return [
        one
        for one in quarters
        if following(date.fromisoformat(one["key_as_string"]), 4)[3] <= over
    ]


def too_new(shares: Sequence[float]) -> int:
    """How many of the last weeks are too new to be judged."""
    number = 0
    while number < min(MOST_WEEKS, len(shares) - 1) and shares[-1 - number] < LEAST_SHARE:
        number += 1
    return number
