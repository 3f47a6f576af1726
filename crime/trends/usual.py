"""What is usual for the last of a series of months or weeks: by its season where years are known,
else by the time before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crime.trends.limits import BASELINE, YEARS, Limits, drift, laney, moving, seasonal
from crime.trends.steps import Step, seasons


@dataclass(frozen=True, slots=True)
class Rule:
    """Numbers of periods. `least`: with as many or fewer there is no baseline; `level`: from which
    the level is learnt; `slow`: among which a slow change is looked for; `mean`: of a moving mean.
    """

    least: int
    level: int
    slow: int
    mean: int


RULES: Mapping[Step, Rule] = {
    Step.MONTH: Rule(least=12, level=BASELINE, slow=12, mean=12),
    Step.WEEK: Rule(least=26, level=52, slow=26, mean=8),
}


@dataclass(frozen=True, slots=True)
class Usual:
    """`limits`: of the last period; `by`: which comparison gave them, in words; `slow`: how far a
    slow change has gone, by its own limit: beyond 1 up, below -1 down; 0 where none is looked for.
    """

    limits: Limits
    by: str
    slow: float


def of(step: Step, periods: Sequence[date], counts: Sequence[int], n: Sequence[float]) -> Usual:
    """Of more periods than `Rule.least`; the last one is not in its own baseline. `n`: exposure.

    The same period of earlier years where there are YEARS of them. Else Laney's limits of the
    months before; of weeks those around the mean of the weeks just before, as a year of weeks has
    too many seasons for one level.
    """
    rule, years = RULES[step], (len(counts) - 1) // step.in_a_year
    if years >= YEARS:
        of_year = {"year": step.in_a_year, "baseline": rule.level}
        limits = seasonal(counts, n, seasons(step, periods), **of_year)
        by = f"the same {step} of the {years} years before"
        return Usual(limits, by, _slow(step, periods, counts, n))
    if step is Step.MONTH:  # a slow change could be the season's
        baseline = slice(max(0, len(counts) - 1 - rule.level), len(counts) - 1)
        limits = laney(counts, n, baseline).of(slice(-1, None))
        return Usual(limits, f"the {baseline.stop - baseline.start} months before", 0.0)
    return Usual(moving(counts, n, rule.mean, rule.level), f"the {rule.mean} weeks before", 0.0)


def reach(step: Step, number: int) -> int:
    """With how many periods before it `of` compares the last of so many."""
    rule, before = RULES[step], number - 1
    years = before // step.in_a_year
    if years >= YEARS:
        return step.in_a_year * years
    if before < rule.least:
        return 0
    return min(before, rule.level if step is Step.MONTH else rule.mean + rule.level)


def _slow(step: Step, periods: Sequence[date], counts: Sequence[int], n: Sequence[float]) -> float:
    """Whether the last periods together lie to one side of the years before them."""
    rule = RULES[step]
    if len(counts) < step.in_a_year * YEARS + rule.slow:
        return 0.0
    limits = seasonal(
        counts,
        n,
        seasons(step, periods),
        judged=rule.slow,
        year=step.in_a_year,
        baseline=rule.level,
    )
    return float(drift(counts[-rule.slow :], limits, rule.level)[-1])
