"""How often an officer may do something in an hour; counted in the database, without Redis."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from wmp_search.access.purpose_models import Allowance

_COUNT = """
    INSERT INTO access_allowance (officer_id, kind, hour, used) VALUES (%s, %s, %s, 1)
    ON CONFLICT (officer_id, kind, hour) DO UPDATE SET used = access_allowance.used + 1
    RETURNING used
"""


def use(officer_id: int, kind: str, *, most: int) -> bool:
    """Count one use in this hour; False where it is more than `most`. One statement."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [officer_id, kind, hour])
        return bool(cursor.fetchone()[0] <= most)


def forget() -> int:
    """Delete the counts of past days; returns how many."""
    deleted, _ = Allowance.objects.filter(hour__lt=timezone.now() - timedelta(days=1)).delete()
    return deleted
