"""What officers may use now or later: for the before and after of an audit row.

Set-based: two queries for any number of officers, and as few audit rows as they fit into.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, RoleAssignment

OFFICERS_IN_A_ROW = 500  # of the audit trail: about 150 kB of before and after
Holdings = dict[int, dict[str, Any]]


def open_now() -> QuerySet[RoleAssignment]:
    """Assignments that count today or will."""
    not_over = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    return RoleAssignment.objects.filter(not_over, revoked_at=None)


def of(officer_ids: Iterable[int]) -> Holdings:
    """Officer id → {"username", "active", "unit", "post", "roles": [...]}. Two queries."""
    officers = Officer.objects.filter(pk__in=list(officer_ids)).select_related("unit")
    found: Holdings = {
        officer.pk: {
            "username": officer.get_username(),
            "active": officer.is_active,
            "unit": officer.unit.name if officer.unit else None,
            "post": officer.post,
            "roles": [],
        }
        for officer in officers.order_by("pk")
    }
    held = open_now().filter(officer__in=found).order_by("role__slug")
    rows = held.values_list("officer_id", "role__slug", "starts_on", "ends_on")
    for officer_id, role, starts_on, ends_on in rows:
        until = ends_on.isoformat() if ends_on else None
        found[officer_id]["roles"].append(
            {"role": role, "from": starts_on.isoformat(), "until": until}
        )
    return found


def record(
    request: AccessRequest,
    action: Action,
    before: Holdings,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write what became of the officers in `before`: one row, or one for every 500 officers."""
    after = of(before)
    for batch in _batches(list(before), OFFICERS_IN_A_ROW):
        trail.record(
            request,
            action,
            subject_kind="officer",
            subject_ids=[str(pk) for pk in batch],
            detail={**(detail or {}), **_changes(batch, before, after)},
        )


def _batches(ids: Sequence[int], size: int) -> Iterable[tuple[int, ...]]:
    return (tuple(ids[at : at + size]) for at in range(0, len(ids), size))


def _changes(ids: Sequence[int], before: Holdings, after: Holdings) -> dict[str, Any]:
    if len(ids) == 1:
        pk = ids[0]
        name = before[pk]["username"]
        return {"username": name, "before": _state(before[pk]), "after": _state(after[pk])}
    return {
        "changes": [
            {
                "officer": pk,
                "username": before[pk]["username"],
                "before": _state(before[pk]),
                "after": _state(after[pk]),
            }
            for pk in ids
        ]
    }


def _state(holding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in holding.items() if key != "username"}
