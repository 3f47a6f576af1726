"""Reference results of published libraries for the methods of crime/trends, as JSON beside this.

The libraries weigh more than 500 MB, so that the tests read their results instead of running them.
To make them again, in an environment of its own:

    python -m venv /tmp/oracles && /tmp/oracles/bin/pip install esda==2.9.0 libpysal==4.14.1 \
        pointpats==2.5.5 uprime==1.2
    /tmp/oracles/bin/python tests/crime/oracles/make.py

- gi_star.json: `esda.G_Local` (star, binary weights), z of every cell: a square grid by a queen's
  moves, and points within a distance of each other, some with many neighbours, one with none;
- knox.json: `pointpats.Knox`: pairs within a distance and a span, observed and expected;
- laney.json: `uprime.Uprime` (Laney 2002): sigma z and limits of every period, from a baseline of
  the first 24. Periods of one length: of others it takes the mean of the rates, and Laney's paper
  the rate of all periods together;
- aoristic.json: every minute of every span put into its hour, one by one: the definition
  (Ratcliffe 2000), computed in the plainest way and with exact fractions.

Published figures (West Midlands 2016, Ratcliffe) stand in the tests, with their sources.
"""

import json
from datetime import date
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.weights import W, lat2W
from numpy.typing import NDArray
from pointpats import Knox
from scipy.spatial import cKDTree
from uprime import Uprime

HERE = Path(__file__).parent
DISTANCES, SPANS = (100.0, 200.0, 400.0, 800.0), (7.0, 14.0, 28.0, 56.0)


def main() -> None:
    """Write the four files."""
    keep("gi_star", ("esda", "libpysal"), [square(), scattered()])
    keep("knox", ("pointpats",), near())
    keep("laney", ("uprime",), limits())
    keep("aoristic", (), hours())


def keep(name: str, libraries: tuple[str, ...], results: Any) -> None:
    """The results with the versions that gave them."""
    made_by = {library: version(library) for library in (*libraries, "numpy")}
    told = {"made_by": made_by, "made_on": date.today().isoformat(), "results": results}  # noqa: DTZ011
    (HERE / f"{name}.json").write_text(json.dumps(told, separators=(",", ":")) + "\n")


def square() -> dict[str, Any]:
    """Twelve by twelve cells, a cluster in a corner."""
    rng = np.random.default_rng(20_261)
    counts = rng.poisson(4, 144).astype(float)
    counts[[0, 1, 12, 13]] += 12
    return gi(counts, lat2W(12, 12, rook=False))


def scattered() -> dict[str, Any]:
    """A hundred places, neighbours within 60 m: some have many, some none."""
    rng = np.random.default_rng(20_262)
    places = rng.uniform(0, 600, (100, 2))
    near_by = cKDTree(places).query_ball_point(places, 60)
    neighbours = {one: [k for k in found if k != one] for one, found in enumerate(near_by)}
    return gi(rng.poisson(3, 100).astype(float), W(neighbours, silence_warnings=True))


def gi(counts: NDArray[np.float64], weights: W) -> dict[str, Any]:
    """z of each cell; weights as the places of its neighbours."""
    local = G_Local(counts, weights, transform="B", star=True, permutations=0)
    return {
        "counts": counts.tolist(),
        "neighbours": [weights.neighbors[k] for k in range(len(counts))],
        "z": [round(float(z), 10) for z in local.Zs],
    }


def near() -> dict[str, Any]:
    """Three hundred events of a year, a sixth of them followed by another near by."""
    rng = np.random.default_rng(20_263)
    east, north = rng.uniform(0, 4_000, 250).round(1), rng.uniform(0, 4_000, 250).round(1)
    days = rng.integers(0, 365, 250).astype(float)
    east = np.r_[east, east[:50] + 60]
    north = np.r_[north, north[:50] + 60]
    days = np.r_[days, days[:50] + 4]
    places, times = np.column_stack([east, north]), days.reshape(-1, 1)
    tests = []
    for distance in DISTANCES:
        for span in SPANS:
            test = Knox(places, times, delta=distance, tau=span, permutations=99)
            tests.append(
                {
                    "distance": distance,
                    "span": span,
                    "observed": int(test.statistic_),
                    "expected": float(np.asarray(test.expected)[0, 0]),
                }
            )
    return {
        "east": east.tolist(), "north": north.tolist(), "days": days.tolist(), "tests": tests,
    }  # fmt: skip


def limits() -> list[dict[str, Any]]:
    """Three years of months that vary more than by chance, and as much."""
    rng = np.random.default_rng(20_265)
    drawn = {
        "more": rng.poisson(rng.gamma(50, 4, 36)),
        "as much": rng.poisson(200, 36),
        "few": rng.poisson(3, 36),
    }
    return [{"name": name, **charted(counts.tolist())} for name, counts in drawn.items()]


def charted(counts: list[int]) -> dict[str, Any]:
    """The chart of 30 days each."""
    frame = pd.DataFrame({"month": range(len(counts)), "crimes": counts, "days": 30})
    chart = Uprime(
        frame, "month", "crimes", "days", "initial", periods=24, assumed_distribution="Poisson"
    )
    found = chart.frame()
    return {
        "counts": counts,
        "sigma_z": float(chart.sigma_z),
        "low": (found["lcl"] * 30).tolist(),
        "high": (found["ucl"] * 30).tolist(),
    }


def hours() -> dict[str, Any]:
    """Two hundred spans of a minute to two days, begun in any minute of the week."""
    rng = np.random.default_rng(20_264)
    begin = rng.integers(0, 7 * 1440, 200).tolist()
    length = np.exp(rng.uniform(0, np.log(48 * 60), 200)).astype(int).clip(1).tolist()
    week = [Fraction(0)] * 168
    for start, minutes in zip(begin, length, strict=True):
        for minute in range(start, start + minutes):
            week[minute // 60 % 168] += Fraction(1, minutes)
    return {"begin": begin, "length": length, "week": [float(weight) for weight in week]}


if __name__ == "__main__":
    main()
