"""What an officer asks for: checked once, in words the officer understands."""

import re
from dataclasses import dataclass, fields
from datetime import date

MAX_LENGTH = 200  # of any typed field
MOST_NUMBERS = 5
AGES = range(121)
SEXES = ("M", "F")
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_DECADE = re.compile(r"(?:18|19|20)\d0s")


class CriteriaError(ValueError):
    """The criteria cannot be searched for; the text says what to change."""


@dataclass(frozen=True, slots=True)
class PersonCriteria:
    """A person as far as the officer knows.

    `name`: words in any order, "SMITH, John" allowed. `born_on`: ISO date, full or partial
    ("1990-05-12", "1990-05", "1990"), or a decade ("1990s"). `age`: in years today, give or take
    one; with `age_to` the youngest of a range. `sex`: "M" or "F". `postcode`: full or its first
    half. `identifier`: PNC ID, CRO number, phone, vehicle, email or another number;
    `more_identifiers`: further ones.
    Raises CriteriaError where nothing, too much or something impossible is asked for.
    """

    name: str = ""
    born_on: str = ""
    age: int | None = None
    postcode: str = ""
    identifier: str = ""
    age_to: int | None = None
    sex: str = ""
    street: str = ""
    town: str = ""
    more_identifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts = [getattr(self, field.name) for field in fields(self) if field.type is str]
        if any(len(text) > MAX_LENGTH for text in (*texts, *self.more_identifiers)):
            raise CriteriaError(f"Use {MAX_LENGTH} characters or fewer")
        if len(self.more_identifiers) >= MOST_NUMBERS:
            raise CriteriaError(f"Use {MOST_NUMBERS} numbers or fewer")
        if self.born_on and not is_partial_date(self.born_on) and not self.decade:
            raise CriteriaError("Give the date of birth as a date, a month and year, or a year")
        self._check_age()
        if self.sex and self.sex not in SEXES:
            raise CriteriaError("Give the sex as M or F")
        if not self._is_enough():
            raise CriteriaError(
                "Give a name, an identifier, a postcode, a street or a full date of birth to"
                " search for"
            )

    def _check_age(self) -> None:
        for age in (self.age, self.age_to):
            if age is not None and age not in AGES:
                raise CriteriaError("Give an age between 0 and 120")
        if self.age_to is not None and (self.age is None or self.age > self.age_to):
            raise CriteriaError("Give the lower age first")

    def _is_enough(self) -> bool:
        told = (self.name, self.identifier, self.postcode, self.street)
        return len(self.born_on) == 10 or any(c.isalnum() for text in told for c in text)

    @property
    def decade(self) -> int | None:
        """The first year of the decade of birth, None where more or nothing is known."""
        return int(self.born_on[:4]) if _DECADE.fullmatch(self.born_on) else None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """All numbers asked for."""
        return (self.identifier, *self.more_identifiers) if self.identifier else ()


def is_partial_date(text: str) -> bool:
    """Whether a text is a possible ISO date, month or year of a living person's birth."""
    if not _PARTIAL_DATE.fullmatch(text) or not text.isascii():
        return False
    try:
        day = date.fromisoformat(f"{text}-01-01"[:10] if len(text) != 7 else f"{text}-01")
    except ValueError:
        return False
    return 1850 <= day.year <= 2150
