"""Who looked at limited records: for their owners, silent to those who looked."""

from django.db.models import Q

from audit.oversight.models import Notice
from audit.record import reachable
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

MOST = 50


def of(scope: Scope) -> list[Notice]:
    """Looks at records that this officer owns, or as a supervisor their unit; newest first."""
    mine = Q(owner_id=scope.officer_id)
    if scope.may(Permission.REVIEW_UNIT) and scope.unit_id is not None:
        mine |= Q(owner_unit_id=scope.unit_id)
    with reachable():
        found = Notice.objects.filter(mine).exclude(looker_id=scope.officer_id)
        return list(found.order_by("-event_at")[:MOST])
