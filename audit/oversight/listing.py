"""Listed people: canaries, people in the public eye, people who complained (policing.md H10)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.oversight.models import ListedPerson
from audit.record import reachable
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest


def listed() -> list[ListedPerson]:
    with reachable():
        return list(ListedPerson.objects.all())


def add(
    request: AccessRequest, person_id: str, why: str, *, note: str, contact_at: datetime | None
) -> None:
    """Watch this person; the keeper's own looks raise nothing."""
    which: dict[str, Any] = {"person_id": person_id, "why": why, "contact_at": contact_at}
    values = {"note": note, "set_by": request.scope.officer_id, "set_at": timezone.now()}
    with reachable(), transaction.atomic(using="audit"):
        ListedPerson.objects.update_or_create(**which, defaults=values)
        _record(request, person_id, f"{why} set", note)


def remove(request: AccessRequest, pk: int) -> None:
    """Watch this person no more for this reason."""
    with reachable(), transaction.atomic(using="audit"):
        row = ListedPerson.objects.select_for_update().filter(pk=pk).first()
        if row is not None:
            row.delete()
            _record(request, row.person_id, f"{row.why} removed", "")


def _record(request: AccessRequest, person_id: str, what: str, note: str) -> None:
    trail.record(
        request,
        Action.MISUSE_CHANGED,
        subject_kind="person",
        subject_ids=[person_id],
        detail={"what": what, "note": note},
    )
