"""Judged queries written by hand, a line each, that no rule or table was made for; their people.

A line is `category | person | typed` or, with a look-alike beside or instead of the person ("-"),
`category | person | typed | look-alike`. A person is "Given / Family / date of birth / alias;
alias", the last two optional; "@" stands between a typed name and a typed date of birth.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.relevance.population import Someone

FILES = {"unseen": "U", "fresh": "F"}  # beside this module, with the prefix of their references


class Judged(NamedTuple):
    """One line: `person` is None where only the look-alike exists."""

    ref: str
    category: str
    typed: str
    born_on: str
    person: Someone | None
    look_alike: Someone | None


def lines(name: str) -> Iterator[Judged]:
    """The lines of `<name>.txt`, in the file's order."""
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in text if line and not line.startswith("#")):
        category, person, asked, *other = (part.strip() for part in line.split(" | "))
        typed, _, born_on = (part.strip() for part in asked.partition("@"))
        ref = f"{FILES[name]}{number}"
        right = None if person == "-" else someone(ref, person, number)
        decoy = someone(f"{ref}x", other[0], number + 7) if other else None
        yield Judged(ref, category, typed, born_on, right, decoy)


def someone(ref: str, text: str, number: int) -> Someone:
    """A person from "Given / Family / dob / alias; alias"; a date is made up where none stands."""
    given, family, *rest = (part.strip() for part in text.split("/"))
    made_up = f"{1950 + number % 55}-{1 + number % 12:02}-{1 + number % 28:02}"
    aliases = tuple(a.strip() for a in rest[1].split(";")) if len(rest) > 1 else ()
    return Someone(ref, given, family, aliases, rest[0] if rest else made_up)


def people(judged: Iterable[Judged]) -> list[Someone]:
    """The people and the look-alikes of the lines."""
    return [one for line in judged for one in (line.person, line.look_alike) if one]


def queries(judged: Iterable[Judged]) -> list[dict[str, Any]]:
    """The lines as judged queries (people.evaluation)."""
    return [_query(line) for line in judged]


def _query(line: Judged) -> dict[str, Any]:
    asked = {"name": line.typed} | ({"dob": line.born_on} if line.born_on else {})
    about = {"id": line.ref, "category": line.category, "query": asked}
    if line.look_alike is None:
        return about | {"expect": "match", "person_id": line.ref}
    right = {"right_id": line.person.ref} if line.person else {}
    return about | {"expect": "no-match", "person_id": line.look_alike.ref} | right
