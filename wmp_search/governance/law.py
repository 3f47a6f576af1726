"""The rows of law and standards, and which tests hold them: tests/law.toml, read and checked."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

FILE = "tests/law.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `tests`: test file below tests/ → names; `gap`: what no test holds, in words."""

    id: str
    what: str
    source: str
    law: bool = False
    tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    gap: str = ""
    not_ours: str = ""

    @property
    def covered(self) -> bool:
        """Whether at least one test holds part of it; a gap may still be named."""
        return bool(self.tests or self.rules)

    @property
    def state(self) -> str:
        """In one word or two, for a table."""
        if self.not_ours:
            return "Does not concern it"
        if not self.covered:
            return "**Gap**"
        return "Part, **gap**" if self.gap else "Held"


def is_there() -> bool:
    """Whether the file came with the installation: tests may be left out of one."""
    return (settings.BASE_DIR / FILE).is_file()


def read(text: str | None = None) -> list[Row]:
    """The rows of the file (of `text`, if given), in its order."""
    said = text if text is not None else (settings.BASE_DIR / FILE).read_text(encoding="utf-8")
    return [_row(key, value) for key, value in tomllib.loads(said).items()]


def _row(key: str, value: dict[str, Any]) -> Row:
    tests = {file: tuple(names) for file, names in value.get("tests", {}).items()}
    kept = {name: value[name] for name in value if name not in ("tests", "rules")}
    return Row(id=key, tests=tests, rules=tuple(value.get("rules", ())), **kept)


def faults(rows: list[Row], root: Path) -> list[str]:
    """What is wrong with the file, in words: tests that do not exist, rows without a word."""
    return [*_unheld(rows), *_missing(rows, root), *_unknown_rules(rows, root)]


def _unheld(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if not (row.covered or row.gap or row.not_ours):
            yield f"{row.id}: neither tests nor a gap nor a reason why it does not concern us"
        if row.not_ours and (row.covered or row.gap):
            yield f"{row.id}: does not concern us, and yet has tests or a gap"


def _missing(rows: list[Row], root: Path) -> Iterator[str]:
    for row in rows:
        for file, names in row.tests.items():
            found = tests_of(root / "tests" / file)
            yield from (f"{row.id}: {file} has no {name}" for name in names if name not in found)


def _unknown_rules(rows: list[Row], root: Path) -> Iterator[str]:
    said = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    known = {contract["name"] for contract in said["tool"]["importlinter"]["contracts"]}
    for row in rows:
        yield from (f"{row.id}: no import rule “{r}”" for r in row.rules if r not in known)


def tests_of(file: Path) -> set[str]:
    """The names of the tests of a file; none where there is no such file."""
    if not file.is_file():
        return set()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {n.name for n in body if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")}
