"""A line of counts by month or week with the usual range behind it, as the numbers of an SVG.

Drawn on the server: it works without scripts, prints, and its table stands beside it. What is
unusual has a shape of its own, not only a colour. The axis begins at zero.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format

from crime.trends.steps import Step

WIDTH, HEIGHT = 480, 240  # so that words of 14 units can be read on a phone
LEFT, RIGHT, TOP, BOTTOM = 50, 12, 14, 34
# how a period is named under the axis, half the width of its name, and how many are named
NAMES = {Step.MONTH: ("M Y", 30, 4), Step.WEEK: ("j M Y", 42, 3)}


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid at a height, or a period under the axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said of some periods. `later`: so many of the last may still change; `breaks`: the
    number of the break that begins in one; `begin`: the first recorded as the last one is, from
    which the usual range and the mean are drawn; `mean`: of so many periods, 0 for none.
    """

    step: Step = Step.MONTH
    later: int = 0
    breaks: Mapping[date, str] = field(default_factory=dict)
    begin: date | None = None
    mean: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """`line`: points, `later`: of the periods that may still change; `band`: the path of the usual
    range; `flag`: that of the mark on the judged period if it is unusual; `mean`: points of the
    moving average. The last four are "" where there is nothing to show. `breaks`: where the
    recording changed, with their numbers.
    """

    view: str
    right: int
    bottom: int
    breaks: tuple[Tick, ...]
    later: str
    line: str
    band: str
    flag: str
    mean: str
    heights: tuple[Tick, ...]
    periods: tuple[Tick, ...]


def drawn(
    periods: Sequence[date],
    counts: Sequence[float],
    usual: tuple[int, int] | None = None,
    *,
    unusual: bool = False,
    marks: Marks = Marks(),
) -> Chart:
    """The chart of at least one period; `usual`: the range of the last that may not change any
    more; `unusual`: it is so.
    """
    top = max(1.0, 1.08 * max(*counts, usual[1] if usual else 0, 0))
    step = _step(top)

    def x(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, len(counts) - 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)

    last, (form, half, number) = len(counts) - 1, NAMES[marks.step]
    every = max(1, math.ceil(len(counts) / number))
    begin = sum(one < marks.begin for one in periods) if marks.begin else 0
    left = x(begin) if begin else LEFT
    band = f"M{left} {y(usual[1])}H{WIDTH - RIGHT}V{y(usual[0])}H{left}Z" if usual else ""
    means = _means(counts[begin:], marks.mean)
    judged = max(0, last - marks.later)
    flag = f"M{x(judged)} {y(counts[judged]) - 8}l8 8l-8 8l-8-8z" if unusual else ""
    points = [f"{x(place)},{y(count)}" for place, count in enumerate(counts)]
    known = len(points) - marks.later
    return Chart(
        view=f"0 0 {WIDTH} {HEIGHT}",
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        breaks=tuple(
            Tick(x(place), marks.breaks[one])
            for place, one in enumerate(periods)
            if one in marks.breaks
        ),
        line=" ".join(points[:known]),
        later=" ".join(points[max(0, known - 1) :]) if marks.later else "",
        band=band,
        flag=flag,
        mean=" ".join(
            f"{x(begin + marks.mean - 1 + place)},{y(mean)}" for place, mean in enumerate(means)
        ),
        heights=tuple(Tick(y(k * step), f"{k * step:,}") for k in range(int(top / step) + 1)),
        periods=tuple(
            Tick(min(x(place), WIDTH - RIGHT - half), date_format(periods[place], form))
            for place in range(last, -1, -every)
            if x(place) > LEFT + half
        ),
    )


def _means(counts: Sequence[float], length: int) -> list[float]:
    """The mean of each `length` counts in a row; none of a single row, which makes no line."""
    if not length or len(counts) <= length:
        return []
    return [sum(counts[at : at + length]) / length for at in range(len(counts) - length + 1)]


def _step(top: float) -> int:
    """The distance of the grid's lines: 1, 2 or 5 times a power of ten, at most five of them."""
    power = 10 ** max(0, math.floor(math.log10(max(top / 4, 1))))
    return next(int(m * power) for m in (1, 2, 5, 10) if top / (m * power) <= 5)
