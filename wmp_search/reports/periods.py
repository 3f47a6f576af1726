"""The time of a report: whole months, or full days up to yesterday."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format

MOST_MONTHS, MOST_DAYS = 120, 92


@dataclass(frozen=True, slots=True)
class Days:
    """From a day until before another one."""

    first: date
    until: date

    @property
    def words(self) -> str:
        last = self.until - timedelta(days=1)
        if self.first.day == 1 and self.until.day == 1:
            first, end = date_format(self.first, "F Y"), date_format(last, "F Y")
            return first if first == end else f"{first} to {end}"
        return f"{date_format(self.first, 'j F Y')} to {date_format(last, 'j F Y')}"

    def months(self) -> list[date]:
        """The first day of each month that it touches."""
        end = _number(self.until - timedelta(days=1))
        return [_month(number) for number in range(_number(self.first), end + 1)]

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.until - self.first).days)]

    def year_before(self) -> "Days":
        return Days(year_earlier(self.first), year_earlier(self.until))

    def with_before(self, months: int) -> "Days":
        """The same, with so many months before it."""
        return Days(_month(_number(self.first) - months), self.until)


@dataclass(frozen=True, slots=True)
class Period:
    """What a report says of its time. One of: `last` full months, `days` full days, or the months
    `first` to `final`, both included.
    """

    last: int = 0
    days: int = 0
    first: date | None = None
    final: date | None = None

    def resolved(self, today: date | None = None) -> Days:
        """As days, for a report that is run today."""
        today = today or timezone.localdate()
        if self.days:
            return Days(today - timedelta(days=self.days), today)
        if self.last:
            end = today.replace(day=1)
            return Days(_month(_number(end) - self.last), end)
        assert self.first is not None  # noqa: S101  the spec's reader saw to it
        assert self.final is not None  # noqa: S101
        return Days(self.first, _month(_number(self.final) + 1))

    @property
    def is_whole_months(self) -> bool:
        return not self.days

    @property
    def words(self) -> str:
        if self.days:
            return "yesterday" if self.days == 1 else f"last {self.days} full days"
        if self.last:
            return "last full month" if self.last == 1 else f"last {self.last} full months"
        return self.resolved().words


def year_earlier(day: date) -> date:
    """The same day of the year before; 28 February for a 29th."""
    length = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, length))


def month_of(text: str) -> date:
    """The first day of a month written as 2025-03. Raises ValueError."""
    year, dash, number = text.partition("-")
    if dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal():
        return date(int(year), int(number), 1)
    raise ValueError(text)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
