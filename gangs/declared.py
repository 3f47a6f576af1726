"""The declared criteria of memberships and what each status needs, as `criteria.toml` has them."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("criteria.toml")
CONTEXT = "context"
COURT = "court"
HARMED = frozenset({"exploited", "at_risk"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as declared. `harmed`: of people who are harmed, not of members."""

    code: str
    words: str
    sort: str
    roles: frozenset[str] = frozenset()
    harmed: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts at all; context never does."""
        return self.sort != CONTEXT

    def fits(self, status: str) -> bool:
        """Whether it may be named for this status: context may for every one."""
        return not self.counts or self.harmed == (status in HARMED)


@dataclass(frozen=True, slots=True)
class Need:
    """What one status needs."""

    criteria: int
    sorts: int
    independent: int
    least_source: int
    least_assessment: str
    court_alone: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The file as a whole."""

    version: str
    months: int
    evidence_months: int
    criteria: Mapping[str, Criterion]
    needs: Mapping[str, Need]
    refused_words: tuple[str, ...]
    instead: str


@cache
def rules() -> Rules:
    """The declared rules. Read once; a file that does not fit stops the start."""
    return parse(tomllib.loads(FILE.read_text()))


def parse(given: Mapping[str, object]) -> Rules:
    """The rules of a parsed file. Raises KeyError, TypeError, ValueError where it does not fit."""
    data: dict[str, object] = dict(given)
    criteria = [_criterion(row) for row in _rows(data["criterion"])]
    needs = {str(row.pop("code")): Need(**row) for row in _rows(data["status"])}  # type: ignore[arg-type]
    words = data["words"]
    if not isinstance(words, dict) or len({c.code for c in criteria}) != len(criteria):
        raise ValueError("words are a table, and no criterion stands twice")
    return Rules(
        version=str(data["version"]),
        months=int(str(data["months"])),
        evidence_months=int(str(data["evidence_months"])),
        criteria={c.code: c for c in criteria},
        needs=needs,
        refused_words=tuple(words["refused"]),
        instead=str(words["instead"]),
    )


def _rows(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError("a list of tables is expected")
    return [dict(row) for row in value]


def _criterion(row: Mapping[str, object]) -> Criterion:
    roles = row.get("roles", ())
    if not isinstance(roles, Collection):
        raise TypeError("roles is a list")
    return Criterion(
        code=str(row["code"]),
        words=str(row["words"]),
        sort=str(row["sort"]),
        roles=frozenset(str(role) for role in roles),
        harmed=bool(row.get("harmed", False)),
    )
