"""Addresses: units of one postcode on one street, each with its houses, in real neighbourhoods."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.reference import Ints, cumulative, pick, table

HOUSES_PER_UNIT: Final = 14  # about the UK's addresses per postcode (ONS: 15)
KINDS: Final = {
    "Road": 40, "Street": 18, "Avenue": 12, "Close": 9, "Drive": 7, "Lane": 6, "Grove": 5,
    "Crescent": 4, "Way": 3, "Place": 2, "Court": 2, "Gardens": 2, "Terrace": 2, "Walk": 1,
}  # fmt: skip
INWARD: Final = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))  # letters of the second half of a postcode


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of a chunk, position = number. Columns: house, street, town, postcode, district,
    neighbourhood (row of neighbourhoods.csv)."""

    frame: pl.DataFrame

    @property
    def neighbourhood(self) -> Ints:
        """Row in neighbourhoods.csv per address."""
        rows: Ints = self.frame["neighbourhood"].to_numpy()
        return rows


def make(rng: np.random.Generator, count: int) -> Places:
    """`count` addresses in random order; neighbours share postcode and street."""
    units = count // HOUSES_PER_UNIT + 1
    unit = rng.integers(0, units, count)
    areas = table("neighbourhoods")
    area = rng.integers(0, len(areas), units)
    frame = pl.DataFrame(
        {
            "house": _houses(rng, count),
            "street": _streets(rng, units).gather(unit),
            "town": areas["town"].gather(area[unit]),
            "postcode": _postcodes(rng, areas["district"].gather(area)).gather(unit),
            "district": areas["district"].gather(area[unit]),
            "neighbourhood": area[unit],
        }
    )
    return Places(frame)


def _houses(rng: np.random.Generator, count: int) -> pl.Series:
    """House numbers, mostly low; one in eight is a flat."""
    number = pl.Series((rng.random(count) ** 1.6 * 180).astype(np.int64) + 1).cast(pl.String)
    flat = pl.Series(rng.integers(1, 25, count)).cast(pl.String)
    return ("Flat " + flat + ", " + number).zip_with(pl.Series(rng.random(count) < 0.12), number)


def _streets(rng: np.random.Generator, units: int) -> pl.Series:
    words = table("streets")["street"]
    kinds = pl.Series(list(KINDS))
    word = words.gather(rng.integers(0, len(words), units))
    kind = kinds.gather(pick(rng, cumulative([float(n) for n in KINDS.values()]), units))
    return word + " " + kind


def _postcodes(rng: np.random.Generator, district: pl.Series) -> pl.Series:
    """Postcodes of the district's shape; invented, some will exist."""
    count = len(district)
    letters = [pl.Series(INWARD[rng.integers(0, len(INWARD), count)]) for _ in range(2)]
    sector = pl.Series(rng.integers(1, 10, count)).cast(pl.String)
    return district + " " + sector + letters[0] + letters[1]
