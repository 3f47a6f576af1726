"""Judged queries by the hundred, derived from published name lists by rules that are not ours.

Who must be found: names of Faker's locales (en_IN, en_KE, pl_PL, ro_RO, tr_TR, fr_DZ) typed with
a slip or in another spelling. Who must not mislead: two names of the births or surname tables of
the ONS that are one letter apart, before or behind one rare name. The lists are those of
`../shared/data/names`; a fixed seed draws the same cases every time.
"""

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

from rapidfuzz.distance import OSA

from tests.relevance.judged import Judged
from tests.relevance.population import Someone
from tests.shared_data import SHARED

NAMES = SHARED / "names"
EACH = 40  # cases of a category

# (written, also written); either way round where both are plain letters
_EXCHANGED = {
    "en_IN": (("ee", "i"), ("oo", "u"), ("v", "w"), ("sh", "s"), ("th", "t"), ("aa", "a"),
              ("y", "i"), ("ksh", "x"), ("dh", "d"), ("ou", "au")),
    "en_KE": (("oo", "u"), ("ee", "i"), ("ph", "f"), ("j", "y"), ("w", "v"), ("aa", "a")),
    "tr_TR": (("ü", "u"), ("ş", "s"), ("ç", "c"), ("ğ", "g"), ("ö", "o"), ("c", "j"),
              ("\N{LATIN SMALL LETTER DOTLESS I}", "i")),
    "ro_RO": (("ț", "t"), ("ș", "s"), ("ă", "a"), ("â", "a"), ("î", "i"), ("ci", "chi")),
    "pl_PL": (("ł", "l"), ("w", "v"), ("sz", "sh"), ("ś", "s"), ("ą", "a"), ("cz", "ch")),
    "fr_DZ": (("ou", "u"), ("k", "q"), ("dj", "j"), ("i", "y"), ("ch", "sh")),
}  # fmt: skip
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def judged() -> list[Judged]:
    """All of them, in a fixed order."""
    draw = random.Random(20261128)  # noqa: S311  not for secrets
    found: list[Judged] = []
    for category, make in _CATEGORIES.items():
        seen: set[str] = set()
        cases = make(draw)
        while len(seen) < EACH:
            right, typed, born_on, decoy = next(cases)
            ref = f"D{len(found)}"
            if typed in seen:
                continue
            seen.add(typed)
            people = (_someone(ref, right), _someone(f"{ref}x", decoy))
            found.append(Judged(ref, category, typed, born_on, *people))
    return found


Name = tuple[str, str, str]  # given, family, date of birth
Case = tuple[Name | None, str, str, Name | None]  # person, typed, date typed, look-alike


def _someone(ref: str, name: Name | None) -> Someone | None:
    return Someone(ref, name[0], name[1], (), name[2]) if name else None


def _respelled(locale: str) -> Callable[[random.Random], Iterator[Case]]:
    def cases(draw: random.Random) -> Iterator[Case]:
        while True:
            given, family = _given(draw, locale), _rare(draw, locale)
            typed = " ".join(_exchange(draw, word, locale) for word in (given, family))
            if typed != f"{given} {family}":
                yield (given, family, _born(draw)), typed, "", None

    return cases


def _exchange(draw: random.Random, word: str, locale: str) -> str:
    pairs = _EXCHANGED[locale]
    pairs += tuple((b, a) for a, b in pairs if len(b) > 1 or (len(a) == 1 and a.isascii()))
    able = [(a, b) for a, b in pairs if a in word.lower()[1:]]
    if not able:
        return word
    old, new = draw.choice(able)
    return word[0] + word[1:].lower().replace(old, new, 1)


def _slips(draw: random.Random) -> Iterator[Case]:
    while True:
        given, family = _given(draw, "en_GB"), _rare(draw, "en_GB")
        typed = f"{_slip(draw, given)} {_slip(draw, family)}"
        yield (given, family, _born(draw)), typed, "", None


def _slip(draw: random.Random, word: str) -> str:
    """One letter left out, doubled, exchanged with the next, or its neighbour on the keyboard."""
    at = draw.randrange(1, len(word) - 1)
    kind = draw.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    row = next((row for row in _KEYS if word[at].lower() in row), "")
    place = row.find(word[at].lower())
    return word[:at] + (row[place + 1 : place + 2] or row[place - 1]) + word[at + 1 :]


def _shapes(draw: random.Random) -> Iterator[Case]:
    """Order, initials, joins, first halves: the letters are right."""
    while True:
        first, second = _given(draw, "en_GB"), _given(draw, "en_GB")
        one, other = _rare(draw, "en_GB"), _rare(draw, "en_GB")
        typed = draw.choice((
            f"{one}-{other} {first}", f"{first[0]} {second[0]} {one} {other}", f"{first} {one}",
            f"{first}{second.lower()} {one}{other.lower()}", f"{other}, {first}",
            f"{second} {one}-{other}", f"{first} {one[:6]}",
        ))  # fmt: skip
        yield (f"{first} {second}", f"{one}-{other}", _born(draw)), typed, "", None


def _beside(kind: str, *, alone: bool) -> Callable[[random.Random], Iterator[Case]]:
    """Two published names a letter apart; the typed one exists or does not."""

    def cases(draw: random.Random) -> Iterator[Case]:
        while True:
            one, other = draw.choice(_close(kind))
            if kind == "surname":
                given = _given(draw, "en_GB")
                typed, right, decoy = f"{given} {one}", (given, one), (given, other)
            else:
                family = _rare(draw, "en_GB")
                typed, right, decoy = f"{one} {family}", (one, family), (other, family)
            born, earlier = _born(draw), _born(draw)
            yield None if alone else (*right, born), typed, "", (*decoy, earlier)

    return cases


def _generations(draw: random.Random) -> Iterator[Case]:
    while True:
        given, family = _given(draw, "en_GB"), _rare(draw, "en_GB")
        year = draw.randint(1975, 2005)
        son, father = (f"{y}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
                       for y in (year, year - draw.randint(19, 40)))  # fmt: skip
        right = (given, family, son) if draw.random() < 0.5 else None
        yield right, f"{given} {family}", son, (given, family, father)


_CATEGORIES: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "south asian respelled": _respelled("en_IN"),
    "kenyan respelled": _respelled("en_KE"),
    "turkish respelled": _respelled("tr_TR"),
    "romanian respelled": _respelled("ro_RO"),
    "polish respelled": _respelled("pl_PL"),
    "maghrebi respelled": _respelled("fr_DZ"),
    "keyboard slips": _slips,
    "order, initials, joins": _shapes,
    "sibling alone": _beside("same sex", alone=True),
    "sibling beside": _beside("same sex", alone=False),
    "gender pair alone": _beside("other sex", alone=True),
    "gender pair beside": _beside("other sex", alone=False),
    "surname alone": _beside("surname", alone=True),
    "surname beside": _beside("surname", alone=False),
    "father and son": _generations,
}


def _born(draw: random.Random) -> str:
    return f"{draw.randint(1940, 2008)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


def _given(draw: random.Random, locale: str) -> str:
    return draw.choice(_locale(locale, "forename"))


def _rare(draw: random.Random, locale: str) -> str:
    """A surname; for Britain one of the rare half of the surname table."""
    if locale == "en_GB":
        return draw.choice(_surnames()[4000:])
    return draw.choice(_locale(locale, "surname") or _locale(locale, "forename"))


@cache
def _locale(locale: str, kind: str) -> list[str]:
    """Names of five letters or more, in one word."""
    with (NAMES / "faker_names_by_locale.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if (r["locale"], r["kind"]) == (locale, kind)]
    names = {row["name"] for row in rows}
    return sorted(name for name in names if name.isalpha() and len(name) > 4)


@cache
def _surnames() -> list[str]:
    with (NAMES / "uk_surnames_freq_ons_sdglinkage.csv").open(encoding="utf-8") as file:
        rows = [r["surname"].title() for r in csv.DictReader(file)]
    return [name for name in rows if name.isalpha() and len(name) > 4]


@cache
def _births() -> dict[str, dict[str, int]]:
    """Births 1996 to 2020 by name and sex."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"F": 0, "M": 0})
    with gzip.open(NAMES / "ew_baby_names_1996_2020.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["name"].title()][row["sex"]] += int(row["n"])
    return found


@cache
def _close(kind: str) -> list[tuple[str, str]]:
    """Pairs one letter apart of names that many bear, without what the ONS knows as one name."""
    if kind == "surname":
        common, one_name = _surnames()[:1500], _pairs("uk_surname_variants_ons_sdglinkage.csv")
        pairs = [p for p in _neighbours(common) if frozenset(map(str.lower, p)) not in one_name]
        return [pair for pair in pairs if _by_consonant(pair)]
    births = _births()
    common = [
        n for n, s in births.items() if len(n) > 3 and n.isalpha() and sum(s.values()) > 4000
    ]
    one_name = _pairs("uk_forename_variants_ons_sdglinkage.csv")
    pairs = [p for p in _neighbours(common) if frozenset(map(str.lower, p)) not in one_name]
    sexes = {n: max(births[n], key=births[n].__getitem__) for n in common}
    clear = {n for n in common if max(births[n].values()) > 0.97 * sum(births[n].values())}
    kept = [(a, b) for a, b in pairs if {a, b} <= clear]
    if kind == "same sex":
        return [(a, b) for a, b in kept if sexes[a] == sexes[b] and _by_consonant((a, b))]
    return [(a, b) for a, b in kept if sexes[a] != sexes[b]]


def _pairs(file_name: str) -> set[frozenset[str]]:
    with (NAMES / file_name).open(encoding="utf-8") as file:
        return {frozenset(row[:2]) for row in csv.reader(file)}


def _neighbours(names: list[str]) -> list[tuple[str, str]]:
    ordered = sorted(names)
    return [(a, b) for a in ordered for b in ordered if OSA.distance(a, b) == 1]


def _by_consonant(pair: tuple[str, str]) -> bool:
    """Whether a consonant stands for another: a vowel or a doubled letter may be a spelling."""
    one, other = (name.lower() for name in pair)
    apart = [letters for letters in zip(one, other, strict=False) if letters[0] != letters[1]]
    return len(one) == len(other) and all(c not in "aeiouyh" for letters in apart for c in letters)
