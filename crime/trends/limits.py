"""Between what limits a series of counts varies while nothing changes.

Counts of crime vary more than chance alone (West Midlands 2016: two to a hundred times as much),
so that a plain u chart cries wolf in most months. Laney's u' chart widens its limits by the
variation that the baseline shows from one period to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
BETWEEN_TWO = 1.128  # d2: the mean of the range of two values of a normal distribution, in sigmas
SIGMAS = 3.0
BASELINE = 24  # months
YEARS = 3  # full years before a period can be compared with the same one of them


@dataclass(frozen=True, slots=True)
class Limits:
    """Expected count, lower and upper limit of each period, for its own exposure.

    `spread`: how many times as much as by chance the baseline varies (sigma z of Laney; the root
    of phi of a seasonal comparison).
    """

    expected: Counts
    low: Counts
    high: Counts
    spread: float

    def of(self, part: slice) -> "Limits":
        """Those of a part of the periods."""
        return Limits(self.expected[part], self.low[part], self.high[part], self.spread)


def laney(counts: Sequence[float], exposure: Sequence[float], baseline: slice) -> Limits:
    """The limits of Laney's u' chart (Laney 2002): mean rate of the baseline, three sigmas of the
    periods' exposure widened by sigma z, which the mean moving range of the baseline gives.

    `exposure`: days of each period (February is a tenth shorter than January), or people and
    days. A lower limit is never below zero. Raises ValueError for a baseline of fewer than two
    periods.
    """
    c, n = np.asarray(counts, float), np.asarray(exposure, float)
    in_base, base_exposure = c[baseline], n[baseline]
    if len(in_base) < 2:
        raise ValueError("a baseline has at least two periods")
    rate = in_base.sum() / base_exposure.sum()
    sigma = np.sqrt(rate / n)
    if rate == 0:
        return Limits(np.zeros_like(c), np.zeros_like(c), np.zeros_like(c), 1.0)
    z = (in_base / base_exposure - rate) / sigma[baseline]
    spread = float(np.abs(np.diff(z)).mean() / BETWEEN_TWO)
    low = np.maximum(0.0, rate - SIGMAS * sigma * spread)
    return Limits(rate * n, low * n, (rate + SIGMAS * sigma * spread) * n, spread)


def moving(
    counts: Sequence[float], exposure: Sequence[float], length: int, baseline: int
) -> Limits:
    """The limits of the last period around the mean rate of the `length` periods before it.

    As Laney's, with a centre that moves with the season: three sigmas of the periods' exposure,
    widened by how far such means have missed the next period in the `baseline` periods before
    (root of the mean square; never narrower than chance). Raises ValueError for fewer than
    `length` and two periods before the last.
    """
    c, n = np.asarray(counts, float), np.asarray(exposure, float)
    if len(c) < length + 3:
        raise ValueError("a moving baseline has at least two periods that a mean came before")
    sums = [np.convolve(part, np.ones(length), mode="valid")[:-1] for part in (c, n)]
    expected = sums[0] / sums[1] * n[length:]  # of each period with `length` before it
    before = slice(max(0, len(expected) - 1 - baseline), len(expected) - 1)
    missed = (c[length:] - expected)[before] ** 2
    z = np.divide(missed, expected[before], out=np.zeros_like(missed), where=expected[before] > 0)
    spread = max((1 + 1 / length) ** 0.5, float(z.mean()) ** 0.5)
    last = expected[-1:]
    width = SIGMAS * spread * np.sqrt(last)
    return Limits(last, np.maximum(0.0, last - width), last + width, spread)


def seasonal(  # noqa: PLR0913  the series, and of what its years are made
    counts: Sequence[float],
    exposure: Sequence[float],
    seasons: Sequence[int],
    judged: int = 1,
    *,
    year: int = 12,
    baseline: int = BASELINE,
) -> Limits:
    """The limits of the last `judged` periods, from the same ones of at least YEARS full years
    before them.

    The share of a month (or week) in its year, over those years, times the level of the
    `baseline` periods before the judged ones without their season; the width is of the baseline's
    Pearson chi-square by its degrees of freedom (at least 1: never narrower than chance).
    `seasons`: of each period which one of its year it is; `year`: how many make one. Raises
    ValueError where there are fewer periods.
    """
    end = len(counts) - judged
    years = end // year
    if years < YEARS:
        raise ValueError(f"a seasonal comparison needs {YEARS} full years before")
    c, n, season = np.asarray(counts, float), np.asarray(exposure, float), np.asarray(seasons)
    whole = slice(end - year * years, end)
    by_year = (c / n)[whole].reshape(years, year)
    mean = by_year.mean(axis=1, keepdims=True)
    share = np.divide(by_year, mean, out=np.ones_like(by_year), where=mean > 0).ravel()
    times = np.bincount(season[whole], minlength=season.max() + 1)
    sums = np.bincount(season[whole], weights=share, minlength=season.max() + 1)
    index = np.divide(sums, times, out=np.ones_like(sums), where=times > 0)[season]
    recent = slice(end - baseline, end)
    plain = np.divide(c / n, index, out=np.zeros_like(c), where=index > 0)
    expected = plain[recent].mean() * index * n
    gaps = (c - expected)[recent] ** 2
    chi = np.divide(gaps, expected[recent], out=np.zeros(baseline), where=expected[recent] > 0)
    # each year fits its own share of the indices
    free = max(1.0, baseline * (1 - 1 / years) - 1)
    phi = max(1.0, float(chi.sum()) / free)
    width = SIGMAS * np.sqrt(expected * phi * (1 + 1 / np.maximum(1, times)[season]))
    limits = Limits(expected, np.maximum(0.0, expected - width), expected + width, phi**0.5)
    return limits.of(slice(end, None))


def drift(counts: Sequence[float], limits: Limits, baseline: int = BASELINE) -> Counts:
    """The exponentially weighted moving average of how far each period lies from what is expected
    of it, in sigmas, by its own limit: beyond 1 a slow change has been going on (weight 0.2, limit
    2.7 sigmas; Roberts 1959, Lucas and Saccucci 1990). All periods share the error of a level that
    `baseline` periods gave, which no averaging takes away.
    """
    sigma = (limits.high - limits.expected) / SIGMAS
    gaps = np.asarray(counts, float) - limits.expected
    weight, value, found = 0.2, 0.0, []
    for place, z in enumerate(np.divide(gaps, sigma, out=np.zeros_like(gaps), where=sigma > 0)):
        value = weight * z + (1 - weight) * value
        variance = weight / (2 - weight) * (1 - (1 - weight) ** (2 * (place + 1)))
        found.append(value / (2.7 * (variance + 1 / baseline) ** 0.5))
    return np.array(found)
