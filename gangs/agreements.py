"""The registered agreements under which a membership may be shared (policing.md F6)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Agreement:
    """With whom, what for, and until when; `ends_on` is its last day."""

    reference: str
    organisation: str
    purpose: str
    ends_on: date

    @property
    def words(self) -> str:
        return f"{self.reference}: {self.organisation}. {self.purpose}"


def in_force(on: date) -> list[Agreement]:
    """The agreements that hold on a day, in the order of the file."""
    return [a for a in _registered(Path(settings.GANG_AGREEMENTS)) if on <= a.ends_on]


@cache
def _registered(file: Path) -> tuple[Agreement, ...]:
    rows = tomllib.loads(file.read_text()).get("agreement", [])
    return tuple(Agreement(**row) for row in rows)
