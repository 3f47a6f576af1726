"""Hours, near repeats and hot spots against plain computations of the definitions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from crime.trends.hotspots import gi_star, hot
from crime.trends.hours import aoristic
from crime.trends.repeats import knox

HOUR, DAY = 60.0, 1440.0


def test_a_span_is_spread_by_how_much_of_each_hour_it_covers() -> None:
    # Monday 08:30 to 11:00: half an hour of 8, the whole of 9 and 10
    week = aoristic([8.5 * HOUR], [11 * HOUR])
    assert week.weights[0, 8:12].tolist() == pytest.approx([0.2, 0.4, 0.4, 0.0])


def test_sunday_night_goes_on_on_monday() -> None:
    week = aoristic([6 * DAY + 23 * HOUR], [7 * DAY + 1 * HOUR])
    assert (week.weights[6, 23], week.weights[0, 0]) == pytest.approx((0.5, 0.5))


def test_daytime_burglaries_make_a_plateau_and_no_peak() -> None:
    rng = np.random.default_rng(1)
    left, back = rng.normal(8, 0.3, 2_000), rng.normal(18, 0.3, 2_000)
    week = aoristic(left * HOUR, back * HOUR)
    working = week.weights[0, 9:17]
    assert working.max() / working.min() < 1.05


def test_long_and_backward_spans_are_left_out_and_counted() -> None:
    week = aoristic([0, 0, 120], [49 * HOUR, 10, 60])
    assert (week.left_out, week.weights.sum()) == (2, pytest.approx(1.0))


@given(
    st.lists(
        st.tuples(st.floats(0, 7 * DAY - 1), st.floats(0, 48 * HOUR)), min_size=1, max_size=30
    )
)
def test_every_crime_counts_one(spans: list[tuple[float, float]]) -> None:
    week = aoristic([b for b, _ in spans], [b + length for b, length in spans])
    assert week.weights.sum() + week.left_out == pytest.approx(len(spans))


def test_pairs_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(4)
    east, north = rng.uniform(0, 2_000, 120), rng.uniform(0, 2_000, 120)
    east[:10], north[:10] = east[10:20], north[10:20]  # the very same places
    days = rng.integers(0, 200, 120).astype(float)
    distances, spans = (0.0, 100.0, 400.0), (7.0, 28.0)
    wanted = np.zeros((3, 2), int)
    pairs = 0
    for one, other in combinations(range(120), 2):
        apart = float(np.hypot(east[one] - east[other], north[one] - north[other]))
        if apart > distances[-1]:
            continue
        pairs += 1
        band = next(k for k, bound in enumerate(distances) if apart <= bound)
        gap = abs(days[one] - days[other])
        span = next((k for k, bound in enumerate(spans) if gap <= bound), None)
        if span is not None:
            wanted[band, span] += 1
    found = knox(east, north, days, distances=distances, spans=spans, permutations=19)
    assert found.pairs == pairs
    assert found.observed.tolist() == wanted.tolist()
    assert found.observed[0].sum() > 0


def test_near_repeats_are_found_and_chance_is_not() -> None:
    rng = np.random.default_rng(9)
    east, north = rng.uniform(0, 5_000, 300), rng.uniform(0, 5_000, 300)
    days = rng.uniform(0, 365, 300)
    quiet = knox(east, north, days, permutations=199)
    assert 0.01 < quiet.p[1:].mean() < 0.99
    # each of sixty is followed by another within a hundred metres and a week
    again = slice(0, 60)
    closer = knox(
        np.r_[east, east[again] + 40],
        np.r_[north, north[again] + 40],
        np.r_[days, days[again] + 3],
        permutations=199,
    )
    assert closer.p[1, 0] == pytest.approx(1 / 200)
    assert closer.ratio[1, 0] > 5


def test_events_far_from_each_other_make_no_pair() -> None:
    alone = knox([0, 10_000], [0, 0], [1, 2], permutations=9)
    assert (alone.pairs, alone.observed.sum(), alone.ratio.max()) == (0, 0, 1.0)


def grid(side: int) -> sparse.csr_matrix:
    """Neighbours on a square grid by a queen's move, the cell itself too."""
    at = [(x, y) for x in range(side) for y in range(side)]
    near = [[abs(a - c) <= 1 and abs(b - d) <= 1 for c, d in at] for a, b in at]
    return sparse.csr_matrix(np.array(near, float))


def test_gi_star_is_that_of_the_paper() -> None:
    """Ord and Getis 1995, equation 14 and its binary form, cell by cell."""
    counts = np.random.default_rng(2).poisson(4, 64).astype(float)
    around = grid(8)
    n, mean = 64, counts.mean()
    s = np.sqrt((counts**2).sum() / n - mean**2)
    for cell, z in enumerate(gi_star(counts, around)):
        w = around[cell].toarray().ravel()
        top = (w * counts).sum() - mean * w.sum()
        wanted = top / (s * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1)))
        assert z == pytest.approx(wanted)


def test_a_cluster_is_hot_and_noise_is_not() -> None:
    rng = np.random.default_rng(8)
    counts = rng.poisson(4, 400).astype(float)
    around = grid(20)
    assert hot(counts, around).sum() <= 2
    for x in range(3):
        for y in range(3):
            counts[(8 + x) * 20 + 8 + y] += 25
    found = hot(counts, around)
    assert found[9 * 20 + 9]
    assert found.sum() < 40
    assert not hot([3.0] * 9, grid(3)).any()
