"""Ethnicity, self-defined and observed, and warning markers. Never used to match people."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.naming import is_in
from ingest.generator.reference import TRADITION, Floats, Ints, cumulative, only, pick

MARKERS: Final = {  # PNC warning signals and their frequency (ours)
    "VI": 30, "WE": 14, "DR": 22, "MN": 16, "SU": 14, "ES": 6, "FI": 3, "AT": 14, "CO": 3, "AG": 6,
    "XP": 1, "IM": 1, "IF": 1,
}  # fmt: skip
# Self-defined ethnicity (18+1) by name tradition; the remainder is "not stated".
SELF_DEFINED: Final[dict[str, dict[str, float]]] = {
    "british": {"W1": 0.90, "W2": 0.01, "M1": 0.03, "W9": 0.01},
    "irish": {"W2": 0.55, "W1": 0.28, "W3": 0.12},
    "pakistani": {"A2": 0.88, "A9": 0.05, "M3": 0.02},
    "bangladeshi": {"A3": 0.90, "A9": 0.04},
    "sikh": {"A1": 0.88, "A9": 0.07},
    "gujarati": {"A1": 0.89, "A9": 0.06},
    "somali": {"B2": 0.83, "B9": 0.10},
    "polish": {"W9": 0.95},
    "romanian": {"W9": 0.88, "W4": 0.07},
    "caribbean": {"B1": 0.72, "M1": 0.18, "B9": 0.05},
    "yoruba": {"B2": 0.90, "B9": 0.05},
    "igbo": {"B2": 0.90, "B9": 0.05},
    "chinese": {"A4": 0.88, "A9": 0.07},
    "arab": {"O2": 0.45, "O9": 0.25, "A9": 0.25},
}
# As an officer perceives it: IC code by tradition, one in ten perceived otherwise.
OBSERVED: Final = dict(
    zip(
        TRADITION,
        ("1", "1", "4", "4", "4", "4", "3", "1", "2", "3", "3", "3", "5", "6"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Traits:
    """One entry per person."""

    ethnicity_self: pl.Series  # 18+1 code
    ethnicity_observed: pl.Series  # IC code
    markers: pl.Series  # list of warning signals


def make(rng: np.random.Generator, tradition: Ints, marked: Floats) -> Traits:
    """Traits by name tradition; `marked` is the chance of a warning marker, per person."""
    return Traits(
        ethnicity_self=_ethnicity_self(rng, tradition),
        ethnicity_observed=_ethnicity_observed(rng, tradition),
        markers=_markers(rng, marked),
    )


def _ethnicity_self(rng: np.random.Generator, tradition: Ints) -> pl.Series:
    """What people say of themselves: an 18+1 code each."""
    codes = np.full(len(tradition), "NS", dtype="<U2")
    for name, shares in SELF_DEFINED.items():
        group = is_in(tradition, name)
        names = np.array([*shares, "NS"])
        weights = [*shares.values(), 1 - sum(shares.values())]
        codes[group] = names[pick(rng, cumulative(weights), int(group.sum()))]
    return pl.Series(codes)


def _ethnicity_observed(rng: np.random.Generator, tradition: Ints) -> pl.Series:
    """What officers perceive: an IC code each; one in ten is perceived otherwise."""
    codes = np.array(list(OBSERVED.values()))[tradition]
    otherwise = np.array(list("1234569"))[rng.integers(0, 7, len(tradition))]
    return "IC" + pl.Series(np.where(rng.random(len(tradition)) < 0.1, otherwise, codes))


def _markers(rng: np.random.Generator, share: Floats) -> pl.Series:
    """A list of up to three warning signals each; `share` of people have one at least."""
    count = len(share)
    codes, shares = pl.Series(list(MARKERS)), cumulative([float(n) for n in MARKERS.values()])
    columns = {}
    for place, more in enumerate((1.0, 0.4, 0.15)):
        has = rng.random(count) < share * more
        columns[f"m{place}"] = only(codes.gather(pick(rng, shares, count)), has)
    found = pl.DataFrame(columns).select(
        pl.concat_list("m0", "m1", "m2").list.drop_nulls().list.unique(maintain_order=True)
    )
    return found.to_series()
