"""What is asked of intelligence: never everything, always something to go by (policing.md B9)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

MAX_LENGTH = 200
MOST_NUMBER = 2**55
NOTHING = "Enter words, a gang, the number of a person or a place"
GRADE = "Enter a 3x5x2 grade or a part of one, such as 2B, 2 or B, or an old one, such as B24"
KEPT = ("text", "person", "gang", "place", "grade", "system")
_NEW = re.compile(r"([1-3])?([A-E])?([PC])?")
_OLD = re.compile(r"[A-E][1-5][1-5]?")


class QuestionError(ValueError):
    """It cannot be asked; `field` says which part, the text what to change."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Question:
    """One of `text`, `person`, `gang` and `place` at least; the others narrow it down.

    `text`: words of which each must be there, in any form. `gang`: number, name or another name.
    `place`: words of one address, or a postcode. `grade`: as `graded` reads it. `since`, `until`:
    the day of the item, both included. `system`: the name of a source system. Raises
    QuestionError.
    """

    text: str = ""
    person: int | None = None
    gang: str = ""
    place: str = ""
    grade: str = ""
    since: date | None = None
    until: date | None = None
    system: str = ""

    def __post_init__(self) -> None:
        for name in ("text", "gang", "place"):
            value = getattr(self, name)
            if len(value) > MAX_LENGTH:
                raise QuestionError(f"Enter {MAX_LENGTH} characters or fewer", name)
            if value and sum(c.isalnum() for c in value) < (1 if name == "gang" else 2):
                raise QuestionError("Enter at least two letters or digits", name)
        if self.person is not None and not 0 < self.person < MOST_NUMBER:
            raise QuestionError("Enter the number of a person, for example 1234", "person")
        if not (self.text or self.person or self.gang or self.place):
            raise QuestionError(NOTHING, "text")
        graded(self.grade)
        if self.since and self.until and self.until < self.since:
            raise QuestionError("The last day must not be before the first", "until")

    def as_json(self) -> dict[str, Any]:
        """What is asked, without what was left out: as it is kept and as it is recorded."""
        asked = {
            "text": self.text,
            "person": self.person,
            "gang": self.gang,
            "place": self.place,
            "grade": self.grade,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "system": self.system,
        }
        return {name: value for name, value in asked.items() if value}

    @classmethod
    def kept(cls, asked: dict[str, Any]) -> "Question":
        """As `as_json` wrote it."""
        since, until = (
            date.fromisoformat(asked[name]) if asked.get(name) else None
            for name in ("since", "until")
        )
        rest = {name: asked[name] for name in KEPT if asked.get(name)}
        return cls(**rest, since=since, until=until)


def graded(text: str) -> tuple[str, str]:
    """Scheme and the beginning of the bare grade, "_" for what is not given: "B" of 3x5x2 is
    ("3x5x2", "_B"). A letter before digits is of 5x5x5, which is never converted (D2). ("", "")
    for no grade. Raises QuestionError.
    """
    bare = re.sub(r"[\W_]", "", text).upper()
    if not bare:
        if text.strip():
            raise QuestionError(GRADE, "grade")
        return "", ""
    if _OLD.fullmatch(bare):
        return "5x5x5", bare
    found = _NEW.fullmatch(bare)
    if found is None or (found[3] and not (found[1] and found[2])):
        raise QuestionError(GRADE, "grade")
    return "3x5x2", f"{found[1] or '_'}{found[2] or ''}{found[3] or ''}"
