"""Names as comparable tokens: one folding for the index and for the query.

"O'Neill-Đorđević" → ("oneill", "dordevic"). Other scripts are written in Latin letters: by the
tables of `scripts`, then by anyascii's.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from people.names.scripts import spelled_out

MAX_TOKENS = 12  # a longer name is noise or an attack

_SPECIAL = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
_UKRAINIAN = frozenset("ґєії")  # letters that Russian has not
_UKRAINIAN_H = str.maketrans({"г": "h", "и": "y", "ґ": "g", "є": "ye", "ї": "yi"})  # noqa: RUF001
_APOSTROPHES = re.compile(r"['’‘`´ʻʼʹ]")  # noqa: RUF001
_PARENTS = re.compile(r"\b[sdw]/o\b")  # son of, daughter of, wife of
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]{2})")
_PREFIXED = re.compile(r"\b(?:Mc|Mac|Fitz|Nic|De|Di|Da|Du|Le|La|Van|O)[A-Z]")
_NOT_WORD = re.compile(r"[\W_]+")
_READ_AS = (str.maketrans("013589", "olesbg"), str.maketrans("013589", "oiesbg"))
_LOOKS_LIKE = (("rn", "m"), ("m", "rn"), ("vv", "w"), ("cl", "d"), ("d", "cl"))
_SAME_WORD = {"st": "saint", "ste": "saint"}


def fold(text: str) -> str:
    """Lower case, without accents, in Latin letters; other characters stay."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFC", spelled_out(text)).lower().translate(_SPECIAL)
    if not _UKRAINIAN.isdisjoint(lowered):
        lowered = lowered.translate(_UKRAINIAN_H)
    stripped = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return stripped if stripped.isascii() else anyascii(stripped).lower()


@lru_cache(maxsize=200_000)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name, folded, in their order; at most MAX_TOKENS."""
    if not _PREFIXED.search(name):
        name = _CAMEL.sub(" ", name)
    text = _PARENTS.sub(" ", _APOSTROPHES.sub("", fold(_APOSTROPHES.sub("", name))))
    words = [_SAME_WORD.get(word, word) for word in _NOT_WORD.split(text) if word]
    return tuple(words[:MAX_TOKENS])


def in_natural_order(name: str) -> str:
    """ "SMITH, John James" → "John James SMITH"; anything else stays."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma and "," not in given else name


@lru_cache(maxsize=50_000)
def readings(token: str) -> tuple[str, ...]:
    """Other readings of a token: digits as letters, "rn" as "m" and the like, each once."""
    found: dict[str, None] = {}
    if token.isalnum() and not token.isalpha() and not token.isdigit():
        found.update(dict.fromkeys(token.translate(table) for table in _READ_AS))
    if len(token) >= 4:
        for seen, meant in _LOOKS_LIKE:
            at = token.find(seen)
            while at >= 0:
                found[token[:at] + meant + token[at + len(seen) :]] = None
                at = token.find(seen, at + 1)
    found.pop(token, None)
    return tuple(found)
