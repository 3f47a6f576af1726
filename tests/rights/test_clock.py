"""One month from receipt or identity, stopped while the force waits, in a table of cases."""

from datetime import date

import pytest

from wmp_search.dates import months_after
from wmp_search.rights.clock import Stop, run

JAN = date(2027, 1, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 3, 3), 1, date(2027, 4, 3)),
        (JAN, 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(
    day: date, months: int, expected: date
) -> None:
    assert months_after(day, months) == expected


def test_without_confirmed_identity_the_month_has_not_begun() -> None:
    assert run(JAN, None).due is None


def test_the_later_of_receipt_and_identity_counts() -> None:
    assert run(date(2027, 3, 3), date(2027, 3, 20)).due == date(2027, 4, 20)
    assert run(date(2027, 3, 20), date(2027, 3, 3)).due == date(2027, 4, 20)


def test_a_stopped_clock_stands_and_its_days_are_added_afterwards() -> None:
    first, begins = Stop(date(2027, 3, 10), date(2027, 3, 15)), date(2027, 3, 3)
    standing = run(begins, begins, [first, Stop(date(2027, 3, 20))])
    assert (standing.due, standing.stands) == (None, True)
    again = run(begins, begins, [first, Stop(date(2027, 3, 20), date(2027, 3, 22))])
    assert again.due == date(2027, 4, 10)


def test_a_stop_from_before_the_beginning_counts_from_the_beginning() -> None:
    stop = Stop(date(2027, 3, 1), date(2027, 3, 5))
    assert run(date(2027, 3, 3), date(2027, 3, 3), [stop]).due == date(2027, 4, 5)


def test_extending_adds_two_months() -> None:
    assert run(JAN, JAN, extended=True).due == date(2027, 4, 30)
