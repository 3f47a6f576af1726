"""What may be said of the last period of a series: a verdict in words, never a bare percentage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy import stats

from crime.trends import usual
from crime.trends.limits import Limits
from crime.trends.steps import Step

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
    """The last of a series of months or weeks. `low` and `high` (crimes, whole) are the usual
    range; None where there is no baseline. `by`: which comparison gave it, in words.
    `probability`: of a value so far from the expected one, or farther, while nothing changed
    (two-sided).
    """

    verdict: Verdict
    count: int
    low: int | None
    high: int | None
    by: str
    probability: float | None

    @property
    def range(self) -> str:
        """The usual range in words; "" without one, and where it would tell nothing."""
        if self.low is None or self.verdict is Verdict.TOO_FEW:
            return ""
        return f"{self.low:,} to {self.high:,}"


def of_months(first: date, counts: Sequence[int], begin: date | None = None) -> Judged:
    """Judge the last of consecutive whole months that begin with `first`, as `judge` does."""
    return judge(Step.MONTH, first, counts, begin)


def judge(
    step: Step,
    first: date,
    counts: Sequence[int],
    begin: date | None = None,
    shares: Sequence[float] = (),
) -> Judged:
    """Judge the last of consecutive whole periods that begin with `first`.

    Against what `usual` learns from those before it; the period itself is never in its own
    baseline. A slow change counts where the period alone is usual. `begin`: the first whole period
    after a change in recording; what lies before it is no baseline, and too few since are too few
    to tell. `shares`: how much of each period is recorded by now; nothing for all of it.
    """
    periods, least = step.following(first, len(counts)), usual.RULES[step].least
    if begin is not None and begin > periods[0]:
        kept = sum(period >= begin for period in periods)
        if kept <= least:
            return Judged(Verdict.TOO_FEW, int(counts[-1]), None, None, "", None)
        return judge(step, begin, counts[-kept:], shares=shares[-kept:])
    count = int(counts[-1])
    if len(counts) <= least:
        return Judged(Verdict.NO_BASELINE, count, None, None, "", None)
    parts = shares or [1.0] * len(counts)
    exposure = [step.days(one) * part for one, part in zip(periods, parts, strict=True)]
    found = usual.of(step, periods, counts, exposure)
    limits, verdict = found.limits, _verdict(count, found.limits)
    if verdict is Verdict.USUAL and abs(found.slow) > 1:
        verdict = Verdict.RISING if found.slow > 0 else Verdict.FALLING
    low, high = int(np.ceil(limits.low[-1])), int(np.floor(limits.high[-1]))
    return Judged(verdict, count, low, max(low, high), found.by, _probability(count, limits))


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


def sentence(judged: Judged, before: int | None, what: str, step: Step = Step.MONTH) -> str:
    """The finding: number, difference from the same month (or week) last year, verdict, range.

    "412 robberies, 12 more than in the same month last year: no real change. Usual is 355 to
    470." A percentage is said of a base of SMALLEST_BASE or more only.
    """
    words = f"{judged.count:,} {what}"
    if before is not None:
        words += f", {_difference(judged.count, before)} in the same {step} last year"
    words += f": {judged.verdict.value}."
    return f"{words} Usual is {judged.range}." if judged.range else words


def _difference(count: int, before: int) -> str:
    gap = count - before
    if gap == 0:
        return "as many as"
    share = f" ({abs(gap) / before:.0%})" if before >= SMALLEST_BASE else ""
    return f"{abs(gap):,}{share} {'more' if gap > 0 else 'fewer'} than"
