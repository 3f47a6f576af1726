"""Why a name matched, in the officer's words; only from the words compared."""

from collections.abc import Iterable

from people.names.compare import Comparison, Pair
from people.names.likeness import Relation
from people.names.tables import PARTICLES, WEAK, formal_names

NUMBERS = {1: "one letter", 2: "two letters", 3: "three letters"}


def reasons(comparison: Comparison) -> list[str]:
    """One line for each typed word that is not as recorded, in the typed order; then the order."""
    lines = [line for pair in comparison.pairs if (line := _line(pair))]
    return [*lines, "the words stand in another order"] if comparison.turned else lines


def missing(comparison: Comparison) -> str:
    """The typed words that nothing recorded stands for, "" if there are none."""
    words = [_shown(w) for w in comparison.missing if w not in PARTICLES and w not in WEAK]
    return f"not in this name: {' '.join(words)}" if words else ""


def _line(pair: Pair) -> str:
    typed, recorded = _shown(pair.typed), _shown(pair.recorded)
    relation = pair.likeness.relation
    if relation is Relation.SHORT:
        return _short_form(pair)
    if relation is Relation.SPELLING:
        number = NUMBERS.get(pair.likeness.letters, "some letters")
        return f"{typed}: {number} different from {recorded}"
    words = _WORDS.get(relation)
    return f"{typed} {words} {recorded}" if words else ""


def _short_form(pair: Pair) -> str:
    typed, recorded = pair.typed, pair.recorded
    either = recorded in formal_names(typed) and typed in formal_names(recorded)
    if recorded in formal_names(typed) and not (either and len(typed) > len(recorded)):
        return f"{_shown(typed)} is a form of {_shown(recorded)}"
    if typed in formal_names(recorded):
        return f"known as {_shown(recorded)}, a form of {_shown(typed)}"
    shared = sorted(formal_names(typed) & formal_names(recorded))
    of = f" of {_shown(shared[0])}" if shared else " of one name"
    return f"{_shown(typed)} and {_shown(recorded)} are forms{of}"


_WORDS = {
    Relation.GENDER: "is the masculine or feminine form of",
    Relation.MISREAD: "may be misread for",
    Relation.VARIANT: "is another spelling of",
    Relation.LANGUAGE: "is another language's form of",
    Relation.SOUND: "sounds like",
    Relation.CONSONANTS: "has the same consonants as",
    Relation.BEGINNING: "shares its beginning with",
    Relation.ENDING: "is the end of",
    Relation.INITIAL: "is an initial of",
    Relation.JOINED: "is written as one word for",
    Relation.SPLIT: "is written as several words for",
}


def _shown(words: str | Iterable[str]) -> str:
    text = words if isinstance(words, str) else " ".join(words)
    return " ".join(word.capitalize() for word in text.split())
