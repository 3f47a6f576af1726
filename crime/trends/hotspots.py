"""Which cells, with those around them, hold more than the rest: Getis and Ord's Gi* with FDR."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

BUDGET = 0.05  # the share of the cells called hot that may be so by chance


def gi_star(counts: ArrayLike, around: sparse.csr_matrix) -> NDArray[np.float64]:
    """The z value of each cell's Gi* (Ord and Getis 1995), neighbours and the cell itself counting
    alike.

    `counts`: of every cell of the study area, empty ones, too; `around`: ones where two cells are
    neighbours, and on the diagonal. All are zero where every cell has the same count.
    """
    y = np.asarray(counts, float)
    n, mean = len(y), y.mean()
    sd = np.sqrt((y**2).mean() - mean**2)
    weight = np.asarray(around.sum(axis=1)).ravel()
    if sd == 0 or n < 2:
        return np.zeros(n)
    wide = np.sqrt((n * weight - weight**2) / (n - 1))
    z: NDArray[np.float64] = np.zeros(n)
    np.divide(around @ y - mean * weight, sd * wide, out=z, where=wide > 0)
    return z


def hot(counts: ArrayLike, around: sparse.csr_matrix) -> NDArray[np.bool_]:
    """The cells that are hot together, of which BUDGET may be so by chance (Benjamini and Hochberg
    1995).
    """
    z = gi_star(counts, around)
    if not len(z):
        return np.zeros(0, bool)
    return np.asarray(stats.false_discovery_control(stats.norm.sf(z)) <= BUDGET)
