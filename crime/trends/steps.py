"""The periods that a trend counts in: calendar months, and weeks from Monday to Sunday (ISO 8601).

A week of an earlier year is the same if it has the same ISO number. Years of 53 weeks (2020, 2026)
have no other to compare the last one with than the 52nd, which stands beside it in every year.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from django.utils.formats import date_format

WEEK = timedelta(days=7)


class Step(StrEnum):
    """A length of periods; each is named by its first day."""

    MONTH = "month"
    WEEK = "week"

    @property
    def in_a_year(self) -> int:
        """How many make a year; a week of leap years stands in the next one."""
        return 12 if self is Step.MONTH else 52

    def begin(self, day: date) -> date:
        """The first day of the period that a day lies in."""
        if self is Step.MONTH:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday())

    def following(self, first: date, number: int) -> list[date]:
        """The first days of `number` periods from the one that `first` lies in on."""
        if self is Step.MONTH:
            return following(first, number)
        monday = self.begin(first)
        return [monday + at * WEEK for at in range(number)]

    def after(self, first: date) -> date:
        """The first day of the next period."""
        return self.following(first, 2)[1]

    def within(self, first: date, last: date) -> int:
        """How many periods there are from one to another, both included."""
        if self is Step.MONTH:
            return (last.year - first.year) * 12 + last.month - first.month + 1
        return (self.begin(last) - self.begin(first)).days // 7 + 1

    def season(self, first: date) -> int:
        """Which one of its year it is: 1 to 12, or 1 to 52."""
        return first.month if self is Step.MONTH else min(first.isocalendar().week, 52)

    def days(self, first: date) -> int:
        """How many days it has."""
        return (self.after(first) - first).days

    def year_before(self, first: date) -> date | None:
        """The same period of the year before; None of a 53rd week."""
        if self is Step.MONTH:
            return first.replace(year=first.year - 1)
        year, week, _ = first.isocalendar()
        return date.fromisocalendar(year - 1, week, 1) if week < 53 else None

    def words(self, first: date) -> str:
        """ "November 2026"; "16 to 22 November 2026"."""
        if self is Step.MONTH:
            return date_format(first, "F Y")
        last = first + WEEK - timedelta(days=1)
        form = "j" if first.month == last.month else "j F" if first.year == last.year else "j F Y"
        return f"{date_format(first, form)} to {date_format(last, 'j F Y')}"


def following(first: date, number: int) -> list[date]:
    """The first days of `number` months from `first`'s on."""
    start = first.year * 12 + first.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(start, start + number)]


def days_in(month: date) -> int:
    """How many days the month of this day has."""
    return Step.MONTH.days(month.replace(day=1))


def seasons(step: Step, periods: Sequence[date]) -> list[int]:
    """Of each period, which one of its year it is."""
    return [step.season(one) for one in periods]
