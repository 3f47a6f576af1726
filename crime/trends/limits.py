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
BASELINE = 24  # periods
LEAST = 12  # periods: with fewer there is no baseline
YEARS = 3  # full years before a month can be compared with the same month of them


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


def seasonal(
    counts: Sequence[float], exposure: Sequence[float], months: Sequence[int], judged: int = 1
) -> Limits:
    """The limits of the last `judged` months, from the same months of at least YEARS full years
    before them.

    The share of a month in its year, over those years, times the level of the BASELINE months
    before the judged ones without their season; the width is of the baseline's Pearson chi-square
    by its degrees of freedom (at least 1: never narrower than chance). `months`: 1 to 12, in
    their order. Raises ValueError where there are fewer months.
    """
    end = len(counts) - judged
    years = end // 12
    if years < YEARS:
        raise ValueError(f"a seasonal comparison needs {YEARS} full years before the months")
    c, n, month = np.asarray(counts, float), np.asarray(exposure, float), np.asarray(months)
    by_year = (c / n)[end - 12 * years : end].reshape(years, 12)
    mean = by_year.mean(axis=1, keepdims=True)
    share = np.divide(by_year, mean, out=np.ones_like(by_year), where=mean > 0).mean(axis=0)
    index = dict(zip(month[end - 12 : end].tolist(), share.tolist(), strict=True))
    season = np.array([index[m] for m in month.tolist()])
    recent = slice(end - BASELINE, end)
    plain = np.divide(c / n, season, out=np.zeros_like(c), where=season > 0)
    expected = plain[recent].mean() * season * n
    gaps = (c - expected)[recent] ** 2
    chi = np.divide(gaps, expected[recent], out=np.zeros(BASELINE), where=expected[recent] > 0)
    # each year fits its own share of the twelve indices
    free = max(1.0, BASELINE * (1 - 1 / years) - 1)
    phi = max(1.0, float(chi.sum()) / free)
    width = SIGMAS * np.sqrt(expected * phi * (1 + 1 / years))
    limits = Limits(expected, np.maximum(0.0, expected - width), expected + width, phi**0.5)
    return limits.of(slice(end, None))


def drift(counts: Sequence[float], limits: Limits) -> Counts:
    """The exponentially weighted moving average of how far each period lies from what is expected
    of it, in sigmas, by its own limit: beyond 1 a slow change has been going on (weight 0.2, limit
    2.7 sigmas; Roberts 1959, Lucas and Saccucci 1990). All periods share the error of a level that
    BASELINE periods gave, which no averaging takes away.
    """
    sigma = (limits.high - limits.expected) / SIGMAS
    gaps = np.asarray(counts, float) - limits.expected
    weight, value, found = 0.2, 0.0, []
    for place, z in enumerate(np.divide(gaps, sigma, out=np.zeros_like(gaps), where=sigma > 0)):
        value = weight * z + (1 - weight) * value
        variance = weight / (2 - weight) * (1 - (1 - weight) ** (2 * (place + 1)))
        found.append(value / (2.7 * (variance + 1 / BASELINE) ** 0.5))
    return np.array(found)
