"""What is known about restrictions: whom to contact, whose look is reported, what a unit owns."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from people import rule
from people.models import Person, Restriction
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

Level = Restriction.Level


def contacts(person_ids: Iterable[int]) -> tuple[str, ...]:
    """The units that own the restrictions of these people and let it be said; each once."""
    owners = rule.limiting().filter(person__in=person_ids, notice=True)
    return tuple(sorted(set(owners.values_list("owner_unit__name", flat=True))))


def reported(person_ids: Collection[int], scope: Scope) -> dict[str, Any]:
    """What an event that shows these people says for their owners; {} if nobody is to be told.

    {"owner": [{"person", "level", "officer", "unit"}]}: of covert people always (silently), of
    restricted ones while only break-glass admits the scope; then "break_glass" is true, too. One
    query.
    """
    if not person_ids:
        return {}
    reports = Q(level=Level.COVERT)
    if scope.break_glass:
        without = rule.shutting_out(replace(scope, break_glass=None))
        reports |= Q(pk__in=without.filter(person__in=person_ids))
    rows = (
        Restriction.objects.filter(reports, person__in=person_ids, lifted_at__isnull=True)
        .order_by("person", "pk")
        .values("person", "level", officer=F("owner_id"), unit=F("owner_unit_id"))
    )
    owners = list(rows)
    glass = any(row["level"] == Level.RESTRICTED for row in owners)
    return {"owner": owners, **({"break_glass": True} if glass else {})} if owners else {}


def standing(person_id: int) -> QuerySet[Restriction]:
    """The restrictions of a person that count now, the oldest first."""
    return (
        Restriction.objects.filter(person=person_id, lifted_at__isnull=True)
        .select_related("owner_unit", "owner")
        .order_by("pk")
    )


def owned(scope: Scope) -> QuerySet[Restriction]:
    """The restrictions that the scope's unit owns; none without the permission or a unit."""
    if not scope.may(Permission.RESTRICTION_MANAGE) or scope.unit_id is None:
        return Restriction.objects.none()
    mine = Restriction.objects.filter(owner_unit=scope.unit_id)
    return mine.select_related("owner_unit", "owner", "lifted_by", "person")


def to_review(restriction: Restriction) -> str:
    """Why a standing restriction waits for a decision; "" if it does not."""
    if restriction.inherited_at:
        return "Taken over when records were joined or parted"
    if restriction.review_on <= timezone.localdate():
        return "Review date reached"
    return ""


def ids_of(person_id: int) -> list[int]:
    """The person's own id and those of everybody merged into them: all that a look may name."""
    merged = Person.objects.filter(merged_into=person_id).values_list("pk", flat=True)
    return [person_id, *merged]
