"""What administrators read about officers and roles."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from wmp_search.access import catalogue
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit
from wmp_search.access.permissions import Permission


def open_assignments() -> QuerySet[RoleAssignment]:
    """Assignments that count today or later, with role and grantor."""
    return (
        RoleAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), revoked_at=None
        )
        .select_related("role", "granted_by", "approved_by")
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


def officer_called(word: str) -> Officer | None:
    """The officer with an open account and this user name or collar number."""
    alive = Officer.objects.filter(is_active=True)
    named = alive.filter(username__iexact=word).first()
    return named or alive.filter(collar_number=word).first()


def closed_assignments(officer: Officer) -> QuerySet[RoleAssignment]:
    """Assignments that have ended or were withdrawn, newest first."""
    return (
        officer.assignments.filter(
            Q(revoked_at__isnull=False) | Q(ends_on__lt=timezone.localdate())
        )
        .select_related("role", "granted_by", "approved_by", "revoked_by")
        .order_by("-granted_at")
    )


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as the list shows it; `holders`: active officers who hold it today."""

    role: Role
    groups: list[tuple[str, list[catalogue.Described]]]
    holders: int


def roles() -> list[RoleRow]:
    """Each role, retired ones too, its permissions in words and how many hold it. One query."""
    today = timezone.localdate()
    live = (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today),
        Q(assignments__starts_on__lte=today, assignments__revoked_at=None),
        Q(assignments__officer__is_active=True),
    )
    counted = Role.objects.annotate(
        holders=Count("assignments", filter=live[0] & live[1] & live[2])
    )
    return [RoleRow(r, list(catalogue.grouped(r.permissions)), r.holders) for r in counted]


def units() -> QuerySet[Unit]:
    """Units by name; `officers`: active ones, `supervisors`: of them, who may read its audit."""
    watches = RoleAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()),
        starts_on__lte=timezone.localdate(),
        revoked_at=None,
        role__permissions__contains=[Permission.AUDIT_VIEW_UNIT.value],
        officer__is_active=True,
        officer__unit=OuterRef("pk"),
    )
    supervisors = (
        watches.order_by().values("officer__unit").annotate(n=Count("officer", distinct=True))
    )
    return Unit.objects.annotate(
        officers=Count("officer", filter=Q(officer__is_active=True)),
        supervisors=Coalesce(Subquery(supervisors.values("n")), 0),
    ).order_by("name")
