"""Who looked at limited records: for their owners, silent to those who looked."""

from django.db.models import Q, QuerySet

from audit.oversight.models import Notice
from audit.record import reachable
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

MOST = 50


def for_scope(scope: Scope) -> QuerySet[Notice]:
    """Looks at records that this officer owns, or as a supervisor their unit."""
    mine = Q(owner_id=scope.officer_id)
    if scope.may(Permission.REVIEW_UNIT) and scope.unit_id is not None:
        mine |= Q(owner_unit_id=scope.unit_id)
    return Notice.objects.filter(mine).exclude(looker_id=scope.officer_id)


def of(scope: Scope) -> list[Notice]:
    """The newest MOST of them."""
    with reachable():
        return list(for_scope(scope).order_by("-event_at")[:MOST])
