"""What an officer asks for: checked once, in words the officer understands."""

import re
from dataclasses import dataclass
from datetime import date

MAX_LENGTH = 200  # of any typed field
AGES = range(121)
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class CriteriaError(ValueError):
    """The criteria cannot be searched for; the text says what to change."""


@dataclass(frozen=True, slots=True)
class PersonCriteria:
    """A person as far as the officer knows.

    `name`: words in any order, "SMITH, John" allowed. `born_on`: ISO date, full or partial
    ("1990-05-12", "1990-05", "1990"). `age`: in years today, give or take one. `postcode`: full
    or its first half. `identifier`: PNC ID, CRO number, phone, vehicle, email or another number.
    Raises CriteriaError where nothing, too much or something impossible is asked for.
    """

    name: str = ""
    born_on: str = ""
    age: int | None = None
    postcode: str = ""
    identifier: str = ""

    def __post_init__(self) -> None:
        for words in (self.name, self.born_on, self.postcode, self.identifier):
            if len(words) > MAX_LENGTH:
                raise CriteriaError(f"Use {MAX_LENGTH} characters or fewer")
        if self.born_on and not is_partial_date(self.born_on):
            raise CriteriaError("Give the date of birth as a date, a month and year, or a year")
        if self.age is not None and self.age not in AGES:
            raise CriteriaError("Give an age between 0 and 120")
        if not self._is_enough():
            raise CriteriaError(
                "Give a name, an identifier, a postcode or a full date of birth to search for"
            )

    def _is_enough(self) -> bool:
        return any(
            (
                any(c.isalnum() for c in self.name),
                any(c.isalnum() for c in self.identifier),
                any(c.isalnum() for c in self.postcode),
                len(self.born_on) == 10,
            )
        )


def is_partial_date(text: str) -> bool:
    """Whether a text is a possible ISO date, month or year of a living person's birth."""
    if not _PARTIAL_DATE.fullmatch(text) or not text.isascii():
        return False
    try:
        day = date.fromisoformat(f"{text}-01-01"[:10] if len(text) != 7 else f"{text}-01")
    except ValueError:
        return False
    return 1850 <= day.year <= 2150
