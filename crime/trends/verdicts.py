"""What may be said of the last period of a series: a verdict in words, never a bare percentage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy import stats

from crime.trends.limits import BASELINE, LEAST, YEARS, Limits, drift, laney, seasonal

FEWEST = 20.0  # expected in a period: below it nothing short of a doubling could be told
SMALLEST_BASE = 50  # crimes: of fewer no percentage is said


class Verdict(StrEnum):
    """Of one period against what is usual."""

    USUAL = "no real change"
    HIGH = "unusually high"
    LOW = "unusually low"
    RISING = "rising slowly"
    FALLING = "falling slowly"
    TOO_FEW = "too few to tell"
    NO_BASELINE = "no baseline yet"

    @property
    def is_unusual(self) -> bool:
        return self not in (Verdict.USUAL, Verdict.TOO_FEW, Verdict.NO_BASELINE)


@dataclass(frozen=True, slots=True)
class Judged:
    """The last of a series of months. `low` and `high` (crimes, whole) are the usual range; None
    where there is no baseline. `by`: which comparison gave it, in words. `probability`: of a
    value so far from the expected one, or farther, while nothing changed (two-sided).
    """

    verdict: Verdict
    count: int
    low: int | None
    high: int | None
    by: str
    probability: float | None

    @property
    def range(self) -> str:
        """The usual range in words; "" without one."""
        return "" if self.low is None else f"{self.low:,} to {self.high:,}"


def of_months(first: date, counts: Sequence[int], begin: date | None = None) -> Judged:
    """Judge the last of consecutive whole months that begin with `first`.

    The same month of earlier years where there are YEARS of them, else Laney's limits of the
    BASELINE months before (at least LEAST); the month itself is never in its own baseline. A slow
    change counts where the month alone is usual. `begin`: the first whole month after a change in
    recording; what lies before it is no baseline, and LEAST months or fewer since are too few.
    """
    months = following(first, len(counts))
    if begin is not None and begin > first:
        kept = sum(month >= begin for month in months)
        if kept <= LEAST:
            return Judged(Verdict.TOO_FEW, int(counts[-1]), None, None, "", None)
        return of_months(begin, counts[-kept:])
    days = [days_in(month) for month in months]
    count = int(counts[-1])
    if len(counts) <= LEAST:
        return Judged(Verdict.NO_BASELINE, count, None, None, "", None)
    years = (len(counts) - 1) // 12
    if years >= YEARS:
        limits = seasonal(counts, days, [month.month for month in months])
        by, slow = f"the same month of the {years} years before", _slow(months, counts)
    else:  # a slow change could be the season's
        baseline = slice(max(0, len(counts) - 1 - BASELINE), len(counts) - 1)
        limits = laney(counts, days, baseline)
        by, slow = f"the {baseline.stop - baseline.start} months before", None
    verdict = _verdict(count, limits)
    if verdict is Verdict.USUAL and slow:
        verdict = slow
    low, high = int(np.ceil(limits.low[-1])), int(np.floor(limits.high[-1]))
    return Judged(verdict, count, low, max(low, high), by, _probability(count, limits))


def compared(months: int) -> int:
    """With how many months before it `of_months` compares the last of so many."""
    before = months - 1
    years = before // 12
    if years >= YEARS:
        return 12 * years
    return min(before, BASELINE) if before >= LEAST else 0


def _slow(months: Sequence[date], counts: Sequence[int]) -> Verdict | None:
    """Whether the last twelve months together lie to one side of the years before them."""
    if len(counts) < 12 * (YEARS + 1):
        return None
    days, of_year = [days_in(m) for m in months], [m.month for m in months]
    limits = seasonal(counts, days, of_year, judged=12)
    by = drift(counts[-12:], limits)[-1]
    if abs(by) <= 1:
        return None
    return Verdict.RISING if by > 0 else Verdict.FALLING


def _verdict(count: int, limits: Limits) -> Verdict:
    if limits.expected[-1] < FEWEST:
        return Verdict.TOO_FEW
    if count > limits.high[-1]:
        return Verdict.HIGH
    return Verdict.LOW if count < limits.low[-1] else Verdict.USUAL


def _probability(count: int, limits: Limits) -> float:
    """By the normal approximation to which the limits of three sigmas belong."""
    sigma = (limits.high[-1] - limits.expected[-1]) / 3
    if sigma <= 0:
        return 1.0
    return float(2 * stats.norm.sf(abs(count - limits.expected[-1]) / sigma))


def among_many(judged: Sequence[Judged], budget: float = 0.05) -> list[bool]:
    """Which of many judged series are unusual together: of those named, at most the share
    `budget` is expected to be chance (Benjamini and Hochberg 1995). Fourteen offences in 170
    areas at three sigmas would give six false alarms a month.
    """
    told = [place for place, one in enumerate(judged) if _may_be_told(one)]
    found = [False] * len(judged)
    if told:
        values = [judged[place].probability or 0.0 for place in told]
        for place, adjusted in zip(told, stats.false_discovery_control(values), strict=True):
            found[place] = bool(adjusted <= budget)
    return found


def _may_be_told(one: Judged) -> bool:
    return one.verdict not in (Verdict.TOO_FEW, Verdict.NO_BASELINE)


def sentence(judged: Judged, before: int | None, what: str) -> str:
    """The finding: number, difference from the same month last year, verdict, usual range.

    "412 robberies, 12 more than in the same month last year: no real change. Usual is 355 to
    470." A percentage is said of a base of SMALLEST_BASE or more only.
    """
    words = f"{judged.count:,} {what}"
    if before is not None:
        words += f", {_difference(judged.count, before)}"
    words += f": {judged.verdict.value}."
    return f"{words} Usual is {judged.range}." if judged.range else words


def _difference(count: int, before: int) -> str:
    gap = count - before
    if gap == 0:
        return "as many as in the same month last year"
    share = f" ({abs(gap) / before:.0%})" if before >= SMALLEST_BASE else ""
    return f"{abs(gap):,}{share} {'more' if gap > 0 else 'fewer'} than in the same month last year"


def following(first: date, number: int) -> list[date]:
    """The first days of `number` months from `first`'s on."""
    start = first.year * 12 + first.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, start + number)]


def days_in(month: date) -> int:
    """How many days the month of this day has."""
    begin, end = following(month, 2)
    return (end - begin).days
