"""At what hours of the week crimes happened that nobody saw: aoristic weights.

A burglary found at 18:00 by somebody who left at 08:00 is a tenth of a crime in each of ten hours.
Start, end and midpoint of such spans show peaks where there are none (Ashby and Bowers 2013).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DAYS, HOURS = 7, 24
LONGEST = 48  # hours: a longer span says nothing of the hour


@dataclass(frozen=True, slots=True)
class Week:
    """`weights[day][hour]`, Monday first: each crime counts one in all. `left_out`: crimes whose
    span is longer than LONGEST or ends before it begins.
    """

    weights: NDArray[np.float64]
    left_out: int


def aoristic(begin: ArrayLike, end: ArrayLike, longest: float = LONGEST) -> Week:
    """Spread crimes over the hours between `begin` and `end`, by how much of each they overlap.

    Both in minutes of local time (Europe/London) since a Monday 00:00; a span of less than a
    minute is the hour in which it begins.
    """
    starts, ends = np.asarray(begin, float), np.asarray(end, float)
    length = ends - starts
    kept = (length >= 0) & (length <= longest * 60)
    starts, ends, length = starts[kept], ends[kept], length[kept]
    week = np.zeros(DAYS * HOURS)
    point = length < 1
    np.add.at(week, _hour(starts[point]), 1.0)
    starts, ends, length = starts[~point], ends[~point], length[~point]
    first = np.floor(starts / 60)
    for hour in range(int(longest) + 1):
        into = np.maximum(starts, (first + hour) * 60)
        until = np.minimum(ends, (first + hour + 1) * 60)
        np.add.at(week, _hour((first + hour) * 60), np.maximum(0.0, until - into) / length)
    return Week(week.reshape(DAYS, HOURS), int((~kept).sum()))


def _hour(minutes: NDArray[np.float64]) -> NDArray[np.intp]:
    return (minutes // 60 % (DAYS * HOURS)).astype(np.intp)
