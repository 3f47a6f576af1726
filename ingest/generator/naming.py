"""Which names people bear: drawn by name tradition, sex and year of birth."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.lexicon import Lexicon, lexicon
from ingest.generator.reference import (
    TRADITION,
    TRADITIONS,
    Bools,
    Floats,
    Ints,
    cumulative,
    pick,
    table,
)

NONE: Final = -1
# How often somebody has a second forename, by tradition (compiled by hand).
MIDDLE: Final[dict[str, float]] = {
    "british": 0.75, "irish": 0.7, "pakistani": 0.12, "bangladeshi": 0.2, "sikh": 0.0,
    "gujarati": 0.2, "somali": 1.0, "polish": 0.25, "romanian": 0.45, "caribbean": 0.65,
    "yoruba": 0.6, "igbo": 0.55, "chinese": 0.3, "arab": 0.25,
}  # fmt: skip
# First of two names that is rarely the one a person is called by.
HONORARY: Final = (
    "Mohammed", "Muhammad", "Mohammad", "Mohamed", "Muhammed", "Md", "Mohd", "Abdul", "Shah",
    "Syed", "Abu", "Ghulam",
)  # fmt: skip
OWN_FAMILY_NAME: Final = {"pakistani": 0.5, "bangladeshi": 0.6}  # women with a name of their own
SOUTH_ASIAN_FATHERS: Final = 0.25  # men whose last name is not their household's


@dataclass(frozen=True, slots=True)
class Pool:
    """Names with cumulated shares."""

    names: Ints
    shares: Floats

    def draw(self, rng: np.random.Generator, count: int) -> Ints:
        """`count` names."""
        drawn: Ints = self.names[pick(rng, self.shares, count)]
        return drawn


def _pool(rows: pl.DataFrame, words: Lexicon) -> Pool:
    numbers = np.array([words.numbers[name] for name in rows["name"].to_list()])
    return Pool(numbers, cumulative(rows["weight"]))


@cache
def given_pools() -> dict[tuple[int, bool], list[tuple[int, int, Pool]]]:
    """(tradition, is female) -> [(born from, born to, pool)]."""
    words, pools = lexicon(), {}
    rows = table("names").filter(pl.col("kind") == "given")
    for name, number in TRADITION.items():
        for female in (False, True):
            of_group = rows.filter(
                (pl.col("tradition") == name) & (pl.col("sex") == ("F" if female else "M"))
            )
            cohorts = of_group.group_by("born_from", "born_to", maintain_order=True)
            pools[number, female] = [
                (from_ or 0, to or 9999, _pool(part, words)) for (from_, to), part in cohorts
            ]
    return pools


@cache
def surname_pools(kind: str) -> dict[int, Pool]:
    """Tradition -> surnames of a kind (`surname` or `female_surname`)."""
    words = lexicon()
    rows = table("names").filter(pl.col("kind") == kind)
    parts = {name: rows.filter(pl.col("tradition") == name) for name in TRADITIONS}
    return {TRADITION[n]: _pool(part, words) for n, part in parts.items() if len(part)}


def given(rng: np.random.Generator, tradition: Ints, female: Bools, born: Ints) -> Ints:
    """A forename for each person; `born` is the year of birth."""
    names = np.zeros(len(tradition), dtype=np.int64)
    for (group, is_female), cohorts in given_pools().items():
        of_group = (tradition == group) & (female == is_female)
        for place, (from_, to, pool) in enumerate(cohorts):
            first, last = place == 0, place == len(cohorts) - 1
            fits = of_group & ((born >= from_) | first) & ((born <= to) | last)
            names[fits] = pool.draw(rng, int(fits.sum()))
    return names


def surname(rng: np.random.Generator, tradition: Ints, kind: str = "surname") -> Ints:
    """A surname for each person; NONE where the tradition has none of that kind."""
    names = np.full(len(tradition), NONE)
    for group, pool in surname_pools(kind).items():
        of_group = tradition == group
        names[of_group] = pool.draw(rng, int(of_group.sum()))
    return names


def is_in(tradition: Ints, *names: str) -> Bools:
    """Whether each tradition is one of `names`."""
    found: Bools = np.isin(tradition, [TRADITION[name] for name in names])
    return found


@cache
def honorary() -> Ints:
    """Lexicon numbers of HONORARY."""
    words = lexicon()
    return np.array([words.numbers[name] for name in HONORARY if name in words.numbers])
