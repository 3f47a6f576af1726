"""The ways in which a person's recorded names may be said in full."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from people.names.compare import RecordedName
from people.names.fold import tokens


class Variant(NamedTuple):
    """A comparable name and the place of the recorded one that it comes from."""

    name: RecordedName
    place: int


def variants(names: Sequence[Sequence[str]]) -> list[Variant]:
    """Every way to say a person's names; each is [given names, surname, …], the best first.

    A name of one word ("Sparky", a maiden name) is also said with the surname, and with the
    first given name before it.
    """
    made: dict[RecordedName, int] = {}
    first = recorded(names[0][0], names[0][1]) if names else RecordedName((), ())
    for place, (given, surname, *_) in enumerate(names):
        name = recorded(given, surname)
        made.setdefault(name, place)
        words = name.given + name.family
        if place and words and len(f"{given} {surname}".split()) == 1:
            if first.family and words != first.family:
                made.setdefault(RecordedName(words, first.family), place)
            if first.given and words != first.given[:1]:
                made.setdefault(RecordedName(first.given[:1], words), place)
    return [Variant(name, place) for name, place in made.items() if name.given or name.family]


@lru_cache(maxsize=100_000)
def recorded(given: str, surname: str) -> RecordedName:
    """A recorded name as folded words."""
    return RecordedName(tokens(given), tokens(surname))
