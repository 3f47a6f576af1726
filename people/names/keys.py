"""Keys that bring a misspelt, misheard or shortened name back to its person.

All of them are made here in Python, for the index and for the query alike, and cached by token:
a million people share few hundred thousand tokens.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from metaphone import doublemetaphone

from people.names.tables import common, is_known, is_surname, symbols

PREFIX_LENGTHS = range(3, 11)
_LONGEST = 32  # letters of a token that make keys

_VOWELS = "aeiouyh"
# consonants that transliterations and ears exchange, longest first
_SAME_CONSONANT = (
    ("sch", "s"), ("tch", "c"), ("ph", "f"), ("kh", "k"), ("gh", "g"), ("ck", "k"), ("qu", "k"),
    ("q", "k"), ("ch", "c"), ("tz", "s"), ("ts", "s"), ("sz", "s"), ("sh", "s"), ("zh", "j"),
    ("dj", "d"), ("dz", "j"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("jh", "j"), ("x", "ks"),
)  # fmt: skip
_SINGLE_CONSONANT = str.maketrans({"w": "v", "z": "s"})
_DOUBLED = re.compile(r"(.)\1+")


class Keys(NamedTuple):
    """The keys of one token."""

    codes: frozenset[str]
    skeleton: str
    symbols: frozenset[str]
    prefixes: tuple[str, ...]


@lru_cache(maxsize=400_000)
def keys(token: str) -> Keys:
    """All keys of a token; particles, initials and numbers have few or none."""
    short = token[:_LONGEST]
    prefixes = tuple(short[:n] for n in PREFIX_LENGTHS if n <= len(short))
    return Keys(codes(short), skeleton(short), symbols(token), prefixes)


@lru_cache(maxsize=400_000)
def codes(token: str) -> frozenset[str]:
    """Double Metaphone codes (two letters or more) of the token and of its respellings."""
    if not token.isascii():
        return frozenset()
    made = (code for form in (token, *respellings(token)) for code in doublemetaphone(form))
    return frozenset(code for code in made if len(code) > 1)


@lru_cache(maxsize=200_000)
def without_article(token: str) -> str:
    """ "tayyib" of "altayyib", "leary" of "oleary"; "" where nothing stands before the name."""
    if token[0] == "o" and len(token) >= 5 and is_surname(token[1:]):
        return token[1:]
    bare = token[2:]
    if token[:2] not in ("al", "el", "ul") or len(bare) < 4 or is_known(token):
        return ""
    return bare


@lru_cache(maxsize=600_000)
def skeleton(token: str) -> str:
    """The consonants of a token, those that sound alike written alike; "" if fewer than two."""
    text = token
    for written, sound in _SAME_CONSONANT:
        text = text.replace(written, sound.upper())
    text = text.replace("c", "k").lower().translate(_SINGLE_CONSONANT)
    first = "a" if text[:1] in "aeiouy" else text[:1]
    rest = "".join(letter for letter in text[1:] if letter not in _VOWELS)
    made = _DOUBLED.sub(r"\1", first + rest)
    return made if len(made) > 1 else ""


# Spelling rules of languages whose letters an English ear or the English-minded Double
# Metaphone reads differently: (applies to, replacements in order).
_RULES: tuple[tuple[re.Pattern[str], tuple[tuple[str, str], ...]], ...] = (
    (  # Irish and Scottish Gaelic: lenited consonants, broad and slender s
        re.compile(r"bh|mh|dh|gh|ao|eo|io|^s[ie]|fh|si[no]|ai[nr]"),
        (
            ("aoi", "ee"), ("ao", "ee"), ("bhf", "v"), ("bh", "v"), ("mh", "v"), ("dh", ""),
            ("gh", ""), ("fh", ""), ("th", "h"), ("si", "shi"), ("se", "she"),
        ),
    ),
    (  # Polish and other Slavic spellings
        re.compile(r"sz|cz|rz|w|j|dz"),
        (("szcz", "shch"), ("sz", "sh"), ("cz", "ch"), ("rz", "zh"), ("w", "v"), ("j", "y")),
    ),
    (re.compile(r"c[ie]"), (("ci", "chi"), ("ce", "che"))),  # Romanian and Italian
    (re.compile(r"dd"), (("dd", "th"),)),  # Welsh
    (re.compile(r"^j|^y"), (("j", "y"), ("^", ""))),  # Iberian, Slavic and Horn of Africa j
    (re.compile(r"gh|ch"), (("gh", "h"), ("ch", "h"))),  # Gaelic between vowels: Donoghue, Donohoe
    (re.compile(r"tx|tz|rr"), (("tx", "ch"), ("tz", "ts"), ("v", "b"))),  # Basque
)  # fmt: skip
_SOMALI = re.compile(r"x|c(?!h)|([aeiou])\1")  # c is the letter ayn, x a strong h
_SOMALI_WORD = re.compile(r"^x|^c[aiou]|[aeiou]c(?=[aeiou]|$)|x[aeiou]")
_ARABIC_S = (("th", "s"), ("dh", "z"))  # as Persian, Turkish and Urdu speakers say these letters


@lru_cache(maxsize=400_000)
def respellings(token: str) -> frozenset[str]:
    """The token as it would be written by English ear, under each language's rules."""
    made = set()
    for applies, replacements in _RULES:
        if applies.search(token):
            form = token
            for written, sound in replacements:
                form = form.replace(written, sound)
            made.add(form)
    if _SOMALI.search(token):
        form = re.sub(r"c(?!h)", "", token).replace("x", "h")
        made.add(re.sub(r"([aeiou])\1", r"\1", form))
    if not is_known(token):
        made.update(token.replace(written, said) for written, said in _ARABIC_S)
    made -= {token, ""}
    return frozenset(made)


@lru_cache(maxsize=200_000)
def in_english_letters(token: str) -> str:
    """A word of Somali orthography as officers write it: "xasan" → "hasan", "cabdi" → "abdi".

    "" for any other word. Only where x or c stands as no English word has it.
    """
    if len(token) < 4 or not _SOMALI_WORD.search(token):
        return ""
    if is_known(token) or "ch" in token or "ck" in token:
        return ""
    form = re.sub(r"([aeiou])\1", r"\1", token.replace("x", "h").replace("c", ""))
    return form if len(form) > 2 else ""


_SERVANT = re.compile(r"^(?:abd|abed)(?:[aeou](?:l|(?=(.)\1)))(?P<of>\w{4,})$")


@lru_cache(maxsize=200_000)
def servant_of(token: str) -> str:
    """The divine name of "abdulmalik", "abdelhakim", "abdurrazzaq" (l assimilated); else ""."""
    found = _SERVANT.match(token)
    if not found or is_known(token):
        return ""
    of = found["of"]
    return of[1:] if of[0] == of[1] else of


def make_common() -> None:
    """Make the sounds of common names now instead of in the first searches that meet them."""
    for name in common():
        codes(name)
        skeleton(name)


_PET_ENDING = re.compile(r"(?:zza|zzer|zz|za|z|sy|ster|kins|ers|er|ey|ie|y|i|o|s)$")


@lru_cache(maxsize=100_000)
def pet_bases(token: str) -> tuple[str, ...]:
    """Beginnings of the full name that a pet form may come from: "dazza" → "dar", "robbo" → "rob".

    English makes them from the first syllable: an ending is added, a final r becomes z.
    """
    found = _PET_ENDING.search(token)
    base = token[: found.start()] if found else ""
    if len(base) < 2:
        return ()
    if found and "z" in found[0]:
        return tuple(base + letter for letter in "rsl")
    single = base[:-1] if len(base) > 3 and base[-1] == base[-2] else base
    return (single,) if len(single) >= 3 else ()


def joins(words: tuple[str, ...]) -> list[str]:
    """Two and three neighbouring words written as one."""
    return ["".join(words[at : at + n]) for n in (2, 3) for at in range(len(words) - n + 1)]


def glued(words: Iterable[str]) -> str:
    """All words sorted and written as one: equal whatever their order."""
    return "".join(sorted(words))


# a word that stands inside a word, or beside it in another orthography: keys of its own
_FORMS = (without_article, servant_of, in_english_letters)


class NameKeys:
    """The index fields of all names of one person, as sets of terms."""

    __slots__ = ("code", "full", "ini", "join", "pre", "skel", "sym", "tok")

    def __init__(self) -> None:
        self.full: set[str] = set()
        self.tok: set[str] = set()
        self.join: set[str] = set()
        self.sym: set[str] = set()
        self.code: set[str] = set()
        self.skel: set[str] = set()
        self.pre: set[str] = set()
        self.ini: set[str] = set()

    def add(self, words: tuple[str, ...]) -> None:
        """Add the keys of one name."""
        self.full.add(glued(words))
        joined = joins(words)
        self.join.update(joined)
        self.skel.update(f"J{bones}" for word in joined if (bones := skeleton(word[:_LONGEST])))
        forms = (form(word) for word in words for form in _FORMS)
        for word in (*words, *filter(None, forms)):
            if word not in self.tok:
                self.tok.add(word)
                self.ini.add(word[0])
                made = keys(word)
                self.code |= made.codes
                self.sym |= made.symbols
                self.pre.update(made.prefixes)
                if made.skeleton:
                    self.skel.add(made.skeleton)

    def fields(self) -> dict[str, list[str]]:
        """The fields of the index document; empty ones are left out."""
        made = {f"n_{name}": sorted(getattr(self, name)) for name in self.__slots__}
        return {name: terms for name, terms in made.items() if terms}
