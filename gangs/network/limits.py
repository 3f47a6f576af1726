"""The limits of limits.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gangs.network.models import Type

COUNTED = 250  # links of a node are counted so far: more is a hub whatever its kind
STEPS = 50  # in which the links of a person are counted, rounded up
CURATED = 1_000  # the degree of a node that somebody has said is no link


@dataclass(frozen=True, slots=True)
class Limits:
    """`hub`: the most links of a node that is walked through, by its type's number."""

    hub: tuple[int, ...]
    chart: dict[str, int]
    path: dict[str, int]
    days_apart: int
    steadiness: dict[str, float]
    emerging: dict[str, int]


@cache
def limits() -> Limits:
    """The file's content. Raises ValueError for a limit that could never be reached."""
    found: dict[str, Any] = tomllib.loads(Path(__file__).with_name("limits.toml").read_text())
    hub = tuple(found["hub"][kind.name.lower()] for kind in Type)
    if max(hub) >= COUNTED:
        raise ValueError(f"limits.toml: a hub has fewer than {COUNTED} links")
    if hub[Type.PERSON] % STEPS:
        raise ValueError(f"limits.toml: the hub of a person is a multiple of {STEPS}")
    return Limits(
        hub,
        found["chart"],
        found["path"],
        found["address"]["days_apart"],
        found["steadiness"],
        found["emerging"],
    )
