"""A search that found nobody, explained: what was tried, where, and what cannot be said.

Whether hidden people match is told nobody: the words are the same whether there are any or not
(anchors.md 2.7; policing.md K3). They follow from the question and the scope alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from people import feeds
from people.feeds import Feed
from people.notations import ages, dates, places
from people.question import Question, shown
from people.understand import NUMBERS
from wmp_search.access.scope import Scope

AS_TYPED = "just as typed, in any order, among all names, aliases and nicknames"
TRIED = {
    dates.KIND: "also with day and month exchanged, with one digit wrong, and as a year alone",
    ages.AGE: "a year more or less",
    ages.SEX: "as support only",
    places.POSTCODE: "among all addresses on record, and its first half alone",
    places.STREET: "among all addresses on record, without the house number",
    places.TOWN: "among all addresses on record",
}
SPELLINGS = (
    "other spellings, one or two letters wrong, letters exchanged",
    "names that sound alike, and the consonants alone",
    "nicknames, short forms and forms of other languages",
    "two words written as one, one as two, and initials",
)


@dataclass(frozen=True, slots=True)
class NoTrace:
    """`tried`: lines in plain words. `feeds`: systems that were searched. `limits`: what is not
    known by this search.
    """

    tried: tuple[str, ...]
    feeds: tuple[Feed, ...]
    limits: tuple[str, ...]

    @property
    def late(self) -> tuple[Feed, ...]:
        """The systems whose data should be newer."""
        return tuple(feed for feed in self.feeds if feed.late)


def explained(question: Question, scope: Scope) -> NoTrace:
    """What a search of this scope tried. One query, for the deliveries."""
    return NoTrace(tuple(_tried(question)), feeds.searched(scope), tuple(_limits(scope)))


def _tried(question: Question) -> Iterator[str]:
    exact = question.narrowing.exact
    for part in question.parts:
        words = f"{part.label} “{shown(part)}”"
        if part.kind == "name":
            yield f"{words}: {AS_TYPED}"
            yield from () if exact or "*" in part.value else SPELLINGS
        elif part.kind in NUMBERS:
            yield f"{words}: in every way of writing it, among all kinds of numbers"
        elif part.kind == dates.KIND and len(part.value) < len("1989-06-08"):
            yield f"{words}: among all dates of birth on record, whole or in part"
        else:
            yield f"{words}: {'just as typed' if exact else TRIED[part.kind]}"


def _limits(scope: Scope) -> Iterator[str]:
    yield (
        "Records may exist that your role does not open, or that are restricted to others. "
        "Whether there are any is not said here."
    )
    if not scope.covers_victims:
        yield (
            "Under this purpose people who were only ever victims, witnesses or otherwise harmed "
            "are not found."
        )
    yield "What a system has not delivered yet cannot be found."


def fingerprint(statement: Mapping[str, Any]) -> str:
    """SHA-256 of a certificate's statement as canonical JSON, in hexadecimal."""
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
