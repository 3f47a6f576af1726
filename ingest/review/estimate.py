"""Precision and recall of matching from a stratified sample of labelled pairs.

Point estimates are Cochran's for strata (Sampling Techniques, 3rd ed. 1977, chapters 5 and 6).
Within a stratum the limits are Wilson's (JASA 22, 1927), which hold near 0 and 1, where matching
lives. They are put together by variance recovery: Zou & Donner, Statistics in Medicine 27 (2008)
for sums, Newcombe, Statistical Methods in Medical Research 25 (2016), MOVER-R, for the ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Stratum:
    """`pairs` compared by the run, of which `labelled` were judged and `same` are one person.

    "Cannot tell" is not among the labelled.
    """

    pairs: int
    linked: bool
    labelled: int
    same: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of all linked pairs, the share that are one person; of all such pairs, the share linked."""

    precision: Interval
    recall: Interval


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """None while a stratum has pairs and no label: nothing can be said of those pairs."""
    held = [s for s in strata if s.pairs]
    linked = sum(s.pairs for s in held if s.linked)
    if not linked or any(not s.labelled for s in held):
        return None
    found = _true([s for s in held if s.linked])
    missed = _true([s for s in held if not s.linked])
    return Estimate(
        Interval(found.value / linked, found.low / linked, found.high / linked),
        _recall(found, missed),
    )


def _wilson(s: Stratum) -> Interval:
    """The share of a stratum's pairs that are one person; known if all were labelled."""
    n, rate = s.labelled, s.same / s.labelled
    if n >= s.pairs:
        return Interval(rate, rate, rate)
    middle = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return Interval(rate, max(0.0, middle - half), min(1.0, middle + half))


def _true(strata: Sequence[Stratum]) -> Interval:
    """How many pairs of the strata are one person."""
    parts = [(s.pairs, _wilson(s)) for s in strata]
    value = sum(n * p.value for n, p in parts)
    below = sqrt(sum((n * (p.value - p.low)) ** 2 for n, p in parts))
    above = sqrt(sum((n * (p.high - p.value)) ** 2 for n, p in parts))
    all_pairs = float(sum(s.pairs for s in strata))
    return Interval(value, max(0.0, value - below), min(all_pairs, value + above))


def _recall(found: Interval, missed: Interval) -> Interval:
    """found / (found + missed), by the ratio of missed to found."""
    if found.low <= 0:
        whole = found.value + missed.value
        return Interval(found.value / whole if whole else 0.0, 0.0, 1.0)
    product = found.value * missed.value
    low, high = (
        (product + sign * sqrt(max(0.0, product**2 - one * other * (2 * missed.value - one)
        * (2 * found.value - other)))) / (other * (2 * found.value - other))
        for sign, one, other in ((-1, missed.low, found.high), (1, missed.high, found.low))
    )  # fmt: skip
    ratio = missed.value / found.value
    return Interval(1 / (1 + ratio), 1 / (1 + max(high, ratio)), 1 / (1 + min(max(low, 0), ratio)))
