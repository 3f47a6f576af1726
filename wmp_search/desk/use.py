"""Counts searches by month, purpose and tradition of the name, for the ethics panel: nobody's.

The audit trail is not read for it (policing.md A10).
"""

import uuid
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

# the kept search says that it was counted, so that no other page of it counts again
_COUNT = """
    WITH first AS (
        UPDATE people_searchrequest SET counted = true WHERE id = %s AND NOT counted RETURNING id)
    INSERT INTO desk_searchuse AS u (month, purpose, tradition, searches, nobody)
    SELECT %s::date, %s::text, %s::text, 1, %s::int FROM first
    ON CONFLICT (month, purpose, tradition)
    DO UPDATE SET searches = u.searches + 1, nobody = u.nobody + EXCLUDED.nobody
"""


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it is counted: its number, its purpose, the tradition of the name asked for
    ("" without a name), and whether it found nobody.
    """

    number: uuid.UUID
    purpose: str
    tradition: str
    found_nobody: bool


def count(search: Search) -> None:
    """Count a search once, whatever page of it is looked at. One statement."""
    month = timezone.localdate().replace(day=1)
    nobody = int(search.found_nobody)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [search.number, month, search.purpose, search.tradition, nobody])
