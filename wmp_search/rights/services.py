"""What changes a request. Each change and its audit row stand or fall together."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights import clock
from wmp_search.rights.models import Pause, StaffRelease, SubjectRequest, Withheld


def clock_of(asked: SubjectRequest) -> clock.Clock:
    """When the answer is due."""
    stops = [clock.Stop(pause.since, pause.until) for pause in asked.pauses.all()]
    return clock.run(
        asked.received_on, asked.confirmed_on, stops, extended=bool(asked.extended_reason)
    )


def open_request(request: AccessRequest, person: int, data: dict[str, Any]) -> SubjectRequest:
    """Keep a request that came in."""
    with transaction.atomic():
        made = SubjectRequest.objects.create(
            person_id=person,
            reference=data["reference"],
            received_on=data["received_on"],
            confirmed_on=data["confirmed_on"],
            opened_by_id=request.scope.officer_id,
        )
        record(request, made, "opened")
    return made


def confirm(request: AccessRequest, asked: SubjectRequest) -> None:
    """The person's identity is confirmed today. Raises ChangeRefusedError."""
    _open(asked)
    if asked.confirmed_on:
        raise ChangeRefusedError("The identity is confirmed already.")
    with transaction.atomic():
        asked.confirmed_on = timezone.localdate()
        asked.save(update_fields=["confirmed_on"])
        record(request, asked, "identity confirmed")


def pause(request: AccessRequest, asked: SubjectRequest, reason: str) -> None:
    """The clock stands from today: the force waits for the person. Raises ChangeRefusedError."""
    _open(asked)
    if clock_of(asked).stands:
        raise ChangeRefusedError("The clock stands already.")
    with transaction.atomic():
        Pause.objects.create(request=asked, since=timezone.localdate(), reason=reason)
        record(request, asked, "clock stopped")


def resume(request: AccessRequest, asked: SubjectRequest) -> None:
    """The clock runs again from today. Raises ChangeRefusedError."""
    _open(asked)
    with transaction.atomic():
        if not asked.pauses.filter(until=None).update(until=timezone.localdate()):
            raise ChangeRefusedError("The clock runs.")
        record(request, asked, "clock runs again")


def extend(request: AccessRequest, asked: SubjectRequest, reason: str) -> None:
    """Two months more for a complex request, of which the person is told: once."""
    _open(asked)
    if asked.extended_reason:
        raise ChangeRefusedError("The time was extended already.")
    with transaction.atomic():
        asked.extended_reason = reason
        asked.save(update_fields=["extended_reason"])
        record(request, asked, "extended")


def withhold(request: AccessRequest, asked: SubjectRequest, data: dict[str, str]) -> None:
    """Leave a part of the answer out (s.45(4)). Raises ChangeRefusedError."""
    _open(asked)
    if Withheld.objects.filter(request=asked, item=data["item"]).exists():
        raise ChangeRefusedError("It is left out already.")
    with transaction.atomic():
        Withheld.objects.create(request=asked, by_id=request.scope.officer_id, **data)
        record(request, asked, "withheld", item=data["item"], ground=data["ground"])


def give_again(request: AccessRequest, asked: SubjectRequest, item: str) -> None:
    """Do not leave it out after all."""
    _open(asked)
    with transaction.atomic():
        if not Withheld.objects.filter(request=asked, item=item).delete()[0]:
            raise ChangeRefusedError("It is not left out.")
        record(request, asked, "given after all", item=item)


def ask_release(request: AccessRequest, asked: SubjectRequest, data: dict[str, str]) -> None:
    """Ask a second person that the annex names officers (C-579/21: only where essential)."""
    _open(asked)
    if StaffRelease.objects.filter(request=asked).exists():
        raise ChangeRefusedError("It was asked for already.")
    with transaction.atomic():
        StaffRelease.objects.create(request=asked, asked_by_id=request.scope.officer_id, **data)
        record(request, asked, "asked to name staff", approval=data["approval"])


def approve_release(request: AccessRequest, asked: SubjectRequest) -> None:
    """The second person's yes. Raises ChangeRefusedError."""
    _open(asked)
    with transaction.atomic():
        held = StaffRelease.objects.select_for_update().filter(request=asked).first()
        if held is None or held.approved_at:
            raise ChangeRefusedError("Nothing waits for a second person.")
        if held.asked_by_id == request.scope.officer_id:
            raise ChangeRefusedError("You asked for it: somebody else decides.")
        held.approved_by_id, held.approved_at = request.scope.officer_id, timezone.now()
        held.save()
        record(request, asked, "approved to name staff", approval=held.approval)


def refuse(request: AccessRequest, asked: SubjectRequest, reason: str) -> None:
    """Nothing is given; the person is told why and of the Commissioner. ChangeRefusedError."""
    _open(asked)
    with transaction.atomic():
        asked.state, asked.ended_at = SubjectRequest.State.REFUSED, timezone.now()
        asked.ended_reason = reason
        asked.save()
        record(request, asked, "refused")


def record(request: AccessRequest, asked: SubjectRequest, what: str, **more: str) -> None:
    """One row of the trail; reasons stay with the request."""
    trail.record(
        request,
        Action.REQUEST_CHANGED,
        subject_kind="person",
        subject_ids=[str(asked.person_id)],
        detail={"request": asked.pk, "reference": asked.reference, "what": what, **more},
    )


def _open(asked: SubjectRequest) -> None:
    if asked.state != SubjectRequest.State.OPEN:
        raise ChangeRefusedError("The request is closed.")
