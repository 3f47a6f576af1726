"""One count and its answer; each source of data sets has a module that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wmp_search.datasets import Kind
from wmp_search.reports.periods import Days
from wmp_search.reports.spec import ReportSpec

Key = tuple[str, ...]
REST = "\x00rest"  # the group of all values beyond the declared number of groups


@dataclass(frozen=True, slots=True)
class Ask:
    """What to count of which days; one report may ask for two."""

    spec: ReportSpec
    days: Days


@dataclass(frozen=True, slots=True)
class Counted:
    """`cells`: by the values of each dimension; months and days as ISO. `undated`: what the
    filters let through and has no day, which no cell holds. `notes`: what else is not in it;
    `newest`: the last day of any record of the data set that the scope sees, where it is asked.
    """

    cells: Mapping[Key, float]
    total: float
    undated: int
    notes: tuple[str, ...] = ()
    newest: date | None = None


def filled(ask: Ask, cells: Mapping[Key, float]) -> dict[Key, float]:
    """The cells with a zero for each month or day without any."""
    times = [at for at, one in enumerate(ask.spec.split) if one.is_time]
    if not times:
        return dict(cells)
    place = times[0]
    kind = ask.spec.split[place].kind
    span = ask.days.months() if kind is Kind.MONTH else ask.days.days()
    others = {key[:place] + key[place + 1 :] for key in cells}
    if len(ask.spec.by) == 1:
        others = {()}
    empty = {
        (*other[:place], day.isoformat(), *other[place:]): 0 for other in others for day in span
    }
    return {**empty, **cells}


def days_of_cell(spec: ReportSpec, key: Key, days: Days) -> Days:
    """The part of the days that a cell counts."""
    for one, value in zip(spec.split, key, strict=True):
        if one.is_time:
            first = date.fromisoformat(value)
            length = Days(first, first).with_before(-1) if one.kind is Kind.MONTH else None
            until = length.first if length else date.fromordinal(first.toordinal() + 1)
            return Days(max(first, days.first), min(until, days.until))
    return days


def fits(spec: ReportSpec, key: Key) -> bool:
    """Whether the key names a cell of the spec, or with () the total."""
    if not key:
        return True
    if len(key) != len(spec.by):
        return False
    try:
        for one, value in zip(spec.split, key, strict=True):
            if one.is_time:
                date.fromisoformat(value)
    except ValueError:
        return False
    return REST not in key
