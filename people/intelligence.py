"""How intelligence is graded and what its handling lets be shown (policing.md D1-D5, 2.6)."""

import re
from typing import LiteralString

from people.models import NominalRecord

NOT_GRADED = "not graded"
KIND = "intelligence"
# "C", "Handling code: C", "(C) A1", a condition's own code alone (A1-A3, S1, S2), or in words
_CONDITIONS = re.compile(
    r"^\W*(?:(?:handling|code)\W+)*(?:c|a[1-3]|s[12])\b|\bwith conditions", re.IGNORECASE
)
_OF_SCHEME = {"3x5x2": "C", "5x5x5": "5"}  # the third character: conditions to be observed


def is_kind(kind: str) -> bool:
    """Whether an event of this kind is an item of intelligence: "intelligence_report" is one."""
    return kind.strip().lower().startswith(KIND)


def is_intelligence(record: NominalRecord) -> bool:
    """Whether what the record says is an assessment: it is graded, or ought to be (C4, D1)."""
    return bool(record.grade) or is_kind(record.event_kind)


def grade_words(grade: str, scheme: str) -> str:
    """ "3x5x2 1/A/P"; the older scheme stays as it was recorded: "5x5x5 B/2/4 (legacy)" (D2)."""
    if not grade:
        return ""
    spaced = grade if "/" in grade else "/".join(grade.replace(" ", ""))
    legacy = " (legacy)" if scheme == "5x5x5" else ""
    return f"{scheme} {spaced}{legacy}".strip()


def record_grade(record: NominalRecord) -> str:
    """The grade that stands beside the record's text, in words. An item of intelligence never has
    none: one that was kept without is "not graded" (D1, D5). "" of what is no intelligence.
    """
    words = grade_words(record.grade, record.grade_scheme)
    return words or (NOT_GRADED if is_intelligence(record) else "")


def is_conditional(record: NominalRecord) -> bool:
    """Whether conditions stand between this text and a reader (D3).

    By its handling in words, or by the third character of its grade however that is written:
    3x5x2 C, 5x5x5 5 (conditions to be observed). A grade of no known scheme: either.
    """
    third = re.sub(r"\W", "", record.grade).upper()[2:3]
    told = _OF_SCHEME.get(record.grade_scheme, "C5")
    return bool(third and third in told) or bool(_CONDITIONS.search(record.handling))


def handling_words(record: NominalRecord) -> str:
    """Its handling as recorded; where the grade alone tells of conditions, that grade."""
    return record.handling or (record_grade(record) if is_conditional(record) else "")


# `is_intelligence` and not `is_conditional`, of a live record, as a condition on `{r}` in a
# statement, without a parameter: the text indexes stand on it (migration 0008), so that text with
# conditions is in none of them. A test holds both rules together.
OPEN_TEXT: LiteralString = r"""(
    {r}.deleted_at IS NULL
    AND ({r}.grade <> '' OR starts_with(lower(btrim({r}.event_kind)), 'intelligence'))
    AND NOT CASE {r}.grade_scheme
        WHEN '3x5x2' THEN substr(upper(regexp_replace({r}.grade, '\W', '', 'g')), 3, 1) = 'C'
        WHEN '5x5x5' THEN substr(upper(regexp_replace({r}.grade, '\W', '', 'g')), 3, 1) = '5'
        ELSE substr(upper(regexp_replace({r}.grade, '\W', '', 'g')), 3, 1) IN ('C', '5') END
    AND NOT {r}.handling ~* '^\W*((handling|code)\W+)*(c|a[1-3]|s[12])\y|\ywith conditions\y')"""
# the words of its text, and those of each address that it gives
WORDS: LiteralString = "to_tsvector('english', {r}.event_summary || ' ' || {r}.note)"
PLACES: LiteralString = """jsonb_to_tsvector('simple', {r}.addresses, '["string"]')"""
