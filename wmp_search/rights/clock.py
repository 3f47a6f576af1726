"""The clock of a request: one month, stopped while the force waits for the person (DPA 2018 s.54).

As amended by the Data (Use and Access) Act 2025 s.76, of which the text was not at hand when this
was written: the force's data protection officer confirms it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from wmp_search.dates import months_after

MONTHS, MORE_MONTHS = 1, 2  # a complex request may take so many more, with notice


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood from a day until a day; `until` None: it stands."""

    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`begins`: None while identity is not confirmed. `due`: None also while it stands."""

    begins: date | None
    due: date | None
    stands: bool = False


def run(
    received: date,
    confirmed: date | None,
    stops: Iterable[Stop] = (),
    *,
    extended: bool = False,
) -> Clock:
    """When the answer is due. It begins with the later of receipt and confirmed identity."""
    if confirmed is None:
        return Clock(None, None)
    begins = max(received, confirmed)
    stopped = list(stops)
    if any(stop.until is None for stop in stopped):
        return Clock(begins, None, stands=True)
    due = months_after(begins, MONTHS + (MORE_MONTHS if extended else 0))
    return Clock(begins, due + sum((_days(stop, begins) for stop in stopped), timedelta()))


def _days(stop: Stop, begins: date) -> timedelta:
    until = stop.until or stop.since
    return max(until - max(stop.since, begins), timedelta())
