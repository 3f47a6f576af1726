"""Months after a day, as PostgreSQL counts them: the last day of a short month is its end."""

from calendar import monthrange
from datetime import date, timedelta


def months_after(day: date, months: int) -> date:
    """The same day of the month, `months` later; 31 August and six months is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_reaching(day: date, months: int) -> date:
    """The first day from which `months` reach `day`."""
    first = months_after(day, -months)
    return first if months_after(first, months) >= day else first + timedelta(days=1)
