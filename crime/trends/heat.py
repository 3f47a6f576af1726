"""A week of hours as the numbers that an SVG needs: seven rows, twenty-four columns, five shades.

The shades are fifths of the hours that have any crime, equal numbers alike; the numbers stand in
the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crime.trends.hours import DAYS, HOURS, Week

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEFT, TOP, WIDE, HIGH = 48, 22, 18, 26  # units of 480: words of 14 can be read on a phone
SHADES = 5
EVERY = 3  # hours: named above
FEWEST = 200  # crimes: of fewer, about one an hour, no hour is named


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week. `shade`: 0 for none, 1 to SHADES from few to many."""

    x: int
    y: int
    shade: int
    title: str


@dataclass(frozen=True, slots=True)
class Heat:
    """The picture and its table. `days`: place and short name of each row; `hours`: of a column;
    `shades`: what each stands for; `table`: hour → its seven numbers, in the order of NAMES.
    """

    view: str
    wide: int
    high: int
    cells: tuple[Cell, ...]
    days: tuple[tuple[int, str], ...]
    hours: tuple[tuple[int, str], ...]
    shades: tuple[tuple[int, str], ...]
    table: tuple[tuple[str, tuple[float, ...]], ...]


def drawn(week: Week) -> Heat:
    """The heat map of a week."""
    shade = _shades(week)
    return Heat(
        view=f"0 0 {LEFT + HOURS * WIDE} {TOP + DAYS * HIGH}",
        wide=WIDE - 1,
        high=HIGH - 1,
        cells=tuple(
            Cell(
                LEFT + hour * WIDE,
                TOP + day * HIGH,
                int(shade[day, hour]),
                _title(week, day, hour),
            )
            for day in range(DAYS)
            for hour in range(HOURS)
        ),
        days=tuple((TOP + day * HIGH + HIGH // 2, NAMES[day][:3]) for day in range(DAYS)),
        hours=tuple((LEFT + h * WIDE + WIDE // 2, f"{h:02}") for h in range(0, HOURS, EVERY)),
        shades=tuple(_words(shade, week)),
        table=tuple(
            (between(hour), tuple(float(n) for n in week.weights[:, hour]))
            for hour in range(HOURS)
        ),
    )


def busiest(week: Week) -> str:
    """The hour that has most, in words; "" of a week without crimes."""
    if not week.weights.any():
        return ""
    day, hour = np.unravel_index(int(week.weights.argmax()), week.weights.shape)
    return f"{NAMES[int(day)]} {between(int(hour))}"


def between(hour: int) -> str:
    """14 → "14:00 to 15:00"."""
    return f"{hour:02}:00 to {(hour + 1) % HOURS:02}:00"


def _title(week: Week, day: int, hour: int) -> str:
    return f"{NAMES[day]} {between(hour)}: {week.weights[day, hour]:,.1f}"


def _shades(week: Week) -> NDArray[np.int64]:
    """Of each hour, by its number as the table shows it."""
    shown = week.weights.round(1)
    some = shown[week.weights > 0]
    if not len(some):
        return np.zeros_like(shown, dtype=np.int64)
    parts = np.arange(1, SHADES) / SHADES
    edges = np.unique(np.quantile(some, parts, method="higher"))
    return np.where(week.weights > 0, np.searchsorted(edges, shown, side="left") + 1, 0)


def _words(shades: NDArray[np.int64], week: Week) -> Iterator[tuple[int, str]]:
    """Each shade with the least and the most that have it."""
    for shade in range(1, int(shades.max()) + 1):
        among = week.weights[shades == shade]
        if len(among):
            low, high = f"{among.min():,.1f}", f"{among.max():,.1f}"
            yield shade, low if low == high else f"{low} to {high}"
