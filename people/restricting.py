"""What changes a restriction. Each change and its audit row stand or fall together.

The person's document is queued in the same transaction, and SQL decides by the new rows at once:
whom a change shuts out sees nothing from the next request on, whatever the index still holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission as AuthPermission
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import Action
from people import masking, restrictions
from people.models import Link, Person, Restriction, RestrictionUserPermission
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Unit
from wmp_search.access.services import ChangeRefusedError
from wmp_search.search import outbox

_DETACH = """
    UPDATE people_restriction SET records = array(
        SELECT unnest(records) EXCEPT SELECT record_id FROM people_link WHERE person_id = %s)
    WHERE root = %s AND id <> %s AND lifted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a person is to be restricted. Team and officers count for the level restricted only."""

    level: str
    reason: str
    review_on: date
    notice: bool = False
    units: Sequence[Unit] = ()
    officers: Sequence[Officer] = ()


def seal(request: AccessRequest, person_id: int, wanted: Wanted) -> Restriction:
    """Restrict the person for the officer's own unit. The officer who does it is always let in.

    Raises ChangeRefusedError where the officer has no unit or the person is restricted already.
    """
    unit_id = request.scope.unit_id
    if unit_id is None:
        raise ChangeRefusedError("You belong to no unit that could own the restriction.")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        held = restrictions.standing(person.pk).first()
        if held:
            raise ChangeRefusedError(f"The person is already restricted by {held.owner_unit}.")
        records = Link.objects.filter(person=person).order_by("record")
        made = Restriction.objects.create(
            person=person,
            level=wanted.level,
            reason=wanted.reason,
            review_on=wanted.review_on,
            notice=_notice(wanted),
            owner_unit_id=unit_id,
            owner_id=request.scope.officer_id,
            set_at=timezone.now(),
            records=list(records.values_list("record", flat=True)),
        )
        _grant(made, wanted)
        _follow(made)
        _record(request, Action.RESTRICTION_SET, made, before=None)
    return made


def change(request: AccessRequest, restriction: Restriction, wanted: Wanted) -> None:
    """Give the restriction its new form; it counts as reviewed. Raises ChangeRefusedError."""
    with transaction.atomic():
        held = _standing(restriction)
        before = state(held)
        _detach(held)
        held.level, held.reason, held.review_on = wanted.level, wanted.reason, wanted.review_on
        held.notice, held.inherited_at = _notice(wanted), None
        held.save()
        held.units.clear()
        RestrictionUserPermission.objects.filter(content_object=held).delete()
        _grant(held, wanted)
        _follow(held)
        _record(request, Action.RESTRICTION_CHANGED, held, before=before)


def lift(request: AccessRequest, restriction: Restriction, reason: str) -> None:
    """End the restriction of this person; other parts of a divided person keep theirs."""
    with transaction.atomic():
        held = _standing(restriction)
        before = state(held)
        _detach(held)
        held.lifted_at, held.lifted_reason = timezone.now(), reason
        held.lifted_by_id = request.scope.officer_id
        held.save()
        _follow(held)
        _record(request, Action.RESTRICTION_LIFTED, held, before=before)


def state(restriction: Restriction) -> dict[str, Any]:
    """The restriction as an audit row keeps it, before and after a change."""
    officers = RestrictionUserPermission.objects.filter(content_object=restriction)
    return {
        "level": restriction.level,
        "reason": restriction.reason,
        "notice": restriction.notice,
        "owner_unit": restriction.owner_unit_id,
        "units": sorted(restriction.units.values_list("pk", flat=True)),
        "officers": sorted(officers.values_list("user", flat=True)),
        "review_on": restriction.review_on.isoformat(),
        "lifted": restriction.lifted_at is not None,
    }


def _standing(restriction: Restriction) -> Restriction:
    """The row, locked after its person, so that two changes follow each other."""
    Person.objects.select_for_update().get(pk=restriction.person_id)
    held = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if held.lifted_at:
        raise ChangeRefusedError("The restriction has already been lifted.")
    return held


def _notice(wanted: Wanted) -> bool:
    return wanted.notice and wanted.level == Restriction.Level.RESTRICTED


def _grant(restriction: Restriction, wanted: Wanted) -> None:
    if restriction.level != Restriction.Level.RESTRICTED:
        return
    restriction.units.set(wanted.units)
    let_in = {restriction.owner_id, *(officer.pk for officer in wanted.officers)}
    see = AuthPermission.objects.get(
        codename="see_restricted", content_type__app_label=Restriction._meta.app_label
    )
    RestrictionUserPermission.objects.bulk_create(
        RestrictionUserPermission(content_object=restriction, user_id=pk, permission=see)
        for pk in sorted(let_in)
    )


def _detach(restriction: Restriction) -> None:
    """Once somebody has decided about this part of a divided person, the others are others."""
    with connection.cursor() as cursor:
        cursor.execute(_DETACH, [restriction.person_id, restriction.root, restriction.pk])


def _follow(restriction: Restriction) -> None:
    """Masks, and the person's document with a version of its own."""
    masking.apply(timezone.now(), restriction.records)
    Person.objects.filter(pk=restriction.person_id).update(version=F("version") + 1)
    outbox.queue("person", [restriction.person_id])


def _record(
    request: AccessRequest,
    action: Action,
    restriction: Restriction,
    before: dict[str, Any] | None,
) -> None:
    detail = {"restriction": restriction.pk, "before": before, "after": state(restriction)}
    subjects = [str(restriction.person_id)]
    trail.record(request, action, subject_kind="person", subject_ids=subjects, detail=detail)
