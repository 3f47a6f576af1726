"""Asking, deciding by a second person, making, taking, destroying; each is recorded."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit import record as door
from audit.actions import Action
from audit.record import SYSTEM
from wmp_search.access import trail
from wmp_search.access.disclosures import MARKING
from wmp_search.access.four_eyes import another
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError
from wmp_search.extracts import build, limits, people
from wmp_search.extracts.models import Extract

State = Extract.State
RULE = "Do not try to find out who anybody is, nor join this with other data about single people."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `reference`: the project's, by which the force knows it."""

    columns: Sequence[str]
    reference: str
    reason: str
    days: int


def listed(scope: Scope) -> QuerySet[Extract]:
    """The ledger: all of it to who approves, one's own to who asks."""
    every = Extract.objects.defer("content").select_related("asked_by", "decided_by")
    if scope.may(Permission.EXTRACT_APPROVE):
        return every
    return every.filter(asked_by=scope.officer_id)


def ask(request: AccessRequest, wanted: Wanted) -> Extract:
    """Keep the question for a second person. Nothing is read yet."""
    with transaction.atomic():
        made = Extract.objects.create(
            columns=list(wanted.columns),
            reference=wanted.reference,
            reason=wanted.reason,
            days=min(wanted.days, limits.load().days),
            asked_by_id=request.scope.officer_id,
            asked_at=timezone.now(),
        )
        _record(request, Action.EXTRACT_ASKED, made)
    return made


def decide(request: AccessRequest, pk: uuid.UUID, reason: str, *, approve: bool) -> Extract:
    """The second person's yes or no. Raises ChangeRefusedError."""
    with transaction.atomic():
        held = Extract.objects.select_for_update().get(pk=pk)
        if held.state != State.ASKED:
            raise ChangeRefusedError("Somebody has decided on it already.")
        another(held.asked_by_id, request.scope.officer_id, "approver")
        held.state = State.APPROVED if approve else State.REFUSED
        held.decided_by_id, held.decided_at = request.scope.officer_id, timezone.now()
        held.decided_reason = reason
        held.expires_at = held.decided_at + timedelta(days=held.days) if approve else None
        held.save()
        _record(request, Action.EXTRACT_DECIDED, held)
    return held


@transaction.atomic
def make(pk: uuid.UUID) -> bool:
    """Make one approved file under its row's lock; False where there is nothing to make."""
    mine = Extract.objects.select_for_update(skip_locked=True)
    held = mine.filter(pk=pk, state=State.APPROVED, expires_at__gt=timezone.now()).first()
    if held is None:
        return False
    try:
        built = build.build(people.read(), held.columns, limits.load(), _said(held))
    except build.NotAnonymousError as error:
        held.state, held.why = State.FAILED, str(error)
    else:
        held.state, held.content, held.report = State.READY, built.content, dict(built.report)
        held.sha256 = hashlib.sha256(built.content).hexdigest()
    held.save()
    _by_itself(Action.EXTRACT_MADE, held)
    return held.state == State.READY


def make_waiting() -> int:
    """Make what was approved; how many."""
    waiting = Extract.objects.filter(state=State.APPROVED).values_list("pk", flat=True)
    return sum(make(pk) for pk in list(waiting))


def take(request: AccessRequest, pk: uuid.UUID) -> bytes:
    """The file, for who asked alone: a disclosure, recorded before it leaves.

    Raises ChangeRefusedError.
    """
    with transaction.atomic():
        held = Extract.objects.select_for_update().get(pk=pk)
        living = held.state == State.READY and held.content is not None
        if not living or held.expires_at is None or held.expires_at <= timezone.now():
            raise ChangeRefusedError("There is no file to take.")
        if held.asked_by_id != request.scope.officer_id:
            raise ChangeRefusedError("Only who asked for it takes it.")
        Extract.objects.filter(pk=pk).update(taken=F("taken") + 1)
        _record(request, Action.EXTRACT_TAKEN, held)
        return bytes(held.content or b"")


def destroy_expired() -> int:
    """Destroy the files whose time is over; how many. Their ledger entries stay."""
    over = Extract.objects.filter(
        state__in=[State.APPROVED, State.READY], expires_at__lte=timezone.now()
    )
    pks = list(over.values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            held = Extract.objects.select_for_update().get(pk=pk)
            held.state, held.content = State.DESTROYED, None
            held.save(update_fields=["state", "content"])
            _by_itself(Action.EXTRACT_DESTROYED, held)
    return len(pks)


def _said(held: Extract) -> dict[str, str]:
    return {
        "extract": str(held.pk),
        "marking": MARKING,
        "reference": held.reference,
        "destroy_by": held.expires_at.isoformat() if held.expires_at else "",
        "rule": RULE,
    }


def _detail(held: Extract) -> dict[str, Any]:
    return {
        "extract": str(held.pk),
        "columns": held.columns,
        "reference": held.reference,
        "reason": held.reason,
        "state": held.state,
        "means": "parquet",
        "marking": MARKING,
        "sha256": held.sha256,
        **held.report,
    }


def _record(request: AccessRequest, action: Action, held: Extract) -> None:
    trail.record(
        request,
        action,
        subject_kind="extract",
        subject_ids=[str(held.pk)],
        result_count=held.report.get("rows"),
        detail=_detail(held),
    )


def _by_itself(action: Action, held: Extract) -> None:
    door.event(
        door.Entry(
            action,
            SYSTEM,
            subject_kind="extract",
            subject_ids=[str(held.pk)],
            result_count=held.report.get("rows"),
            detail=_detail(held),
        )
    )
