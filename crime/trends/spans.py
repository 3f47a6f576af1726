"""Between what times crimes happened, from PostgreSQL, as a week of hours."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Aggregate, F, FloatField, Func, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from crime.models import Crime
from crime.trends.hours import HOURS, Week, aoristic

MOST = 100_000  # crimes of one picture
MONDAY = 4 * 24 * 60  # minutes from 1 January 1970, a Thursday, to the first Monday


@dataclass(frozen=True, slots=True)
class Hours:
    """The week of crimes whose time is known. `counted`: how many are in it; `midnights`: how many
    of them begin at exactly 00:00, which is often written where no time is known.
    """

    week: Week
    counted: int
    midnights: int


def of_crimes(crimes: QuerySet[Crime]) -> Hours | None:
    """The hours of crimes with a beginning, by local time; an end that is not known is the
    beginning. None where there are more than MOST. One query.
    """
    spans = crimes.order_by().values(
        begin=_minutes(F("occurred_from")), end=_minutes(F("occurred_to"))
    )
    # as one text: rows of two numbers each would take Python ten times as long
    numbers = spans[: MOST + 1].aggregate(text=_Together("begin", "end"))["text"] or ""
    found = np.array(numbers.split(), dtype=float).reshape(-1, 2)
    if len(found) > MOST:
        return None
    begin = found[:, 0] - MONDAY
    end = np.where(np.isnan(found[:, 1]), begin, found[:, 1] - MONDAY)
    week = aoristic(begin, end)
    midnights = int((begin % (HOURS * 60) == 0).sum())
    return Hours(week, len(found) - week.left_out, midnights)


class _Together(Aggregate):
    """Each row's two numbers, in one text; what is not known is nan."""

    template = "string_agg(concat_ws(' ', %(expressions)s), ' ')"
    output_field = TextField()

    def __init__(self, begin: str, end: str) -> None:
        unknown = Cast(Value("nan"), FloatField())
        super().__init__(F(begin), Coalesce(F(end), unknown))


def _minutes(moment: Combinable) -> Func:
    """Minutes of local wall clock since 1970."""
    return Func(
        moment,
        template="extract(epoch from %(expressions)s AT TIME ZONE 'Europe/London')::float8 / 60",
        output_field=FloatField(),
    )
