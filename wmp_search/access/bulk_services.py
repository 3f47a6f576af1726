"""Carrying out a file of roles and units: all of it or nothing, audited like single changes."""

import uuid
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import bulk, four_eyes, holdings, services, trail
from wmp_search.access.bulk import Change, Plan
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Role, RoleAssignment, RoleFile, RoleRequest
from wmp_search.access.services import ChangeRefusedError


def keep(request: AccessRequest, name: str, content: str, reason: str) -> RoleFile:
    """Store the file as it was uploaded; nothing is changed yet."""
    return RoleFile.objects.create(
        id=uuid.uuid4(),
        name=name[:120],
        content=content,
        reason=reason,
        uploaded_by_id=request.scope.officer_id,
    )


def carry_out(request: AccessRequest, file_id: uuid.UUID) -> Plan:
    """Do what the file says, checked once more. Raises ChangeRefusedError for a file of somebody
    else, one that is done, or one with a bad line; then nothing has changed.
    """
    with transaction.atomic():
        sent = RoleFile.objects.select_for_update().get(pk=file_id)
        if sent.uploaded_by_id != request.scope.officer_id or sent.done_at:
            raise ChangeRefusedError("This file has been carried out or is not yours.")
        plan = _locked_plan(request, sent)
        _grant(request, plan.grants)
        _ask(request, plan.requests, sent)
        _move(request, plan.moves)
        sent.done_at = timezone.now()
        sent.save(update_fields=["done_at"])
    return plan


def _locked_plan(request: AccessRequest, sent: RoleFile) -> Plan:
    """The plan over rows that nobody else changes until this transaction ends."""
    first = bulk.plan(sent.content, request.scope.officer_id)
    role_ids = {c.role.pk for c in first.changes if c.role}
    officer_ids = {c.officer.pk for c in first.changes}
    list(Role.objects.select_for_update().filter(pk__in=role_ids).order_by("pk"))
    list(
        Officer.objects.select_for_update(of=("self",))
        .filter(pk__in=officer_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    plan = bulk.plan(sent.content, request.scope.officer_id)
    if plan.problems:
        worst = plan.problems[0]
        raise ChangeRefusedError(
            f"Nothing has changed: line {worst.line} is no longer right. {worst.what}."
        )
    return plan


def _grant(request: AccessRequest, changes: list[Change]) -> None:
    if not changes:
        return
    before = holdings.of({c.officer.pk for c in changes})
    roles = {c.role.pk for c in changes if c.role}
    services.close_ended(list(before), list(roles))
    RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(
                officer=c.officer,
                role=c.role,
                starts_on=c.starts_on,
                ends_on=c.ends_on,
                granted_by_id=request.scope.officer_id,
            )
            for c in changes
        ],
        batch_size=1000,
    )
    holdings.record(request, Action.ROLE_GRANTED, before, {"by": "file"})


def _ask(request: AccessRequest, changes: list[Change], sent: RoleFile) -> None:
    if not changes:
        return
    four_eyes.sweep()
    made = RoleRequest.objects.bulk_create(
        [
            RoleRequest(
                officer=c.officer,
                role=c.role,
                starts_on=c.starts_on,
                ends_on=c.ends_on,
                reason=sent.reason,
                file=sent,
                requested_by_id=request.scope.officer_id,
                expires_at=timezone.now() + four_eyes.LIFETIME,
            )
            for c in changes
        ],
        batch_size=1000,
    )
    for at in range(0, len(made), holdings.OFFICERS_IN_A_ROW):
        part = made[at : at + holdings.OFFICERS_IN_A_ROW]
        trail.record(
            request,
            Action.ROLE_REQUESTED,
            subject_kind="officer",
            subject_ids=sorted({str(asked.officer_id) for asked in part}),
            detail={
                "by": "file",
                "reason": sent.reason,
                "requests": [
                    {
                        "asked": asked.pk,
                        "officer": asked.officer_id,
                        "role": asked.role.slug,
                        "from": asked.starts_on,
                        "until": asked.ends_on,
                    }
                    for asked in part
                ],
            },
        )


def _move(request: AccessRequest, changes: list[Change]) -> None:
    if not changes:
        return
    before = holdings.of({c.officer.pk for c in changes})
    into: dict[int, list[int]] = defaultdict(list)
    for change in changes:
        if change.unit:
            into[change.unit.pk].append(change.officer.pk)
    for unit_id, officer_ids in into.items():
        Officer.objects.filter(pk__in=officer_ids).update(unit=unit_id)
    holdings.record(request, Action.UNIT_CHANGED, before, {"by": "file"})
