"""A date of birth as exactly as it is known: in words, as a partial ISO date, and as an age."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from people.models import Precision


@dataclass(frozen=True, slots=True)
class Birth:
    """`born_on` is exact for precision D only; M and Y fill up with 1, A comes from an age."""

    born_on: date
    precision: str

    @property
    def words(self) -> str:
        """As an officer reads it: "8 June 1989", "June 1989", "1989", "about 1989"."""
        if self.precision == Precision.DAY:
            return date_format(self.born_on, "j F Y")
        if self.precision == Precision.MONTH:
            return date_format(self.born_on, "F Y")
        about = "about " if self.precision == Precision.AGE else ""
        return f"{about}{self.born_on.year}"

    @property
    def iso(self) -> str:
        """Full or partial ISO 8601 date: 1989-06-08, 1989-06 or 1989."""
        lengths = {Precision.DAY.value: 10, Precision.MONTH.value: 7}
        return self.born_on.isoformat()[: lengths.get(self.precision, 4)]

    def age_words(self, today: date) -> str:
        """ "37" where the day is known, else "about 37"; empty for a date in the future."""
        had_birthday = (today.month, today.day) >= (self.born_on.month, self.born_on.day)
        years = today.year - self.born_on.year - (not had_birthday)
        if years < 0:
            return ""
        return str(years) if self.precision == Precision.DAY else f"about {years}"

    def is_child(self, today: date) -> bool:
        """Under 18 on `today`, as far as the date is known."""
        return (today.year - 18, today.month, today.day) < (
            self.born_on.year,
            self.born_on.month,
            self.born_on.day,
        )
