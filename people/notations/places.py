"""Places in a line: a postcode, its first half, a street, a town."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from people import identifiers
from people.names.tables import is_known
from people.notations import CUT, Found, found
from people.places import STREET_WORDS, town

POSTCODE, STREET, TOWN = "postcode", "street", "town"
_TOWNS = Path(__file__).with_name("towns.txt")
_POSTCODE = re.compile(
    r"\b(?:post\s?code\s*:?\s*)?(?P<n>[a-z]{1,2}[\doi][a-z\d]?\s?[\doi][abd-hjlnp-uw-z]{2})\b",
    re.IGNORECASE,
)
_OUTWARD = re.compile(r"\b(?:post\s?code\s*:?\s*)?(?P<n>[a-z]{1,2}\d{1,2}[a-z]?)\b", re.IGNORECASE)
_TYPES = "|".join(sorted(STREET_WORDS, key=len, reverse=True))
# types that are no surnames: enough without a house number
_CLEAR = "road|rd|street|avenue|ave|lane|drive|crescent|cres|gardens|gdns|terrace|mews"
_WORD = r"[^\W\d_][\w'\u2019-]*"
_NUMBERED = re.compile(
    rf"(?:\b(?:of|at|lives at|living at|address)\s*:?\s+)?(?:\b(?:flat|apt|unit)\s+\w+,?\s+)?"
    rf"\b\d{{1,4}}[a-z]?\s+(?P<n>(?:{_WORD}\s+){{1,3}}?(?:{_TYPES}))\b\.?",
    re.IGNORECASE,
)
_LOCATED = re.compile(
    rf"(?:\b(?:of|at|on|in|from|lives (?:at|on|in)|living (?:at|on|in)|address)\b\s*:?\s+|,\s*)"
    rf"(?P<n>(?:{_WORD}\s+){{1,2}}?(?:{_CLEAR}))\b\.?",
    re.IGNORECASE,
)
# a name, a birth or number, then a street: "ann lee 1/2/90 slade road b23 7pj"
_AFTER = re.compile(
    rf"(?<={CUT})[ ]+(?P<n>(?:{_WORD}\s+){{1,2}}?(?:{_CLEAR}))\b\.?", re.IGNORECASE
)
_FROM = re.compile(
    rf"\b(?:from|in|of|lives in|living in)\s+(?P<n>{_WORD}(?:[\s-]+{_WORD}){{0,3}})", re.IGNORECASE
)


def find_postcodes(text: str) -> Iterator[Found]:
    """Whole postcodes; O and I for 0 and 1 where a digit must stand."""
    for match in _POSTCODE.finditer(text):
        if full := _postcode(match["n"]):
            yield found(POSTCODE, f"{full[:-3]} {full[-3:]}", match)


def find_outwards(text: str) -> Iterator[Found]:
    """First halves of postcodes."""
    for match in _OUTWARD.finditer(text):
        if outward := identifiers.postcode(match["n"])[0]:
            yield found(POSTCODE, outward, match)


def find_streets(text: str) -> Iterator[Found]:
    """Streets with a house number; where the type is clear also behind "of", "at", a comma, or a
    fact that follows a name ("1/2/1990 David Lane" is a name still).
    """
    for pattern in (_NUMBERED, _LOCATED, _AFTER):
        for match in pattern.finditer(text):
            if pattern is not _AFTER or re.search(r"[^\W\d_]{2}", text[: match.start()]):
                yield found(STREET, " ".join(match["n"].split()), match)


def find_towns(text: str) -> Iterator[Found]:
    """Towns of the list behind "from", "in" or a comma; alone only where it is no name."""
    for match in _FROM.finditer(text):
        words = match["n"].split()
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            if town(name) in _towns():
                start = match.start("n")
                yield Found(
                    TOWN, name, match.start(), start + match["n"].index(words[0]) + len(name)
                )
                break
    for name, match in _listed(text):
        alone = text[: match.start()].rstrip().endswith(",") or not is_known(name)
        if alone and text[match.end() :].strip(" ,") == "" and text[: match.start()].strip(" ,"):
            yield found(TOWN, match[0], match)


def _listed(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for match in _any_town().finditer(text):
        yield town(match[0]), match


def known_towns() -> frozenset[str]:
    """The towns of the list, folded."""
    return _towns()


@cache
def _towns() -> frozenset[str]:
    lines = _TOWNS.read_text(encoding="utf-8").splitlines()
    return frozenset(town(line) for line in lines if line and not line.startswith("#"))


@cache
def _any_town() -> re.Pattern[str]:
    names = sorted(_towns(), key=len, reverse=True)
    spaced = ("[\\s-]+".join(map(re.escape, name.split())) for name in names)
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b", re.IGNORECASE)


def _postcode(text: str) -> str:
    """The full postcode with digits where digits must stand, "" if it is none."""
    bare = re.sub(r"\s", "", text.upper())
    inward = bare[-3].translate(_DIGITS) + bare[-2:]
    area = re.match(r"[A-Z]{1,2}(?=[\dOI])", bare[:-3])
    if not area:
        return ""
    outward = area[0] + bare[area.end() : -3].translate(_DIGITS)  # no district ends in I or O
    return identifiers.postcode(f"{outward} {inward}")[1]


_DIGITS = str.maketrans("OI", "01")
