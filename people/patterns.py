"""Wildcards and phrases in a typed name: "Kow* anna", "“Anna Maria” Kowalska" (policing.md B9).

For roles that may search wide only. A wildcard stands inside or at the end of a word, behind at
least LEAST letters: nothing lists everybody. People who fit one are at most a possible match.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from people.criteria import CriteriaError, PersonCriteria
from people.names.fold import fold, in_natural_order, tokens
from people.ranking import Match, Strength, judge
from wmp_search.search.query import Clause, term

LEAST = 3  # letters before the wildcard
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
_NOT_PATTERN = re.compile(r"[^a-z*]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """A name as typed: `plain` for the comparison, `words` in order, and what must hold."""

    plain: str
    words: tuple[str, ...]  # folded; a pattern holds "*"
    phrases: tuple[tuple[str, ...], ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if "*" in word)

    @property
    def is_plain(self) -> bool:
        return not self.patterns and not self.phrases


@lru_cache(maxsize=1_000)
def read(name: str) -> Typed:
    """The name taken apart. Raises CriteriaError for a wildcard that stands too far in front."""
    phrases = tuple(tokens(found) for found in _QUOTED.findall(name))
    natural = in_natural_order(re.sub(r"[\"“”]", " ", name))
    words: list[str] = []
    for raw in natural.split():
        words += [_pattern(raw)] if "*" in raw else tokens(raw)
    plain = " ".join(re.sub(r"\*\S*", "", raw) for raw in natural.split())
    return Typed(plain, tuple(words), tuple(p for p in phrases if len(p) > 1))


def _pattern(raw: str) -> str:
    word = re.sub(r"\*+", "*", _NOT_PATTERN.sub("", fold(raw)))
    if len(word.partition("*")[0]) < LEAST:
        raise CriteriaError(f"Put at least {LEAST} letters before the *, for example Kow*")
    return word


def clauses(typed: Typed) -> list[Clause]:
    """Filters of the index: words that fit, and neighbours in order."""
    fitting: list[Clause] = [{"wildcard": {"n_tok": {"value": p}}} for p in typed.patterns]
    pairs = ((p[at : at + 2]) for p in typed.phrases for at in range(len(p) - 1))
    return fitting + [term("n_join", "".join(pair)) for pair in pairs]


def judged(
    criteria: PersonCriteria, typed: Typed, hits: Iterable[dict[str, Any]], today: date
) -> list[Match]:
    """The matches among the hits, the best first, for a name with wildcards or phrases."""
    found = [m for hit in hits for m in _judged(criteria, typed, hit, today)]
    return sorted(found, key=lambda match: -match.score)


def _judged(
    criteria: PersonCriteria, typed: Typed, hit: dict[str, Any], today: date
) -> Iterator[Match]:
    names = [tokens(f"{given} {surname}") for given, surname, *_ in hit["_source"]["names"]]
    for held in names:
        words = _fitted(typed, held)
        if not words:
            continue
        for match in judge(criteria, words, [hit], today):
            if typed.patterns and match.strength is Strength.STRONG:
                match = replace(match, strength=Strength.POSSIBLE)  # noqa: PLW2901
            yield replace(match, why=(*_why(typed), *match.why))
        return


def _fitted(typed: Typed, held: Sequence[str]) -> tuple[str, ...]:
    """The typed words with each wildcard read as the recorded word; () where one does not fit."""
    if any(not _stands_in(phrase, held) for phrase in typed.phrases):
        return ()
    words = []
    for word in typed.words:
        fits = [one for one in held if "*" in word and _regex(word).fullmatch(one)]
        if "*" in word and not fits:
            return ()
        words.append(fits[0] if fits else word)
    return tuple(words)


@lru_cache(maxsize=1_000)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("[a-z0-9]*".join(map(re.escape, pattern.split("*"))))


def _stands_in(phrase: Sequence[str], held: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(held[at : at + size]) == tuple(phrase) for at in range(len(held)))


def _why(typed: Typed) -> list[str]:
    return [f"fits {pattern}" for pattern in typed.patterns] + [
        f"“{' '.join(phrase)}” in this order" for phrase in typed.phrases
    ]
