"""How a crime was done (modus operandi): who may read the words, and how they are searched.

The words of a sexual offence may tell who the victim is, whose identity is masked (policing.md
C8): they stand in a field of their own, which only those ask who may find masked people; lists
withhold them, and the crime's page does until its masked victims were opened with a reason
(`crime.profile.how`). All other words follow the crime: who may open it reads them.
"""

import re
from collections.abc import Iterable
from typing import Any

from crime.protected import is_sexual
from wmp_search.access.scope import Scope, Tier
from wmp_search.search.query import Clause, any_of

OPEN, PROTECTED = "mo", "mo_protected"  # fields of the index
NAME = "how"  # of the clause, among those that a hit matched
EXCERPT = 160  # letters
WITHHELD = "Withheld: the words may tell who the victim is, whose identity is protected"
_TEXT = {"type": "text", "norms": False, "index_options": "docs", "analyzer": "english"}
MAPPING: dict[str, Any] = {OPEN: _TEXT, PROTECTED: _TEXT}
_STEM = 4  # letters that two forms of a word have in common


def fields(row: dict[str, Any]) -> dict[str, str]:
    """What the index holds of the words of a crime's row; nothing of none."""
    if not row["mo"]:
        return {}
    protected = is_sexual(row["offence_code"], row["offence"])
    return {PROTECTED if protected else OPEN: row["mo"]}


def fields_of(scope: Scope) -> tuple[str, ...]:
    """The fields that the scope may search."""
    return (OPEN, PROTECTED) if scope.max_tier >= Tier.MASKED else (OPEN,)


def having(words: str, scope: Scope) -> Clause:
    """Crimes whose words hold each of these, in any form ("force" finds "forced")."""
    options = {"query": words, "operator": "and"}
    return any_of([{"match": {field: options}} for field in fields_of(scope)])


def excerpt(text: str, words: Iterable[str]) -> str:
    """The part of a text around the first of the words, as the reason why it was found."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT:
        return text
    wanted = [word.lower() for word in words]
    found = (m.start() for m in re.finditer(r"\w+", text) if _is_one_of(m.group().lower(), wanted))
    begin = max(0, next(found, 0) - EXCERPT // 2)
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    part = text[begin : begin + EXCERPT]
    if begin + EXCERPT < len(text):
        part = part.rpartition(" ")[0] + " \u2026"
    return f"\u2026 {part}" if begin else part


def _is_one_of(token: str, wanted: Iterable[str]) -> bool:
    """Whether it is a form of a wanted word: the same beginning, and little after it."""
    return any(
        token == word or _alike(token, word) >= max(_STEM, len(token) - 3, len(word) - 3)
        for word in wanted
    )


def _alike(one: str, other: str) -> int:
    """How many letters they begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
