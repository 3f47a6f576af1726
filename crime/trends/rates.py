"""Crimes per 1,000 residents, where the population of an area is loaded.

No rate of few crimes or few people: it would jump. Residents are not the people who are there:
the rate of a town centre counts its shops and its nights by those who sleep in it (crime.md 1.4).
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scipy import stats

from crime.models import Population
from crime.search import area_key

FEWEST_PEOPLE, FEWEST_CRIMES = 1_000, 20
MONTHS = 12
MOST_PEOPLE = 100_000_000  # more is no area of this country


@dataclass(frozen=True, slots=True)
class Rate:
    """Per 1,000 residents in a year, and between what chance alone would have it (95 %)."""

    per_thousand: float
    low: float
    high: float
    crimes: int
    people: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class NoRate:
    """Why no rate is said, in words."""

    why: str


def rate(area: str, months: tuple[date, ...], counts: tuple[int, ...]) -> Rate | NoRate | None:
    """The rate of the last twelve months; None where no population of the area is loaded.

    The population is that of the year of the last month, else of the nearest year before it, else
    of the first after it. One query.
    """
    if not area or len(months) < MONTHS:
        return None
    known = list(Population.objects.filter(area=area_key(area)).order_by("year"))
    if not known:
        return None
    before = [one for one in known if one.year <= months[-1].year]
    chosen, crimes = (before[-1] if before else known[0]), sum(counts[-MONTHS:])
    if chosen.people < FEWEST_PEOPLE:
        return NoRate(f"Fewer than {FEWEST_PEOPLE:,} people live there: a rate would say nothing")
    if crimes < FEWEST_CRIMES:
        return NoRate(f"Fewer than {FEWEST_CRIMES} crimes in a year: a rate would say nothing")
    return of(crimes, chosen)


def of(crimes: int, population: Population) -> Rate:
    """The rate with the exact interval of a Poisson count (Garwood 1936)."""
    per = 1_000 / population.people
    low = float(stats.chi2.ppf(0.025, 2 * crimes)) / 2
    high = float(stats.chi2.ppf(0.975, 2 * (crimes + 1))) / 2
    return Rate(
        per_thousand=crimes * per,
        low=low * per,
        high=high * per,
        crimes=crimes,
        people=population.people,
        year=population.year,
        source=population.source,
    )


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a CSV file with headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(rows: Iterable[Mapping[str, Any]]) -> tuple[int, list[tuple[int, str]]]:
    """Add populations and change those that are known: how many were written, and which rows were
    not: (line, why). A row: area (code or name, as a trend is asked for), year, population and
    source.
    """
    refused, known = [], {}
    for line, row in enumerate(rows, start=2):
        try:
            one = _population(row)
        except ValueError as error:
            refused.append((line, str(error)))
        else:
            known[one.area, one.year] = one
    Population.objects.bulk_create(
        known.values(),
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["area", "year"],
        update_fields=["people", "source", "loaded_at"],
    )
    return len(known), refused


def _population(row: Mapping[str, Any]) -> Population:
    """Raises ValueError saying what is wrong."""
    area = area_key(str(row.get("area") or ""))
    year, people = (_number(row, name) for name in ("year", "population"))
    source = str(row.get("source") or "").strip()
    if not 0 < len(area) <= 60:
        raise ValueError("area: give a code or a name")
    if not 1900 < year < 2200:
        raise ValueError("year: not a year")
    if people > MOST_PEOPLE:
        raise ValueError("population: not the population of an area")
    if not 0 < len(source) <= 200:
        raise ValueError("source: say where the number is from, in 200 characters or fewer")
    return Population(area=area, year=year, people=people, source=source)


def _number(row: Mapping[str, Any], name: str) -> int:
    text = str(row.get(name) or "").replace(",", "").strip()
    if not text.isdecimal() or len(text) > 9:
        raise ValueError(f"{name}: not a whole number")
    return int(text)
