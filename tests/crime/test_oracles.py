"""The methods against published libraries (oracles/make.py) and published examples."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from crime.trends.hotspots import gi_star
from crime.trends.hours import aoristic
from crime.trends.limits import laney
from crime.trends.repeats import knox

ORACLES = Path(__file__).parent / "oracles"


def oracle(name: str) -> Any:
    return json.loads((ORACLES / f"{name}.json").read_text())["results"]


@pytest.mark.parametrize("case", oracle("gi_star"), ids=["square", "scattered"])
def test_gi_star_is_that_of_esda(case: dict[str, Any]) -> None:
    cells = len(case["counts"])
    around = np.eye(cells)
    for cell, neighbours in enumerate(case["neighbours"]):
        around[cell, neighbours] = 1
    found = gi_star(case["counts"], sparse.csr_matrix(around))
    assert found.tolist() == pytest.approx(case["z"], abs=1e-8)


@pytest.mark.parametrize("case", oracle("laney"), ids=["more", "as much", "few"])
def test_limits_are_those_of_uprime(case: dict[str, Any]) -> None:
    found = laney(case["counts"], [30] * 36, slice(0, 24))
    assert found.spread == pytest.approx(case["sigma_z"])
    assert found.high.tolist() == pytest.approx(case["high"])
    assert found.low.tolist() == pytest.approx([max(0.0, low) for low in case["low"]])


def test_close_pairs_are_those_of_pointpats() -> None:
    case = oracle("knox")
    distances, spans = (0.0, 100.0, 200.0, 400.0, 800.0), (7.0, 14.0, 28.0, 56.0)
    found = knox(
        *(case[name] for name in ("east", "north", "days")),
        distances=distances,
        spans=spans,
        permutations=1_999,
    )
    # theirs are of all pairs up to a distance and a span, ours of each band
    observed = found.observed.cumsum(axis=0).cumsum(axis=1)
    expected = found.expected.cumsum(axis=0).cumsum(axis=1)
    assert len(case["tests"]) == 16
    for test in case["tests"]:
        at = distances.index(test["distance"]), spans.index(test["span"])
        assert observed[at] == test["observed"], at
        # theirs by the formula, ours the mean of the permutations
        assert expected[at] == pytest.approx(test["expected"], rel=0.03), at


def test_every_minute_of_a_span_counts_alike() -> None:
    case = oracle("aoristic")
    begin = np.array(case["begin"], float)
    found = aoristic(begin, begin + np.array(case["length"]))
    assert found.left_out == 0
    assert found.weights.ravel().tolist() == pytest.approx(case["week"], abs=1e-9)


def test_the_published_example_of_aoristic_weights() -> None:
    """Ratcliffe, jratcliffe.net/aoristic-analysis: away from 8 am to 4 pm: 0.125 in each hour."""
    found = aoristic([8 * 60], [16 * 60])
    assert found.weights[0, 8:16].tolist() == pytest.approx([0.125] * 8)
    assert found.weights.sum() == pytest.approx(1)
