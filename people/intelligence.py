"""How intelligence is graded and what its handling lets be shown (policing.md D1-D5, 2.6)."""

import re

from people.models import NominalRecord

_CONDITIONS = re.compile(r"^c\b|with conditions", re.IGNORECASE)


def grade_words(grade: str, scheme: str) -> str:
    """ "3x5x2 1/A/P"; the older scheme stays as it was recorded: "5x5x5 B/2/4 (legacy)" (D2)."""
    if not grade:
        return ""
    spaced = grade if "/" in grade else "/".join(grade.replace(" ", ""))
    legacy = " (legacy)" if scheme == "5x5x5" else ""
    return f"{scheme} {spaced}{legacy}".strip()


def is_conditional(record: NominalRecord) -> bool:
    """Whether conditions stand between this text and a reader (D3).

    3x5x2: handling code C. 5x5x5: the third character of the grade, 5 (conditions to be observed).
    """
    if record.grade_scheme == "5x5x5" and record.grade[2:3] == "5":
        return True
    return bool(_CONDITIONS.search(record.handling))
