"""What is known about single names: how frequent, whose, and which are one name.

The tables and their sources stand in `data/` (README.md there). They are facts about language
and population; none of them is a list of test cases.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import nicknames

DATA = Path(__file__).parent / "data"


def _words(name: str) -> frozenset[str]:
    """A line of words.txt."""
    for line in (DATA / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return frozenset(line.split()[1:])
    raise KeyError(name)


PARTICLES = _words("particles")
TITLES = _words("titles")
# so frequent, or so freely added and left out, that they say little about who somebody is
WEAK = _words("weak")
# added to the names of men, of women
MEN, WOMEN = _words("men"), _words("women")

_POPULATION = 1_000_000
_LEAST_WEIGHT = 0.25
_UNKNOWN_PER_MILLION = 2.0
_MANY = 20.0  # per million


class Known(NamedTuple):
    """A given name in the register of births: per million people, percent female."""

    per_million: float
    female: int


@cache
def given_names() -> Mapping[str, Known]:
    """Given names of England and Wales."""
    return {name: Known(float(share), int(female)) for name, share, female in _rows("given_names")}


@cache
def surnames() -> Mapping[str, float]:
    """Surnames of the United Kingdom, per million people."""
    return {name: float(share) for name, share in _rows("surnames")}


@cache
def _other_names() -> Mapping[str, str]:
    """Names of other languages: the letters F, M, U (given) and S (surname) that apply."""
    found: dict[str, str] = defaultdict(str)
    for name, kind in _rows("other_names"):
        found[name] += kind
    return found


def read_all() -> None:
    """Read every table now instead of at its first use."""
    for table in (given_names, surnames, _other_names, _symbols, _members):
        table()


def common(per_million: float = 10.0) -> Iterator[str]:
    """Given names and surnames borne by at least that many in a million."""
    yield from (name for name, known in given_names().items() if known.per_million >= per_million)
    yield from (name for name, share in surnames().items() if share >= per_million)


def is_given(token: str) -> bool:
    """Whether a token is known as a given name."""
    if token in given_names() or bool(set(_other_names().get(token, "")) - {"S"}):
        return True
    return any(group[0] == "N" for group in symbols(token))


def is_grouped(token: str) -> bool:
    """Whether a token is in a name group, so that its other forms are known."""
    return any(group[0] != "V" for group in symbols(token))


def is_often_given(token: str) -> bool:
    """Whether many are given the name: a name of its own, not one family's spelling of another."""
    known = given_names().get(token)
    return known is not None and known.per_million >= _MANY


def is_established(token: str) -> bool:
    """Whether a given name stands in a table of names, not only in the register of births, which
    holds slips of the pen, too.
    """
    return bool(_other_names().get(token)) or is_grouped(token)


def is_surname(token: str) -> bool:
    """Whether a token is known as a surname."""
    return token in surnames() or "S" in _other_names().get(token, "")


@lru_cache(maxsize=100_000)
def percent_female(token: str) -> float | None:
    """Of those given this name or another spelling of it; None if nobody knows."""
    if known := given_names().get(token):
        return known.female
    letters = _other_names().get(token, "")
    if given := [letter for letter in letters if letter != "S"]:
        return {"F": 100.0, "M": 0.0, "U": 50.0}[given[0]]
    spelled = [
        known.female
        for group in symbols(token)
        if group[0] in "WV"
        for name in _members().get(group, ())
        if (known := given_names().get(name))
    ]
    return sum(spelled) / len(spelled) if spelled else None


@lru_cache(maxsize=200_000)
def weight(token: str) -> float:
    """How much a token says about who somebody is: 0.1 (a title) to 1 (a rare name)."""
    if token in TITLES:
        return 0.10
    if token in PARTICLES:
        return 0.12
    given = given_names().get(token)
    share = max(_UNKNOWN_PER_MILLION, given.per_million if given else 0, surnames().get(token, 0))
    rarity = math.log(_POPULATION / share) / math.log(_POPULATION / _UNKNOWN_PER_MILLION)
    return max(_LEAST_WEIGHT, rarity) * (0.55 if token in WEAK else 1) * _length_factor(token)


def is_known(token: str) -> bool:
    """Whether anybody is recorded under this name, as far as the tables go."""
    return is_given(token) or is_surname(token) or bool(symbols(token))


def _length_factor(token: str) -> float:
    return 0.6 if len(token) == 1 else 1


# --- names that are one name -----------------------------------------------------------------


@lru_cache(maxsize=200_000)
def symbols(token: str) -> frozenset[str]:
    """Ids of the name groups a token is in.

    "W:…" other spellings of one name, "N:robert" the forms of Robert, "X:…" the same name in
    other languages, "P:…" written as heard: two tokens that share such an id are one name, in
    the way the letter says. "V:jon" names met instead of Jon: they say nothing about each other.
    """
    return _symbols().get(token, frozenset())


def groups(kinds: str) -> Iterator[tuple[str, str]]:
    """(group id, token) of the name groups of these kinds, but for Wikidata's: there names of
    their own stand together (Laura and Lauren, James and Jacob).
    """
    short = (("N", pair) for pair in _short_forms())
    for kind, members in chain(short, _groups("families.txt")):
        if kind in kinds:
            yield from ((f"{kind}:{members[0]}", member) for member in members)


@lru_cache(maxsize=200_000)
def shared_kinds(one: str, other: str) -> frozenset[str]:
    """The letters of the groups that make two tokens one name."""
    both = symbols(one) & symbols(other)
    kinds = {i[0] for i in both if i[0] != "V"}
    if f"V:{one}" in both or f"V:{other}" in both:
        kinds.add("V")
    return frozenset(kinds)


@lru_cache(maxsize=200_000)
def formal_names(token: str) -> frozenset[str]:
    """The full names that a short form stands for; empty for a full name."""
    ids = symbols(token)
    return frozenset(i[2:] for i in ids if i.startswith("N:") and i[2:] != token)


@cache
def _symbols() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for formal, short in _short_forms():
        found[formal].add(f"N:{formal}")
        found[short].add(f"N:{formal}")
    for kind, members in _groups("families.txt", "wikidata.txt"):
        for name in members:
            found[name].add(f"{kind}:{members[0]}")
    return {name: frozenset(ids) for name, ids in found.items()}


@cache
def _members() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, ids in _symbols().items():
        for group in ids:
            found[group].append(name)
    return found


def _short_forms() -> Iterator[tuple[str, str]]:
    """(full name, short form): the nicknames package, then our own reviewed list."""
    path = Path(nicknames.__file__).with_name("names.csv")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["name1"], row["name2"]
    for kind, members in _reviewed():
        if kind == "N":
            for short in members[1:]:
                yield members[0], short


def _groups(*spellings: str) -> Iterator[tuple[str, Sequence[str]]]:
    for kind, file in (*(("W", name) for name in spellings), ("V", "variants.txt")):
        for line in (DATA / file).read_text(encoding="utf-8").splitlines():
            yield kind, line.split()
    for kind, members in _reviewed():
        if kind != "N":
            yield kind, members


def _reviewed() -> Iterator[tuple[str, list[str]]]:
    for line in (DATA / "groups.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, members = line.partition(" ")
            yield kind, members.split()


def _rows(table: str) -> Iterator[list[str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)
