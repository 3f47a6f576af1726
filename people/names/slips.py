"""A slip, or another name: letters that are exchanged by accident, and names known apart."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from people.names.keys import codes
from people.names.tables import (
    given_names,
    is_established,
    is_given,
    is_grouped,
    is_known,
    is_often_given,
    is_surname,
    percent_female,
    shared_kinds,
)

# letters that pens, keyboards and ears exchange
_CONFUSED = frozenset(
    frozenset(pair)
    for pair in (
        "0o", "1i", "1l", "g9", "5s", "ei", "ou", "ij", "iy", "ck", "vw", "sz", "kq", "td", "bp",
        "mn", "il", "ae", "ui", "rt", "as", "hg", "io", "jz", "ao",
    )
)  # fmt: skip
_SILENT = "hey"  # letters that come and go

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
LONG = 8  # letters from which one wrong letter is no other name
_SEXES_APART = 60  # percent: hardly anybody of the one sex is given the other name


@lru_cache(maxsize=500_000)
def weighted_distance(one: str, other: str) -> float:
    """Edit distance where a doubled letter costs 0.5, a confusable or silent one 0.7."""
    before: list[float] = []
    row = [float(n) for n in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        previous, row = row, [float(i)]
        drop = 0.5 if i > 1 and a == one[i - 2] else 0.7 if a in _SILENT and i > 1 else 1.0
        for j, b in enumerate(other, 1):
            if a == b:
                row.append(previous[j - 1])
                continue
            insert = 0.5 if j > 1 and b == other[j - 2] else 0.7 if b in _SILENT and j > 1 else 1.0
            swap = 0.7 if frozenset((a, b)) in _CONFUSED else 1.0
            cost = min(previous[j - 1] + swap, previous[j] + drop, row[j - 1] + insert)
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 0.8)
            row.append(cost)
        before = previous
    return row[-1]


@lru_cache(maxsize=400_000)
def are_different_names(one: str, other: str) -> bool:
    """Whether two words that look or sound alike are rather names of different people.

    They are if hardly anybody of the one's sex is given the other, if both are known names and
    no spellings of one, or if they differ by letters that nobody exchanges by accident.
    """
    if are_of_other_sexes(one, other):
        return True
    by_a_vowel = not _are_both_borne_by_many(one, other)
    if shared_kinds(one, other) or _is_respelling(one, other, by_a_vowel=by_a_vowel):
        return False
    if _suffix(one) != _suffix(other):
        return True
    if _are_both_known(one, other):
        return not _is_misspelt_common_name(one, other)
    if codes(one) & codes(other):
        return False
    return is_known(one) or (len(one) < LONG and not _is_slip(one, other))


def _are_both_known(one: str, other: str) -> bool:
    """Whether both are names of people's choosing, or both are surnames."""
    given = all(is_given(token) or is_grouped(token) for token in (one, other))
    return given or (is_surname(one) and is_surname(other))


def _are_both_borne_by_many(one: str, other: str) -> bool:
    often = is_often_given(one) and is_often_given(other)
    return often or (is_surname(one) and is_surname(other))


# endings that make another surname of one root: Kowalski, Kowalczyk; Clark, Clarkson
_SUFFIXES = {
    "son": "son", "sen": "sen", "sson": "son", "ski": "ski", "ska": "ski", "sky": "ski",
    "skaya": "ski", "cki": "ski", "cka": "ski", "czyk": "czyk", "wicz": "wicz", "vich": "wicz",
    "vic": "wicz", "enko": "enko", "chuk": "chuk", "escu": "escu", "esco": "escu", "eanu": "eanu",
    "oglu": "oglu", "shvili": "shvili", "opoulos": "poulos", "akis": "akis", "idis": "idis",
    "wala": "wala", "ani": "ani", "jee": "jee",
}  # fmt: skip
_LONGEST_FIRST = sorted(_SUFFIXES, key=len, reverse=True)


@lru_cache(maxsize=200_000)
def _suffix(token: str) -> str:
    """The class of a surname's ending behind a root of three letters or more; "" without one."""
    for ending in _LONGEST_FIRST:
        if token.endswith(ending) and len(token) - len(ending) >= 3:
            return _SUFFIXES[ending]
    return ""


_TIMES_RARER = 300  # a spelling so much rarer than one a slip away is that name misspelt


def _is_misspelt_common_name(one: str, other: str) -> bool:
    if is_surname(one) and is_surname(other):
        return False
    if _differ_early(one, other) and is_established(one) and is_established(other):
        return False
    known = [given_names().get(token) for token in (one, other)]
    shares = sorted(k.per_million if k else 0.0 for k in known)
    return (
        shares[1] > _TIMES_RARER * max(shares[0], 0.1)
        and _is_slip(one, other)
        and OSA.distance(one, other) == 1
    )


def _differ_early(one: str, other: str) -> bool:
    """Whether the words differ up to their first vowel, which bears the stress in English names:
    Onnie and Connie, Minty and Monty. Later vowels are hardly heard: Valerie, Valarie.
    """
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 99)
    return same <= next((at for at, letter in enumerate(one) if letter in _VOWELS), 0)


def are_of_other_sexes(one: str, other: str) -> bool:
    """Whether hardly anybody of the one name's sex is given the other."""
    first, second = percent_female(one), percent_female(other)
    return first is not None and second is not None and abs(first - second) >= _SEXES_APART


def _is_slip(one: str, other: str) -> bool:
    """One letter left out, added, doubled, exchanged with its neighbour or for one like it."""
    if len(one) != len(other):
        return True
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) == 2 and apart[0] == apart[1][::-1]:
        return True
    return all(frozenset(pair) in _CONFUSED or _are_neighbours(*pair) for pair in apart)


@lru_cache(maxsize=1_000)
def _are_neighbours(one: str, other: str) -> bool:
    """Whether two letters lie beside each other on the keyboard."""
    places = [
        (row, at + row * 0.5)
        for letter in (one, other)
        for row, keys in enumerate(_KEYBOARD)
        if (at := keys.find(letter)) >= 0
    ]
    if len(places) < 2:
        return False
    (row, place), (other_row, other_place) = places
    return abs(row - other_row) <= 1 and abs(place - other_place) <= 1


_VOWELS = "aeiou"
_VOWEL_SOUNDS = (
    ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("ao", "au"),
    ("ee", "i"), ("ea", "i"), ("ie", "i"), ("ei", "ai"), ("ay", "ai"), ("ey", "ai"), ("y", "i"),
    ("oo", "u"), ("ou", "u"), ("aa", "a"), ("au", "o"), ("aw", "o"), ("o", "u"), ("ck", "k"),
    ("c", "k"), ("q", "k"), ("ph", "f"), ("w", "v"), ("z", "s"), ("h", ""), ("e", "i"),
)  # fmt: skip


_FIRST = str.maketrans({"c": "k", "q": "k", "w": "v", "y": "i", "e": "i", "o": "u"})
_FIRST_SOUNDS = (("mac", "mc"), ("sch", "S"), ("sh", "S"), ("sz", "S"))


def _is_respelling(one: str, other: str, *, by_a_vowel: bool) -> bool:
    """Whether spellings exchange all that differs: ee and i, doubled letters.

    `by_a_vowel`: or a vowel more between consonants, or an a at the end. Of two names that many
    bear these make another one: Dean, Deon; Eliana, Elina; Amelie, Amelia.
    """
    first, second = _plain(one), _plain(other)
    if first == second or not by_a_vowel:
        return first == second
    first, second = first.rstrip("a"), second.rstrip("a")
    if first == second:
        return True
    longer, shorter = sorted((first, second), key=len, reverse=True)
    if len(longer) != len(shorter) + 1 or OSA.distance(longer, shorter) != 1:
        return False
    at = next((n for n, c in enumerate(shorter) if longer[n] != c), len(shorter))
    return longer[at] in _VOWELS and 0 < at < len(shorter)


@lru_cache(maxsize=200_000)
def _plain(token: str) -> str:
    for written, sound in _FIRST_SOUNDS:
        if token.startswith(written):
            token = sound + token[len(written) :]
    text = token[1:]
    for written, sound in _VOWEL_SOUNDS:
        text = text.replace(written, sound)
    text = token[0].translate(_FIRST) + text
    kept = [letter for at, letter in enumerate(text) if at == 0 or letter != text[at - 1]]
    return "".join(kept)
