"""What administrators read about officers and roles."""

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from wmp_search.access.models import Officer, Role, RoleAssignment
from wmp_search.access.permissions import Permission


def open_assignments() -> QuerySet[RoleAssignment]:
    """Assignments that count today or later, with role and grantor."""
    return (
        RoleAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), revoked_at=None
        )
        .select_related("role", "granted_by")
        .order_by("role__title")
    )


def officers(words: str = "") -> QuerySet[Officer]:
    """Officers whose name, user name or collar number holds every word, by user name."""
    found = Officer.objects.select_related("unit").order_by("username")
    for word in words.split():
        found = found.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(collar_number__icontains=word)
        )
    return found.prefetch_related(
        Prefetch("assignments", queryset=open_assignments(), to_attr="held")
    )


def closed_assignments(officer: Officer) -> QuerySet[RoleAssignment]:
    """Assignments that have ended or were withdrawn, newest first."""
    return (
        officer.assignments.filter(
            Q(revoked_at__isnull=False) | Q(ends_on__lt=timezone.localdate())
        )
        .select_related("role", "granted_by", "revoked_by")
        .order_by("-granted_at")
    )


def roles() -> list[tuple[Role, list[str], int]]:
    """Each role, its permissions in words and how many active officers hold it today."""
    today = timezone.localdate()
    live = (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today),
        Q(assignments__starts_on__lte=today, assignments__revoked_at=None),
        Q(assignments__officer__is_active=True),
    )
    counted = Role.objects.annotate(
        holders=Count("assignments", filter=live[0] & live[1] & live[2])
    )
    return [
        (role, [Permission(p).label for p in role.permissions], role.holders) for role in counted
    ]
