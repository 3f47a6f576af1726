"""What changes how old a warning is: somebody confirms it, or its time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from audit.actions import Action
from people import signals
from people.models import Person, WarningMarker
from people.signal_models import Confirmation
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.search import outbox


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a reviewer says: since which day it is known to hold, on what."""

    on: date
    reference: str
    basis: str


def confirm(request: AccessRequest, marker: WarningMarker, said: Confirmed) -> Confirmation:
    """Keep that the warning holds; it, its document and its audit row stand together."""
    with transaction.atomic():
        made = Confirmation.objects.create(
            person_id=marker.person_id,
            records=marker.records,
            code=marker.code,
            confirmed_on=said.on,
            reference=said.reference,
            basis=said.basis,
            confirmed_by_id=request.scope.officer_id,
        )
        trail.record(
            request,
            Action.WARNING_CONFIRMED,
            subject_kind="person",
            subject_ids=[str(marker.person_id)],
            detail={
                "confirmation": made.pk,
                "code": marker.code,
                "confirmed_on": said.on.isoformat(),
                "records": marker.records,
            },
        )
        _follow([marker.person_id])
    return made


def settle() -> int:
    """The documents of people of whom a warning expired lately are made again; how many."""
    with transaction.atomic():
        people = signals.expired_lately()
        _follow(people)
    return len(people)


def _follow(people: Sequence[int]) -> None:
    Person.objects.filter(pk__in=people).update(version=F("version") + 1)
    outbox.queue("person", people)
