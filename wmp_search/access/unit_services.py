"""Making and renaming units. Audited with before and after, like `services`."""

from django.db import transaction

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Unit


def create(request: AccessRequest, name: str) -> Unit:
    """Make a unit; the form has checked that the name is free, and the database does."""
    with transaction.atomic():
        made = Unit.objects.create(name=name)
        _record(request, made, "", name)
    return made


def rename(request: AccessRequest, unit: Unit, name: str) -> None:
    """Give the unit another name; its officers and its past stay with it."""
    with transaction.atomic():
        found = Unit.objects.select_for_update().get(pk=unit.pk)
        before, found.name = found.name, name
        found.save(update_fields=["name"])
        _record(request, found, before, name)


def _record(request: AccessRequest, unit: Unit, before: str, after: str) -> None:
    trail.record(
        request,
        Action.UNIT_CHANGED,
        subject_kind="unit",
        subject_ids=[str(unit.pk)],
        detail={"before": {"name": before}, "after": {"name": after}},
    )
