"""The figure of a trend: finding, chart and table of one series of months or weeks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crime.trends import breaks, chart, usual
from crime.trends.breaks import Numbered
from crime.trends.counts import Counted
from crime.trends.steps import Step
from crime.trends.verdicts import judge, sentence

SHOWN = {Step.MONTH: 61, Step.WEEK: 105}  # of a chart: of weeks two years


def of(counted: Counted, category: str, declared: Sequence[Numbered]) -> dict[str, Any]:
    """What the page of the trend shows of a category, of all where it is ""."""
    step, counts = counted.step, counted.of(category)
    periods, known = counted.periods[counted.judged], counts[counted.judged]
    begin = breaks.begin(declared, category, step)
    judged = judge(step, periods[0], known, begin, counted.shares[counted.judged])
    shown = slice(-SHOWN[step] - counted.later, None)
    marks = chart.Marks(
        step=step,
        later=counted.later,
        breaks=breaks.marks(declared),
        begin=begin,
        mean=usual.RULES[step].mean,
    )
    told = judged.range and judged.low is not None and judged.high
    span = (judged.low or 0, judged.high or 0) if told else None
    what = f"crimes of the category {category}" if category else "crimes"
    return {
        "step": step.value,
        "heading": f"Crimes by {step}",
        "judged": judged,
        "period": step.words(periods[-1]),
        "finding": sentence(judged, _year_before(counted, known, begin), what, step),
        "breaks": declared,
        "crossed": breaks.crossed(declared, periods, category, step),
        "since": step.words(begin) if begin else "",
        "later": [step.words(one) for one in counted.periods[len(periods) :]],
        "recorded": round(100 * counted.shares[len(periods) - 1]) if counted.shares else None,
        "mean": usual.RULES[step].mean,
        "chart": chart.drawn(
            counted.periods[shown],
            counts[shown],
            span,
            unusual=judged.verdict.is_unusual,
            marks=marks,
        ),
        "table": [
            (one, step.words(one), count)
            for one, count in zip(counted.periods[shown], counts[shown], strict=True)
        ][::-1],
    }


def _year_before(counted: Counted, counts: Sequence[int], begin: date | None) -> int | None:
    """The same period a year before, where it was recorded in the same way."""
    before = counted.step.year_before(counted.periods[len(counts) - 1])
    if before is None or before not in counted.periods or (begin and before < begin):
        return None
    return counts[counted.periods.index(before)]
