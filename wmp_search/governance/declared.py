"""The parts of the documents that people write and decide: declared.toml."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("declared.toml")
NOT_DECIDED = "**not decided yet**"


@lru_cache(maxsize=1)
def load() -> dict[str, Any]:
    """What is declared."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def said(value: str) -> str:
    """The words, or that nobody has decided."""
    return value or NOT_DECIDED
