"""Whether crimes close in space follow each other more closely in time than chance has it: Knox.

Only for data with exact places and days: on places moved to the nearest of a few points, as
data.police.uk has them, every pair would be close. One incident must be one event: several people
stopped together are no repeat.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

DISTANCES = (0.0, 100.0, 200.0, 400.0, 800.0)  # metres; the first band is the very same place
SPANS = (7.0, 14.0, 28.0, 56.0)  # days
PERMUTATIONS = 999


@dataclass(frozen=True, slots=True)
class Knox:
    """Tables of distance by span: pairs observed, pairs expected by chance, and how often chance
    gave as many (never below 1 in PERMUTATIONS + 1). `pairs`: all pairs within the last distance.
    """

    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]
    pairs: int

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Observed by expected; one where neither is there."""
        blank = np.ones_like(self.expected)
        return np.divide(self.observed, self.expected, out=blank, where=self.expected > 0)


def knox(  # noqa: PLR0913  the places, the days, the bands, the permutations
    easting: ArrayLike,
    northing: ArrayLike,
    day: ArrayLike,
    *,
    distances: Sequence[float] = DISTANCES,
    spans: Sequence[float] = SPANS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Knox:
    """Knox's test (1964) with the days permuted among the places. Metres, days.

    A pair at exactly a band's bound belongs to it.
    """
    days = np.asarray(day, float)
    places = np.column_stack([np.asarray(easting, float), np.asarray(northing, float)])
    pairs = cKDTree(places).query_pairs(distances[-1], output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    apart = np.hypot(*(places[one] - places[other]).T) if len(pairs) else np.zeros(0)
    band = np.searchsorted(distances, apart, side="left")
    shape = len(distances), len(spans) + 1

    def table(of: NDArray[np.float64]) -> NDArray[np.int64]:
        span = np.searchsorted(spans, np.abs(of[one] - of[other]), side="left")
        counted = np.bincount(band * shape[1] + span, minlength=shape[0] * shape[1])
        return counted.reshape(shape)[:, :-1]

    rng = np.random.default_rng(seed)
    observed = table(days)
    as_many, total = np.zeros(observed.shape), np.zeros(observed.shape)
    for _ in range(permutations):
        by_chance = table(rng.permutation(days))
        as_many += by_chance >= observed
        total += by_chance
    p = (as_many + 1) / (permutations + 1)
    return Knox(observed, total / permutations, p, len(pairs))
