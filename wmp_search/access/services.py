"""What an administrator changes. Each change and its audit row stand or fall together.

The change is made inside a transaction, the audit row is committed on its own connection, then
the change is committed: without an audit row nothing changes; a commit that fails after it leaves
a row that says more than happened, never less.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from knox.models import AuthToken

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Role, RoleAssignment


class ChangeRefusedError(Exception):
    """The change is against the rules; the text says which, for the administrator."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for an officer, both days inclusive; no end: until withdrawn."""

    officer: Officer
    role: Role
    starts_on: date
    ends_on: date | None = None


def grant(request: AccessRequest, wanted: Grant) -> RoleAssignment:
    """Give the role. Raises ChangeRefusedError for the administrator's own account or a double."""
    _not_oneself(request, wanted.officer)
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=wanted.officer.pk)
        before = holdings(officer)
        past = RoleAssignment.objects.filter(
            officer=officer, role=wanted.role, revoked_at=None, ends_on__lt=timezone.localdate()
        )
        past.update(revoked_at=timezone.now())  # it has ended; a role has one open assignment
        if officer.assignments.filter(role=wanted.role, revoked_at=None).exists():
            raise ChangeRefusedError(
                f"{officer} already has the role {wanted.role}. "
                "Withdraw it first to change its days."
            )
        assignment = RoleAssignment.objects.create(
            officer=officer,
            role=wanted.role,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            granted_by_id=request.user.pk,
        )
        _record(request, Action.ROLE_GRANTED, officer, before, role=wanted.role.slug)
    return assignment


def revoke(request: AccessRequest, assignment: RoleAssignment) -> None:
    """Withdraw the role at once. Raises ChangeRefusedError for one's own or a withdrawn one."""
    _not_oneself(request, assignment.officer)
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=assignment.officer_id)
        before = holdings(officer)
        changed = officer.assignments.filter(pk=assignment.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by_id=request.user.pk
        )
        if not changed:
            raise ChangeRefusedError("The role has already been withdrawn.")
        _record(request, Action.ROLE_REVOKED, officer, before, role=assignment.role.slug)


def set_active(request: AccessRequest, officer: Officer, *, active: bool) -> None:
    """Open or close the account. Closing ends its sessions (at the next request) and tokens."""
    _not_oneself(request, officer)
    action = Action.OFFICER_ACTIVATED if active else Action.OFFICER_DEACTIVATED
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(pk=officer.pk)
        before = holdings(officer)
        officer.is_active = active
        officer.save(update_fields=["is_active"])
        if not active:
            AuthToken.objects.filter(user=officer).delete()
        _record(request, action, officer, before)


def holdings(officer: Officer) -> dict[str, Any]:
    """What the officer may use or will: for the before and after of an audit row."""
    open_assignments = (
        RoleAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()),
            officer=officer,
            revoked_at=None,
        )
        .select_related("role")
        .order_by("role__slug")
    )
    return {
        "active": officer.is_active,
        "roles": [
            {
                "role": held.role.slug,
                "from": held.starts_on.isoformat(),
                "until": held.ends_on.isoformat() if held.ends_on else None,
            }
            for held in open_assignments
        ],
    }


def _not_oneself(request: AccessRequest, officer: Officer) -> None:
    if officer.pk == request.user.pk:
        raise ChangeRefusedError(
            "Nobody can change their own account or roles. Ask another administrator."
        )


def _record(
    request: AccessRequest,
    action: Action,
    officer: Officer,
    before: dict[str, Any],
    role: str = "",
) -> None:
    detail: dict[str, Any] = {"role": role} if role else {}
    detail |= {
        "username": officer.get_username(),
        "before": before,
        "after": holdings(officer),
    }
    trail.record(
        request, action, subject_kind="officer", subject_ids=[str(officer.pk)], detail=detail
    )
