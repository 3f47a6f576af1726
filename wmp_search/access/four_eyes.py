"""What needs two administrators: one asks, another approves or refuses, neither is the subject.

Sensitive roles for officers, and changes that add a sensitive permission to a role. A request
expires after `LIFETIME`. The database refuses the same things once more (RoleRequest.Meta).
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from wmp_search.access import role_services, services, trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Role, RoleRequest
from wmp_search.access.services import ChangeRefusedError, Grant

LIFETIME = timedelta(days=7)
State = RoleRequest.State


def another(asked_by: int | None, decides: int | None, who: str = "administrator") -> None:
    """Raise ChangeRefusedError where the one who asked would decide."""
    if decides is None or asked_by == decides:
        raise ChangeRefusedError(f"You asked for this yourself. Another {who} decides on it.")


def pending() -> QuerySet[RoleRequest]:
    """Requests that wait for a decision, the one that expires first on top."""
    return (
        RoleRequest.objects.filter(state=State.PENDING, expires_at__gt=timezone.now())
        .select_related("role", "officer", "requested_by")
        .order_by("expires_at", "pk")
    )


def ask(request: AccessRequest, wanted: Grant, reason: str) -> RoleRequest:
    """Ask for a sensitive role. Raises ChangeRefusedError as `services.grant` would, and while
    another request for the same role of the same officer waits.
    """
    services.not_oneself(request, wanted.officer)
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=wanted.role.pk)
        Officer.objects.select_for_update().get(pk=wanted.officer.pk)
        services.check(wanted, role)
        sweep()
        if pending().filter(officer=wanted.officer, role=role).exists():
            raise ChangeRefusedError(
                f"The role {role} has already been asked for. Another administrator decides."
            )
        made = RoleRequest.objects.create(
            officer=wanted.officer,
            role=role,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            reason=reason,
            requested_by_id=request.scope.officer_id,
            expires_at=timezone.now() + LIFETIME,
        )
        _record(request, Action.ROLE_REQUESTED, made)
    return made


def ask_change(
    request: AccessRequest, role: Role, proposed: role_services.Definition, reason: str
) -> RoleRequest:
    """Ask for a change that adds a sensitive permission to a role."""
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        role_services.check_change(request.scope.officer_id, role, proposed)
        sweep()
        if pending().filter(officer=None, role=role).exists():
            raise ChangeRefusedError(f"A change of the role {role} already waits for a decision.")
        made = RoleRequest.objects.create(
            role=role,
            proposed=proposed.as_json(),
            reason=reason,
            requested_by_id=request.scope.officer_id,
            expires_at=timezone.now() + LIFETIME,
        )
        _record(request, Action.ROLE_REQUESTED, made)
    return made


def approve(request: AccessRequest, request_id: int, reason: str) -> None:
    """Carry out what was asked. Raises ChangeRefusedError for one's own request, a request about
    oneself or about a role one holds, a decided or expired one, and as the change itself does.
    """
    with transaction.atomic():
        asked = _undecided(request, request_id)
        if asked.officer_id:
            _grant(request, asked)
        else:
            proposed = role_services.Definition.of(asked.proposed or {})
            role_services.change(request, asked.role, proposed, approved=asked)
        _decide(request, asked, State.APPROVED, reason)


def refuse(request: AccessRequest, request_id: int, reason: str) -> None:
    """Turn the request down; nothing changes."""
    with transaction.atomic():
        asked = _undecided(request, request_id)
        _decide(request, asked, State.REFUSED, reason)
        _record(request, Action.ROLE_REFUSED, asked)


def take_back(request: AccessRequest, request_id: int) -> None:
    """The administrator who asked no longer does."""
    with transaction.atomic():
        asked = _locked(request_id)
        if asked.requested_by_id != request.scope.officer_id:
            raise ChangeRefusedError("Only the administrator who asked can take a request back.")
        _decide(request, asked, State.TAKEN_BACK, "Taken back")
        _record(request, Action.ROLE_REFUSED, asked)


def sweep() -> None:
    """Note which requests have expired; they count for nothing since then, noted or not."""
    with transaction.atomic():
        over = RoleRequest.objects.select_for_update().filter(
            state=State.PENDING, expires_at__lte=timezone.now()
        )
        expired = list(over.values_list("pk", flat=True))
        if not expired:
            return
        RoleRequest.objects.filter(pk__in=expired).update(state=State.EXPIRED)
        door.event(
            door.Entry(
                action=Action.ROLE_REFUSED,
                actor=door.SYSTEM,
                subject_kind="role_request",
                subject_ids=[str(pk) for pk in expired],
                detail={"why": f"Nobody decided within {LIFETIME.days} days"},
            )
        )


def _grant(request: AccessRequest, asked: RoleRequest) -> None:
    today = timezone.localdate()
    if asked.officer is None or asked.starts_on is None:  # a constraint refuses it
        raise ChangeRefusedError("The request names no officer.")
    if asked.ends_on and asked.ends_on < today:
        raise ChangeRefusedError("The days asked for are over. Refuse the request.")
    wanted = Grant(asked.officer, asked.role, max(asked.starts_on, today), asked.ends_on)
    approval = services.Approval(requested_by=asked.requested_by_id, request_id=asked.pk)
    services.grant(request, wanted, approval=approval)


def _undecided(request: AccessRequest, request_id: int) -> RoleRequest:
    asked = _locked(request_id)
    another(asked.requested_by_id, request.scope.officer_id)
    if asked.officer_id == request.scope.officer_id:
        raise ChangeRefusedError("This is about your own account. Another administrator decides.")
    return asked


def _locked(request_id: int) -> RoleRequest:
    """The waiting request with its role locked before it: roles are locked first everywhere."""
    role_id = RoleRequest.objects.values_list("role", flat=True).get(pk=request_id)
    role = Role.objects.select_for_update().get(pk=role_id)
    asked = (
        RoleRequest.objects.select_for_update(of=("self",))
        .select_related("officer", "requested_by")
        .get(pk=request_id)
    )
    if asked.state != State.PENDING or asked.expires_at <= timezone.now():
        raise ChangeRefusedError("This request has been decided or has expired.")
    asked.role = role
    return asked


def _decide(request: AccessRequest, asked: RoleRequest, state: State, reason: str) -> None:
    asked.state, asked.decided_at, asked.decision_reason = state, timezone.now(), reason
    asked.decided_by_id = request.scope.officer_id
    asked.save(update_fields=["state", "decided_at", "decision_reason", "decided_by"])


def _record(request: AccessRequest, action: Action, asked: RoleRequest) -> None:
    detail: dict[str, Any] = {
        "role": asked.role.slug,
        "asked": asked.pk,
        "reason": asked.reason,
        "requested_by": asked.requested_by_id,
        "decision": asked.decision_reason,
    }
    if asked.officer:
        detail |= {
            "username": asked.officer.get_username(),
            "from": asked.starts_on,
            "until": asked.ends_on,
        }
        kind, subject = "officer", asked.officer_id
    else:
        detail |= {"before": role_services.definition_of(asked.role).as_json()}
        detail |= {"after": asked.proposed}
        kind, subject = "role", asked.role_id
    trail.record(request, action, subject_kind=kind, subject_ids=[str(subject)], detail=detail)
