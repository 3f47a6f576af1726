"""The mix of the generated crimes is that of the West Midlands, within two points a category."""

import csv
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from ingest.generator.feeds import crimes
from ingest.generator.feeds.layout import Chunk
from ingest.generator.reference import table
from tests.shared_data import SHARED, needs

TABLE_2016 = "police_uk", "wm_monthly_counts_by_crime_type_2016.csv"
TABLE_2017 = "police_uk", "west_midlands_recorded_crime_by_offence_2017_18.csv"
POINTS = 2.0
DRAWN = 200_000  # so many that chance moves no share by more than a quarter of a point
# data.police.uk counts anti-social behaviour beside crimes; it is no recorded crime, has no Crime
# ID and comes from control rooms: crime recording holds none, so that it is no part of the mix
NO_CRIME = "Anti-social behaviour"


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Per cent of each category. The Home Office table writes some of their words large."""
    total = sum(counts.values())
    return {name.capitalize(): 100 * count / total for name, count in sorted(counts.items())}


def of_2016() -> dict[str, float]:
    with SHARED.joinpath(*TABLE_2016).open(newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = [kind for kind in rows[0] if kind not in ("month", NO_CRIME)]
    return shares({kind: sum(int(row[kind]) for row in rows) for kind in kinds})


def of_2017() -> dict[str, float]:
    counted: Counter[str] = Counter()
    with SHARED.joinpath(*TABLE_2017).open(newline="") as file:
        for row in csv.DictReader(file):
            counted[row["Policeuk_Cat"].capitalize()] += int(row["Number_of_Offences"])
    return shares(counted)


def generated() -> dict[str, float]:
    """Of crimes drawn as a feed draws them: everybody's day and place are the same."""
    chunk = Chunk(np.random.default_rng(3), cast("Any", None), {}, today=20_000)
    nowhere = np.zeros(DRAWN, dtype=np.int64)
    place = {"street": "High Street", "postcode": "B1 1AA", "town": "Birmingham"}
    places = pl.DataFrame({name: [value] * DRAWN for name, value in place.items()})
    rows = crimes._rows(chunk, nowhere + 19_000, nowhere, places)
    return shares(dict(rows["CATEGORY"].value_counts().iter_rows()))


@needs(*TABLE_2016)
@needs(*TABLE_2017)
@pytest.mark.parametrize("year", [of_2016, of_2017], ids=["2016", "2017/18"])
def test_the_feed_has_the_mix_of_the_year(year: Any) -> None:
    real, made = year(), generated()
    assert made.keys() == real.keys()
    apart = {name: round(made[name] - real[name], 2) for name in real}
    assert {name: gap for name, gap in apart.items() if abs(gap) > POINTS} == {}


def test_what_is_drawn_is_what_the_reference_table_says() -> None:
    weights: Counter[str] = Counter()
    for category, weight in table("offences").select("category", "weight").iter_rows():
        weights[category] += weight
    declared, made = shares(weights), generated()
    assert max(abs(made[name] - declared[name]) for name in declared) < 0.5
