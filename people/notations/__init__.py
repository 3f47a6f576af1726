"""How officers write facts in a line of text: dates, ages, numbers, places. One module a kind."""

import re
from typing import NamedTuple

CUT = "\x1f"  # stands in a line for each character of a fact that has been found


class Found(NamedTuple):
    """A fact in a line: what kind, its value in canonical form, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


def found(kind: str, value: str, match: re.Match[str]) -> Found:
    """A fact that takes up the whole match."""
    return Found(kind, value, match.start(), match.end())
