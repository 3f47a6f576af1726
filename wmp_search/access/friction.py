"""The seconds an officer spends on saying why: from the form to the search, as counts only.

The form carries the signed moment at which it was made. Neither officer nor search is kept.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from wmp_search.access.purpose_models import PurposeSeconds

EDGES = (2, 5, 10, 20, 30, 60, 120)
LONGER = 999  # the bucket of everything beyond the last edge
DAYS = 30
_SALT = "purpose-form"
_COUNT = """
    INSERT INTO access_purposeseconds (day, seconds, with_task, searches) VALUES (%s, %s, %s, 1)
    ON CONFLICT (day, seconds, with_task)
    DO UPDATE SET searches = access_purposeseconds.searches + 1
"""


@dataclass(frozen=True, slots=True)
class Row:
    """How many searches took so long, of those that asked for a purpose."""

    words: str
    with_task: int
    typed: int


def stamp() -> str:
    """The signed moment for a form that is about to be shown."""
    return signing.dumps(int(time.time() * 1000), salt=_SALT, compress=False)


def count(stamped: str, *, with_task: bool) -> None:
    """Count the seconds since the form was shown; a stamp that is not ours counts nothing."""
    try:
        shown: int = signing.loads(stamped, salt=_SALT)
    except signing.BadSignature:
        return
    took = time.time() - shown / 1000
    bucket = next((edge for edge in EDGES if took <= edge), LONGER)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [timezone.localdate(), bucket, with_task])


def last_days() -> list[Row]:
    """The counts of the last DAYS days, quickest first; empty without any. One query."""
    since = timezone.localdate() - timedelta(days=DAYS)
    counted = {
        (seconds, with_task): searches
        for seconds, with_task, searches in PurposeSeconds.objects.filter(day__gt=since)
        .values_list("seconds", "with_task")
        .annotate(Sum("searches"))
        .order_by()
    }
    if not counted:
        return []
    return [
        Row(_words(edge), counted.get((edge, True), 0), counted.get((edge, False), 0))
        for edge in (*EDGES, LONGER)
    ]


def _words(edge: int) -> str:
    return f"more than {EDGES[-1]} s" if edge == LONGER else f"up to {edge} s"
