"""Precision and recall from labelled strata: the arithmetic, and that intervals hold the truth."""

import numpy as np
import pytest

from ingest.review.estimate import Stratum, estimate

# (pairs, linked, true rate): matching as it is, nearly everything right
POPULATION = (
    (40_000, True, 0.999),
    (3_000, True, 0.95),
    (2_000, False, 0.3),
    (90_000, False, 0.0),
)


def test_labels_weigh_by_the_pairs_they_stand_for() -> None:
    found = estimate([Stratum(900, True, 10, 10), Stratum(100, True, 10, 5),
                      Stratum(1000, False, 10, 1)])  # fmt: skip
    assert found is not None
    assert found.precision.value == pytest.approx((900 + 50) / 1000)
    assert found.recall.value == pytest.approx(950 / 1050)
    assert found.precision.low < found.precision.value < found.precision.high < 1
    assert found.recall.low < found.recall.value < found.recall.high < 1


def test_what_was_labelled_whole_is_known() -> None:
    found = estimate([Stratum(10, True, 10, 9), Stratum(5, False, 5, 1)])
    assert found is not None
    assert (found.precision.low, found.precision.high) == pytest.approx((0.9, 0.9))
    assert (found.recall.low, found.recall.high) == pytest.approx((0.9, 0.9))


@pytest.mark.parametrize(
    "strata",
    [
        [],
        [Stratum(10, False, 5, 0)],
        [Stratum(10, True, 5, 5), Stratum(10, False, 0, 0)],
    ],
)
def test_nothing_is_said_of_pairs_without_a_label(strata: list[Stratum]) -> None:
    assert estimate(strata) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    linked = sum(n for n, is_linked, _ in POPULATION if is_linked)
    true = sum(n * rate for n, is_linked, rate in POPULATION if is_linked)
    precision = true / linked
    recall = true / sum(n * rate for n, _, rate in POPULATION)
    held = np.zeros(2)
    rounds = 1000
    for _ in range(rounds):
        strata = [
            Stratum(n, is_linked, 60, int(random.binomial(60, rate)))
            for n, is_linked, rate in POPULATION
        ]
        found = estimate(strata)
        assert found is not None
        held += (
            found.precision.low <= precision <= found.precision.high,
            found.recall.low <= recall <= found.recall.high,
        )
    assert (held / rounds >= 0.9).all(), held / rounds
