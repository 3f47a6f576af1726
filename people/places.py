"""Where somebody lives, in keys: a postcode, its first half, a street, a town."""

import re
from functools import lru_cache

from people import identifiers
from people.names.fold import fold

_HOUSE = re.compile(r"^(?:flat\s+\w+\s+)?\d+[a-z]?(?:\s*-\s*\d+)?\s+")
_NOT_WORD = re.compile(r"[\W_]+")
# street types as addresses abbreviate them (Royal Mail's Postcode Address File, thoroughfares)
_TYPES = {
    "ave": "avenue", "av": "avenue", "cl": "close", "clo": "close", "cres": "crescent",
    "cresc": "crescent", "ct": "court", "crt": "court", "dr": "drive", "dv": "drive",
    "gdns": "gardens", "gdn": "garden", "grn": "green", "gr": "grove", "gro": "grove",
    "hse": "house", "ln": "lane", "pl": "place", "pk": "park", "pde": "parade", "rd": "road",
    "sq": "square", "st": "street", "str": "street", "ter": "terrace", "terr": "terrace",
    "wlk": "walk", "wk": "walk", "wy": "way",
}  # fmt: skip
STREET_TYPES = frozenset(_TYPES.values()) | {
    "alley", "croft", "end", "hill", "mews", "rise", "row", "view", "yard",
}  # fmt: skip
STREET_WORDS = STREET_TYPES | frozenset(_TYPES)


@lru_cache(maxsize=100_000)
def street(text: str) -> str:
    """A street without its house number, types in full: "12 Soho Rd" → "soho road"."""
    words = _HOUSE.sub("", _spaced(text)).split()
    if words and words[-1] in _TYPES:
        words[-1] = _TYPES[words[-1]]
    return " ".join(words)


def house(text: str) -> str:
    """The number of the house that an address begins with: "Flat 2, 12a Soho Rd" → "12a"."""
    found = _HOUSE.match(_spaced(text))
    return found[0].split()[-1] if found else ""


@lru_cache(maxsize=20_000)
def town(text: str) -> str:
    """A town, folded: "Stoke-on-Trent" → "stoke on trent"."""
    return _spaced(text)


def place_keys(street_text: str, town_text: str, postcode: str) -> list[str]:
    """The index keys of an address: "B21", "B219AA", "s:soho road", "t:birmingham"."""
    made = [key for key in identifiers.postcode(postcode) if key]
    made += [f"s:{name}"] if (name := street(street_text)) else []
    made += [f"t:{name}"] if (name := town(town_text)) else []
    return made


def _spaced(text: str) -> str:
    return _NOT_WORD.sub(" ", fold(text)).strip()
