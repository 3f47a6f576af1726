"""To which groups each generated person belongs: part of the truth, which the product never reads.

Self-defined ethnicity is drawn with, and differs from, the tradition of the name (traits.py).
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from ingest.generator import make, population
from ingest.generator.population import People
from ingest.generator.reference import TRADITIONS

KINDS: Final = ("tradition", "ethnicity", "sex", "age")
BANDS: Final = (
    (0, 17, "Under 18"), (18, 24, "18 to 24"), (25, 34, "25 to 34"), (35, 44, "35 to 44"),
    (45, 54, "45 to 54"), (55, 64, "55 to 64"), (65, 130, "65 and over"),
)  # fmt: skip
# The 18+1 codes that people choose from (2021 Census), as short as they stay clear.
ETHNICITIES: Final = {
    "W1": "White British", "W2": "White Irish", "W3": "Gypsy or Irish Traveller", "W4": "Roma",
    "W9": "Other White", "M1": "White and Black Caribbean", "M2": "White and Black African",
    "M3": "White and Asian", "M9": "Other Mixed", "A1": "Indian", "A2": "Pakistani",
    "A3": "Bangladeshi", "A4": "Chinese", "A9": "Other Asian", "B1": "Caribbean", "B2": "African",
    "B9": "Other Black", "O2": "Arab", "O9": "Other", "NS": "Not stated",
}  # fmt: skip


def write(order: make.Order) -> None:
    """Parquet (`order.out`) of truth and KINDS of the people that `make.make` draws; one chunk in
    memory.
    """
    writer = None
    for part in _chunks(order):
        rows = part.to_arrow()
        writer = writer or pq.ParquetWriter(order.out, rows.schema, compression="zstd")
        writer.write_table(rows)
    if writer:
        writer.close()


def _chunks(order: make.Order) -> Iterator[pl.DataFrame]:
    today = (order.today - dt.date(1970, 1, 1)).days
    seeds = np.random.SeedSequence(order.seed).spawn(-(-order.people // make.CHUNK))
    for one, first in zip(seeds, range(0, order.people, make.CHUNK), strict=True):
        rng, size = np.random.default_rng(one), min(make.CHUNK, order.people - first)
        yield _of(population.make(rng, first, size, today, order.named), today)


def _of(made: People, today: int) -> pl.DataFrame:
    family = made.family
    traditions = pl.Series([name.capitalize() for name in TRADITIONS])
    ages = ((today - family.born) // 365.25).astype(np.int64)
    upper = np.array([high for _, high, _ in BANDS])
    bands = pl.Series([name for *_, name in BANDS])
    return pl.DataFrame(
        {
            "truth": made.truth(np.arange(made.count)),
            "tradition": traditions.gather(family.tradition),
            "ethnicity": made.traits.ethnicity_self.replace_strict(ETHNICITIES),
            "sex": pl.Series(["Male", "Female"]).gather(family.female.astype(np.int64)),
            "age": bands.gather(np.searchsorted(upper, ages)),
        }
    )
