"""rules.toml as values: groups, rules, periods, the questions of a review."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from people.models import InvolvementRole

FILE = Path(__file__).with_name("rules.toml")
SOURCE_CLASS = "source-class"  # the rule that has no group of its own


class RulesError(Exception):
    """rules.toml cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Group:
    """A MoPI group; years as rules.toml explains them."""

    number: int
    title: str
    clear_years: int
    again_years: int
    until_age: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which records have which group; `group` None: that of the source's class."""

    id: str
    words: str
    group: int | None = None
    roles: tuple[str, ...] = ()
    offence: str = ""


@dataclass(frozen=True, slots=True)
class Disposal:
    """How disposal is held back."""

    most_percent: float
    quarantine_days: int
    not_after_days: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """After how many days an overdue record leaves front-line search; 0: never."""

    leaves_search_after_days: int
    owner: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it. `questions`: id → text of the national assessment criteria."""

    groups: Mapping[int, Group]
    rules: tuple[Rule, ...]
    classes: Mapping[str, int]
    resets: tuple[str, ...]
    review_at_age: int
    disposal: Disposal
    overdue: Overdue
    questions: Mapping[str, str]
    confirmed_by: str
    confirmed_on: str

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody answers for the periods."""
        return bool(self.confirmed_by and self.confirmed_on)

    def words(self, rule_id: str) -> str:
        """What a rule says; its own id if it is gone."""
        return next((rule.words for rule in self.rules if rule.id == rule_id), rule_id)


@lru_cache(maxsize=1)
def load() -> Rules:
    """The rules in force. Raises RulesError."""
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Rules:
    """Rules from the text of such a file. Raises RulesError."""
    try:
        said = tomllib.loads(text)
        found = Rules(
            groups={int(n): Group(int(n), **values) for n, values in said["group"].items()},
            rules=tuple(
                Rule(**{**rule, "roles": tuple(rule.get("roles", ()))}) for rule in said["rule"]
            ),
            classes=said["classes"],
            resets=tuple(said["resets"]["roles"]),
            review_at_age=said["children"]["review_at_age"],
            disposal=Disposal(**said["disposal"]),
            overdue=Overdue(**said["overdue"]),
            questions={q["id"]: q["text"] for q in said["question"]},
            confirmed_by=said["confirmed_by"],
            confirmed_on=said["confirmed_on"],
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise RulesError(f"rules.toml: {type(error).__name__}: {error}") from error
    _check(found)
    return found


def _check(found: Rules) -> None:
    if set(found.groups) != {1, 2, 3, 4}:
        raise RulesError("rules.toml: there must be the groups 1 to 4")
    named = {role for rule in found.rules for role in rule.roles} | set(found.resets)
    if unknown := named - set(InvolvementRole.values):
        raise RulesError(f"rules.toml: no such role: {', '.join(sorted(unknown))}")
    numbers = {*found.classes.values(), *(r.group for r in found.rules if r.group is not None)}
    if not numbers <= set(found.groups):
        raise RulesError("rules.toml: a rule or a class names a group that is not there")
    if found.rules[-1].id != SOURCE_CLASS or "other" not in found.classes:
        raise RulesError("rules.toml: the last rule is source-class, and classes has an `other`")
