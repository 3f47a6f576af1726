"""Survivorship: in which order a person's rival values are shown (survivorship.toml)."""

import tomllib
from functools import cache
from pathlib import Path

CRITERIA = ("primary", "complete", "precise", "votes", "trusted", "recent")


@cache
def rules() -> dict[str, tuple[str, ...]]:
    """Attribute → criteria, strongest first. Raises ValueError for an unknown criterion."""
    text = Path(__file__).with_name("survivorship.toml").read_text(encoding="utf-8")
    read = {attribute: tuple(order) for attribute, order in tomllib.loads(text).items()}
    for attribute, order in read.items():
        if unknown := set(order) - set(CRITERIA):
            raise ValueError(f"survivorship.toml: {attribute} names {', '.join(sorted(unknown))}")
    return read


def order_by(attribute: str, tie: str) -> str:
    """The ORDER BY of an attribute over columns `by_<criterion>`; `tie` makes the order total."""
    return (
        ", ".join(f"by_{criterion} desc nulls last" for criterion in rules()[attribute])
        + f", {tie}"
    )
