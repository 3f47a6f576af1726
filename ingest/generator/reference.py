"""Reference data of the generator: names, places, offences (sources: data/README.md)."""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DATA: Final = Path(__file__).parent / "data"

# Shares of people by name tradition: after the 2021 Census ethnic groups of the West Midlands
# metropolitan county (ONS, TS021), rounded; Sikh and Gujarati split "Indian" by religion (TS030).
TRADITIONS: Final[dict[str, float]] = {
    "british": 0.575,
    "irish": 0.030,
    "pakistani": 0.110,
    "bangladeshi": 0.030,
    "sikh": 0.055,
    "gujarati": 0.035,
    "somali": 0.015,
    "polish": 0.030,
    "romanian": 0.020,
    "caribbean": 0.045,
    "yoruba": 0.012,
    "igbo": 0.008,
    "chinese": 0.010,
    "arab": 0.025,
}
TRADITION: Final = {name: number for number, name in enumerate(TRADITIONS)}


@cache
def table(name: str) -> pl.DataFrame:
    """The reference table `data/<name>.csv`; numbers are numbers, everything else is text."""
    return pl.read_csv(DATA / f"{name}.csv", infer_schema_length=None)


def cumulative(weights: pl.Series | list[float]) -> Floats:
    """Cumulated shares of `weights`, for `pick`."""
    values = np.asarray(weights, dtype=np.float64)
    total: Floats = np.cumsum(values / values.sum())
    total[-1] = 1.0
    return total


def pick(rng: np.random.Generator, shares: Floats, size: int) -> Ints:
    """`size` positions drawn with the cumulated `shares`."""
    found: Ints = np.searchsorted(shares, rng.random(size), side="right").astype(np.int64)
    return found


def only(values: pl.Series, mask: Bools) -> pl.Series:
    """The values where `mask` holds, null elsewhere."""
    return values.zip_with(pl.Series(mask), pl.Series([None], dtype=values.dtype))
