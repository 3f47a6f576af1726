"""Every name of the generator as a number, with its misspellings, variants and short forms.

Rows then carry small integers until they are written, and a mistake is one more table look-up:
the only loops run over distinct names, never over records.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from ingest.generator.reference import Bools, Ints, table

MISSPELLINGS: Final = 10  # per name
NEIGHBOURS: Final = {  # keys beside a key
    "q": "wa", "w": "es", "e": "rd", "r": "ft", "t": "gy", "y": "hu", "u": "ji", "i": "ko",
    "o": "lp", "p": "o", "a": "sq", "s": "wd", "d": "ef", "f": "rg", "g": "fh", "h": "gj",
    "j": "hk", "k": "jl", "l": "k", "z": "xa", "x": "zc", "c": "xv", "v": "cb", "b": "vn",
    "n": "bm", "m": "n",
}  # fmt: skip
SOUNDS_ALIKE: Final = (
    ("ph", "f"), ("ck", "k"), ("ee", "i"), ("ie", "y"), ("ou", "u"), ("ai", "ay"), ("c", "k"),
    ("z", "s"), ("v", "w"), ("th", "t"), ("kh", "k"), ("gh", "g"), ("ey", "y"), ("y", "ie"),
    ("oo", "u"), ("ea", "ee"), ("er", "a"), ("s", "z"), ("i", "e"), ("a", "e"), ("o", "a"),
)  # fmt: skip
SPECIAL: Final = str.maketrans("łŁđøıÐØ", "lLdoiDO")


def fold(text: str) -> str:
    """`text` without diacritics, letter for letter."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).translate(SPECIAL))
    return "".join(char for char in plain if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class Choices:
    """For each name a possibly empty list of other names: `items[start[n]:start[n + 1]]`."""

    start: Ints
    items: Ints

    def any(self, names: Ints) -> Bools:
        """Whether a name has a choice at all."""
        has: Bools = self.start[names + 1] > self.start[names]
        return has

    def pick(self, rng: np.random.Generator, names: Ints) -> Ints:
        """One choice for each name; the name itself where there is none."""
        count = self.start[names + 1] - self.start[names]
        offset = (rng.random(len(names)) * count).astype(np.int64)
        at = np.minimum(self.start[names] + offset, len(self.items) - 1)
        picked: Ints = np.where(count > 0, self.items[at], names)
        return picked


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Name texts by number, and per number its misspellings, relatives and plain forms."""

    texts: pl.Series
    numbers: dict[str, int]
    misspelt: Ints  # names x MISSPELLINGS
    spellings: Choices
    nicknames: Choices
    folded: Ints
    feminine: Ints

    def write(self, names: Ints) -> pl.Series:
        """The texts of `names`; null for a negative number."""
        shown = pl.Series(np.where(names < 0, 0, names)).cast(pl.UInt32)
        texts = self.texts.gather(shown)
        return texts.zip_with(pl.Series(names >= 0), pl.Series([None], dtype=pl.String))


@cache
def lexicon() -> Lexicon:
    """The lexicon of all reference names; the same in every run."""
    names = _all_names()
    texts, numbers = _numbered(names)
    known = len(texts)
    misspelt = _misspelt(texts, numbers, known)
    total = len(texts)
    folded = np.arange(total)
    for number in range(total):
        plain = fold(texts[number])
        folded[number] = numbers.get(plain, number)
    return Lexicon(
        texts=pl.Series(texts, dtype=pl.String),
        numbers=numbers,
        misspelt=misspelt,
        spellings=_choices("spelling", numbers, total),
        nicknames=_choices("nickname", numbers, total),
        folded=folded,
        feminine=_feminine(texts, numbers, total),
    )


def _all_names() -> list[str]:
    """Each name once, with its plain and feminine forms, in a fixed order."""
    showcase = table("showcase")
    columns = ("given", "middle", "surname", "maiden", "nickname", "alias_given", "alias_surname")
    series = [
        table("names")["name"],
        table("variants")["name"],
        table("variants")["other"],
        *(showcase[column].drop_nulls() for column in columns),
    ]
    names: dict[str, None] = {}
    for one in series:
        for name in one.to_list():
            names[name] = names[fold(name)] = None
            feminine = feminine_surname(name)
            names[feminine] = names[fold(feminine)] = None
    return list(names)


def _numbered(names: list[str]) -> tuple[list[str], dict[str, int]]:
    return list(names), {name: number for number, name in enumerate(names)}


def feminine_surname(name: str) -> str:
    """The feminine of a Polish surname; other names unchanged."""
    for ending in ("ski", "cki", "dzki"):
        if name.endswith(ending):
            return name[:-1] + "a"
    return name


def _feminine(texts: list[str], numbers: dict[str, int], total: int) -> Ints:
    return np.array([numbers.get(feminine_surname(texts[n]), n) for n in range(total)])


def _choices(kind: str, numbers: dict[str, int], total: int) -> Choices:
    found: dict[int, list[int]] = defaultdict(list)
    rows = table("variants").filter(pl.col("kind") == kind)
    for name, other in rows.select("name", "other").iter_rows():
        found[numbers[name]].append(numbers[other])
    counts = np.zeros(total + 1, dtype=np.int64)
    for number, others in found.items():
        counts[number + 1] = len(others)
    items = [other for number in sorted(found) for other in found[number]]
    return Choices(start=np.cumsum(counts), items=np.array(items, dtype=np.int64))


def _misspelt(texts: list[str], numbers: dict[str, int], known: int) -> Ints:
    """Appends every misspelling to `texts` and `numbers`; their numbers per name."""
    rng = np.random.default_rng(20_24)
    result = np.zeros((known, MISSPELLINGS), dtype=np.int64)
    for number in range(known):
        for place in range(MISSPELLINGS):
            text = _misspell(texts[number], place, rng)
            if text not in numbers:
                numbers[text] = len(texts)
                texts.append(text)
            result[number, place] = numbers[text]
    identity = np.repeat(np.arange(known, len(texts))[:, None], MISSPELLINGS, axis=1)
    return np.concatenate([result, identity])


def _misspell(name: str, place: int, rng: np.random.Generator) -> str:
    """One mistake: every third one is heard wrong, the others are typed wrong."""
    if len(name) < 3:
        return name
    if place % 3 == 0:
        return _misheard(name, rng)
    at = int(rng.integers(1, len(name) - 1))
    letter = name[at]
    kind = int(rng.integers(0, 4))
    if kind == 0 and letter != name[at + 1] and "-" not in name[at : at + 2]:
        return name[:at] + name[at + 1] + letter + name[at + 2 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[:at] + letter + name[at:]
    near = NEIGHBOURS.get(fold(letter).lower(), "e")
    return name[:at] + near[int(rng.integers(0, len(near)))] + name[at + 1 :]


def _misheard(name: str, rng: np.random.Generator) -> str:
    lower = name.lower()
    fits = [(old, new) for old, new in SOUNDS_ALIKE if old in lower[1:]]
    if not fits:
        return name + "e"
    old, new = fits[int(rng.integers(0, len(fits)))]
    at = lower.index(old, 1)
    return name[:at] + new + name[at + len(old) :]
