"""Crimes by hour of the week for reports: each spread over the hours when it may have happened.

The rows are those of the page of hours (`crime.trends.rows`): what the scope may open, by when a
crime began.
"""

from typing import Any

from django.db.models import CharField, F, Func, QuerySet, Value

from crime import selectors
from crime.models import Crime
from crime.trends import hours, spans
from wmp_search.access.scope import Scope
from wmp_search.datasets import Spread


def visible(scope: Scope) -> QuerySet[Crime]:
    """Crimes that the scope may open, with the postcode district and the authority of each."""
    words = {"output_field": CharField()}
    district = Func(F("postcode"), Value(" "), Value(1), function="split_part", **words)
    # an LSOA is named after its authority: "Birmingham 060A"
    authority = Func(
        F("lsoa_name"), Value(" [^ ]*$"), Value(""), function="regexp_replace", **words
    )
    return selectors.visible(scope).alias(district_of=district, authority_of=authority)


def spread(crimes: QuerySet[Any]) -> Spread:
    """By weekday and hour of local time; more than `spans.MOST` are not spread."""
    found = spans.of_crimes(crimes)
    if found is None:
        words = (
            f"More than {spans.MOST:,} crimes are not spread over hours: take less time or area."
        )
        return Spread({}, crimes.count(), (words,))
    cells = {
        (str(day), f"{hour:02}"): round(float(found.week.weights[day, hour]), 6)
        for day in range(hours.DAYS)
        for hour in range(hours.HOURS)
    }
    notes = ["A crime between two times counts in part in each hour between them; local time."]
    if found.week.left_out:
        notes.append(
            f"{found.week.left_out:,} are left out: more than {hours.LONGEST} hours lie between "
            "their times, or they end before they begin."
        )
    if found.midnights:
        notes.append(
            f"{found.midnights:,} begin at exactly 00:00, which is often written where nobody "
            "knows the time: do not trust a peak there."
        )
    return Spread(cells, found.counted, tuple(notes))
