"""Loads the duty roster, by which the rule about off duty judges (policing.md H4)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.oversight.days import bounds
from audit.oversight.models import Shift
from wmp_search.access.models import Officer

COLUMNS = ("officer", "starts_at", "ends_at")


class RosterError(Exception):
    """A line cannot be used; the text says which and why. Nothing was changed."""


def replace(rows: Iterable[Mapping[str, str]]) -> int:
    """Put these shifts in the place of all that start on the days from the first to the last.

    A row: COLUMNS, times in ISO 8601 with an offset. A user name that no account has is passed
    over. Returns how many shifts there are. Raises RosterError before anything is changed.
    """
    officers = dict(Officer.objects.values_list("username", "pk"))
    shifts = [
        Shift(officer_id=officers[row["officer"]], starts_at=starts, ends_at=ends)
        for line, row in enumerate(rows, start=2)
        for starts, ends in [_times(line, row)]
        if row["officer"] in officers
    ]
    if not shifts:
        return 0
    days = [timezone.localdate(shift.starts_at) for shift in shifts]
    since, until = bounds(min(days))[0], bounds(max(days))[1]
    with transaction.atomic(using="audit"):
        Shift.objects.filter(starts_at__gte=since, starts_at__lt=until).delete()
        Shift.objects.bulk_create(shifts, batch_size=5_000)
    return len(shifts)


def _times(line: int, row: Mapping[str, str]) -> tuple[datetime, datetime]:
    try:
        starts, ends = (datetime.fromisoformat(row[name]) for name in COLUMNS[1:])
    except (KeyError, TypeError, ValueError) as error:
        raise RosterError(f"Line {line}: starts_at and ends_at must be ISO 8601 times") from error
    if starts.tzinfo is None or ends.tzinfo is None:
        raise RosterError(f"Line {line}: a time needs its offset, for example +01:00")
    if ends <= starts:
        raise RosterError(f"Line {line}: the shift must end after it starts")
    return starts, ends
