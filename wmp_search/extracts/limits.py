"""limits.toml as a value."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """As limits.toml explains them."""

    k: int
    left_out: float
    days: int
    adult: int


@lru_cache(maxsize=1)
def load() -> Limits:
    """The limits in force."""
    file = Path(__file__).with_name("limits.toml")
    return Limits(**tomllib.loads(file.read_text(encoding="utf-8")))
