"""Advice of the panel and the force's responses: advice.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("advice.toml")


@dataclass(frozen=True, slots=True)
class Advice:
    """One advice; empty strings where the force has not answered."""

    id: str
    given_on: str
    about: str
    advice: str
    models: tuple[str, ...] = ()
    response: str = ""
    responded_on: str = ""
    status: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether the force has published a response and a status."""
        return bool(self.response and self.status)


def read(text: str | None = None) -> list[Advice]:
    """What was given, the latest first."""
    said = tomllib.loads(text if text is not None else FILE.read_text(encoding="utf-8"))
    rows = said.get("advice", ())
    found = [Advice(**{**one, "models": tuple(one.get("models", ()))}) for one in rows]
    return sorted(found, key=lambda one: one.given_on, reverse=True)


def unadvised(models: Sequence[str], given: Sequence[Advice]) -> list[str]:
    """Models that no advice names."""
    named = {version for one in given for version in one.models}
    return [version for version in models if version not in named]
