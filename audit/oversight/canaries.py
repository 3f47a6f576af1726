"""Canary records: made-up people whom no policing purpose leads to (policing.md H10)."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.oversight.models import Canary
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest


def listed() -> list[Canary]:
    with reachable():
        return list(Canary.objects.order_by("-set_at"))


def add(request: AccessRequest, person_id: str, note: str) -> None:
    """Watch this person; the keeper's own looks raise nothing."""
    values = {"note": note, "set_by": request.scope.officer_id, "set_at": timezone.now()}
    with reachable(), transaction.atomic(using="audit"):
        Canary.objects.update_or_create(person_id=person_id, defaults=values)
        _record(request, person_id, "canary set", note)


def remove(request: AccessRequest, person_id: str) -> None:
    """Watch this person no more."""
    with reachable(), transaction.atomic(using="audit"):
        if Canary.objects.filter(person_id=person_id).delete()[0]:
            _record(request, person_id, "canary removed", "")


def _record(request: AccessRequest, person_id: str, what: str, note: str) -> None:
    trail.record(
        request,
        Action.MISUSE_CHANGED,
        subject_kind="person",
        subject_ids=[person_id],
        detail={"what": what, "note": note},
    )
