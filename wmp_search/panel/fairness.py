"""Missed and false matches by tradition of name, sex and age band, on generated truth (G5, G6).

Generated people only: nothing here can decide about anybody. A person is **missed** if records of
theirs that could be resolved ended in more than one place, and **confused** if somebody else's
record stands with one of theirs. Rates are of people, each counted once, with Wilson's 95 per cent
interval (JASA 22, 1927). Groups of fewer than LEAST people are not shown.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import polars as pl

from ingest.generator import make, population
from ingest.generator.reference import TRADITIONS
from ingest.resolution import engine, gate, generated, model
from ingest.resolution.workspace import Workspace
from wmp_search.panel.models import KINDS

LEAST = 5
Z = 1.959964
BANDS = ((0, 17, "Under 18"), (18, 24, "18 to 24"), (25, 34, "25 to 34"), (35, 44, "35 to 44"),
         (45, 54, "45 to 54"), (55, 64, "55 to 64"), (65, 130, "65 and over"))  # fmt: skip
_JUDGED = """
    create or replace table judged as
    select truth, coalesce(cluster, -id) as person
    from member left join cluster using (node)
    join '{folder}/truth.parquet' using (id) where node is not null
"""
_BY_PERSON = """
    with shared as (select person, count(distinct truth) > 1 as mixed from judged group by person),
    each as (
        select truth, count(*) as records, count(distinct person) as places,
            bool_or(mixed) as confused
        from judged join shared using (person) group by truth)
    select truth, records, places, confused from each
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `people`, with the interval in per cent."""

    people: int
    hits: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """One group: people missed (of those with two records or more) and people confused."""

    kind: str
    name: str
    missed: Rate | None
    confused: Rate | None


def measure(space: Workspace, version: str, people: int, seed: int) -> dict[str, Any]:
    """Resolve so many generated people with the model and count; JSON for a snapshot."""
    folder = space.folder / "panel"
    generated.prepare(people, seed, folder)
    engine.match(space, gate.job(folder, model.load(version)))
    space.run(_JUDGED.format(folder=folder))
    rows = space.rows(_BY_PERSON)
    found = pl.DataFrame(rows, schema=["truth", "records", "places", "confused"], orient="row")
    whole = found.join(attributes(people, seed), on="truth", how="inner")
    return {
        "everybody": asdict(_group("all", "Everybody", whole)),
        "groups": [asdict(group) for group in groups(whole)],
        "resolved_people": len(whole),
        "day": generated.DAY.isoformat(),
    }


def attributes(people: int, seed: int) -> pl.DataFrame:
    """truth, tradition, sex and age band of the generated people, as `make.make` draws them."""
    today = (generated.DAY - dt.date(1970, 1, 1)).days
    seeds = np.random.SeedSequence(seed).spawn(-(-people // make.CHUNK))
    names, parts = list(TRADITIONS), []
    for one, first in zip(seeds, range(0, people, make.CHUNK), strict=True):
        size = min(make.CHUNK, people - first)
        made = population.make(np.random.default_rng(one), first, size, today)
        ages = (today - np.asarray(made.family.born)) // 365.25
        parts.append(
            pl.DataFrame(
                {
                    "truth": made.truth(np.arange(size)),
                    "tradition": [
                        names[n].capitalize() for n in np.asarray(made.family.tradition)
                    ],
                    "sex": ["Female" if f else "Male" for f in np.asarray(made.family.female)],
                    "age": [_band(int(age)) for age in ages],
                }
            )
        )
    return pl.concat(parts)


def groups(people: pl.DataFrame) -> list[Group]:
    """Every group of every kind that has LEAST people or more."""
    found = []
    for kind in KINDS:
        names = sorted(people[kind].unique().to_list(), key=_order)
        parts = ((name, people.filter(pl.col(kind) == name)) for name in names)
        found += [_group(kind, name, part) for name, part in parts if len(part) >= LEAST]
    return found


def rate(people: int, hits: int) -> Rate | None:
    """A share in per cent with Wilson's interval; None for too few people."""
    if people < LEAST:
        return None
    share = hits / people
    middle = (share + Z * Z / (2 * people)) / (1 + Z * Z / people)
    half = Z * sqrt(share * (1 - share) / people + Z * Z / (4 * people**2)) / (1 + Z * Z / people)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Rate(people, hits, *(round(100 * value, 3) for value in (share, low, high)))


def _group(kind: str, name: str, people: pl.DataFrame) -> Group:
    several = people.filter(pl.col("records") > 1)
    missed = rate(len(several), several.filter(pl.col("places") > 1).height)
    return Group(kind, name, missed, rate(len(people), int(people["confused"].sum())))


def _band(age: int) -> str:
    return next(name for low, high, name in BANDS if low <= age <= high)


def _order(name: str) -> tuple[int, str]:
    bands = [band for *_, band in BANDS]
    return (bands.index(name) if name in bands else -1, name)
