"""What an administrator changes about officers. A change and its audit row stand or fall together.

The change is made inside a transaction, the audit row is committed on its own connection, then
the change is committed: without an audit row nothing changes; a commit that fails after it leaves
a row that says more than happened, never less. Locks are taken in one order: roles, then officers.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from knox.models import AuthToken

from audit.actions import Action
from wmp_search.access import holdings, separation, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Role, RoleAssignment, Unit


class ChangeRefusedError(Exception):
    """The change is against the rules; the text says which, for the administrator."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for an officer, both days inclusive; no end: until withdrawn."""

    officer: Officer
    role: Role
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Who asked for a sensitive role that `request.user` approves, and the request's number."""

    requested_by: int
    request_id: int


def grant(
    request: AccessRequest, wanted: Grant, *, approval: Approval | None = None
) -> RoleAssignment:
    """Give the role. Raises ChangeRefusedError: for the administrator's own account, a double, a
    retired role, a clash with another role, or a sensitive role without a second administrator.
    """
    not_oneself(request, wanted.officer)
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=wanted.role.pk)
        officer = Officer.objects.select_for_update().get(pk=wanted.officer.pk)
        if role.is_sensitive and approval is None:
            raise ChangeRefusedError(f"The role {role} needs a second administrator.")
        before = holdings.of([officer.pk])
        close_ended([officer.pk], [role.pk])
        check(wanted, role)
        assignment = RoleAssignment.objects.create(
            officer=officer,
            role=role,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            granted_by_id=approval.requested_by if approval else request.scope.officer_id,
            approved_by_id=request.scope.officer_id if approval else None,
        )
        detail = {"role": role.slug} | ({"asked": approval.request_id} if approval else {})
        holdings.record(request, Action.ROLE_GRANTED, before, detail)
    return assignment


def check(wanted: Grant, role: Role) -> None:
    """Raise ChangeRefusedError unless the officer may hold `role`, read afresh, as wanted."""
    if role.retired_at:
        raise ChangeRefusedError(f"The role {role} is retired. Choose another role.")
    held = holdings.open_now().filter(officer=wanted.officer).exclude(role=role)
    if holdings.open_now().filter(officer=wanted.officer, role=role).exists():
        raise ChangeRefusedError(
            f"{wanted.officer} already has the role {role}. Withdraw it first to change its days."
        )
    others = [a.role for a in overlapping(held, wanted).select_related("role")]
    if found := separation.clash(role.permissions, others):
        raise ChangeRefusedError(f"{role} and {found[0]} cannot be held together. {found[1]}")


def overlapping(held: QuerySet[RoleAssignment], wanted: Grant) -> QuerySet[RoleAssignment]:
    """The assignments that count on any day of the wanted ones."""
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=wanted.starts_on))
    return held.filter(starts_on__lte=wanted.ends_on) if wanted.ends_on else held


def close_ended(officer_ids: list[int], role_ids: list[int]) -> None:
    """Mark assignments whose last day is over: a role has one open assignment per officer."""
    ended = RoleAssignment.objects.filter(
        officer__in=officer_ids,
        role__in=role_ids,
        revoked_at=None,
        ends_on__lt=timezone.localdate(),
    )
    ended.update(revoked_at=timezone.now())


def revoke(request: AccessRequest, assignment: RoleAssignment) -> None:
    """Withdraw the role at once. Raises ChangeRefusedError for one's own or a withdrawn one."""
    not_oneself(request, assignment.officer)
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=assignment.officer_id)
        before = holdings.of([officer.pk])
        changed = officer.assignments.filter(pk=assignment.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by_id=request.scope.officer_id
        )
        if not changed:
            raise ChangeRefusedError("The role has already been withdrawn.")
        holdings.record(request, Action.ROLE_REVOKED, before, {"role": assignment.role.slug})


def set_active(request: AccessRequest, officer: Officer, *, active: bool) -> None:
    """Open or close the account. Closing ends its sessions (at the next request) and tokens."""
    not_oneself(request, officer)
    action = Action.OFFICER_ACTIVATED if active else Action.OFFICER_DEACTIVATED
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=officer.pk)
        before = holdings.of([officer.pk])
        officer.is_active = active
        officer.save(update_fields=["is_active"])
        if not active:
            end_sessions(officer)
        holdings.record(request, action, before)


def move(request: AccessRequest, officer: Officer, unit: Unit | None, post: str) -> None:
    """Put the officer into a unit and a post. What the officer did before stays with the unit of
    that day: an audit row carries the unit it was written under.
    """
    not_oneself(request, officer)
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=officer.pk)
        before = holdings.of([officer.pk])
        officer.unit, officer.post = unit, post
        officer.save(update_fields=["unit", "post"])
        holdings.record(request, Action.UNIT_CHANGED, before)


def end_sessions(officer: Officer) -> None:
    """End every session of the officer at its next request, and every API token now."""
    officer.signed_out_everywhere_at = timezone.now()
    officer.save(update_fields=["signed_out_everywhere_at"])
    AuthToken.objects.filter(user=officer).delete()


def sign_out_everywhere(request: AccessRequest, officer: Officer) -> None:
    """End all sessions and tokens of an officer: one's own, or another's by an administrator."""
    with transaction.atomic():
        end_sessions(officer)
        trail.record(
            request,
            Action.ENDED_EVERYWHERE,
            subject_kind="officer",
            subject_ids=[str(officer.pk)],
            detail={"username": officer.get_username()},
        )


def not_oneself(request: AccessRequest, officer: Officer) -> None:
    """Raise ChangeRefusedError if the administrator acts on their own account."""
    if officer.pk == request.scope.officer_id:
        raise ChangeRefusedError(
            "Nobody can change their own account or roles. Ask another administrator."
        )
