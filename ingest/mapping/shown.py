"""A row as it would be loaded, in words for the page."""

import json
import re
from dataclasses import dataclass

_HIDDEN = frozenset({"system", "tier", "changed_at", "born_precision"})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the sample and what its fields become: (field, value)."""

    line: int
    values: list[tuple[str, str]]


def shown(line: int, row: dict[str, str]) -> Row:
    """`row`: field → text, lists in PostgreSQL's or JSON's notation."""
    return Row(
        line, [(k.replace("_", " "), _words(v)) for k, v in row.items() if k not in _HIDDEN]
    )


def _words(text: str) -> str:
    if text.startswith("[{"):
        parts = json.loads(text)
        return "; ".join(", ".join(str(v) for v in part.values() if v) for part in parts)
    if re.fullmatch(r"\{.*\}", text, re.DOTALL):
        return text[1:-1].replace('"', "").replace(",", ", ")
    return text
