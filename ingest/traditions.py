"""From which tradition a name comes, as far as lists of names tell: for statistics alone.

Never of one person: what comes out is counted by the group and forgotten (DPA 2018 s.41; G4, G6).
The lists are those of the generator. A name that lists of several families hold says nothing; a
name on a British list and on one other is taken for the other, as the British lists are those of
everybody who lives here.
"""

from collections.abc import Iterable
from functools import cache

from ingest.generator.lexicon import fold
from ingest.generator.reference import table

BRITISH = "British, Irish and Caribbean"
SEVERAL, UNKNOWN = "Names of several traditions", "Not in our lists"
FAMILIES = {
    BRITISH: ("british", "irish", "caribbean"),
    "South Asian": ("pakistani", "bangladeshi", "sikh", "gujarati"),
    "Arab": ("arab",),
    "Somali": ("somali",),
    "West African": ("yoruba", "igbo"),
    "Polish": ("polish",),
    "Romanian": ("romanian",),
    "Chinese": ("chinese",),
}


def of_words(words: Iterable[str]) -> str:
    """The family of the surnames among some words of a name, else of the given names."""
    keys = [_key(word) for word in words if word]
    for kind in ("surname", "given"):
        found = frozenset[str]().union(*(_known(kind).get(key, frozenset()) for key in keys))
        if found:
            return _one(found)
    return UNKNOWN


def _one(found: frozenset[str]) -> str:
    others = found - {BRITISH}
    if len(others) > 1:
        return SEVERAL
    return next(iter(others or found))


@cache
def _known(kind: str) -> dict[str, frozenset[str]]:
    """Folded name → the families whose lists hold it. Read once: some 10,000 names."""
    family_of = {one: family for family, ones in FAMILIES.items() for one in ones}
    known: dict[str, set[str]] = {}
    for row in table("names").iter_rows(named=True):
        if kind in row["kind"]:
            known.setdefault(_key(row["name"]), set()).add(family_of[row["tradition"]])
    return {name: frozenset(families) for name, families in known.items()}


def _key(name: str) -> str:
    return "".join(char for char in fold(name).casefold() if char.isalpha())
