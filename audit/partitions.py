"""One part of the trail for each month, made ahead of time."""

from django.db import connections

from audit.record import reachable

MONTHS_AHEAD = 24


def make_months(ahead: int = MONTHS_AHEAD) -> list[str]:
    """Make the missing parts of this month and the `ahead` next; the names of the new ones.

    The database does it in a function of the owner's: the trail's own role can make no table, and
    can make this one kind of part only. Raises AuditUnavailable.
    """
    with reachable(), connections["audit"].cursor() as cursor:
        cursor.execute("SELECT unnest(audit_make_months(%s))", [ahead])
        return [str(name) for (name,) in cursor.fetchall()]
