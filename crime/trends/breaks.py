"""Declared breaks in recording: where numbers from before and after are not of the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from crime.models import RecordingBreak
from crime.trends import usual
from crime.trends.steps import Step
from wmp_search.access import trail
from wmp_search.access.middleware import AccessRequest


@dataclass(frozen=True, slots=True)
class Numbered:
    """A break as a chart names it, from 1, the earliest first. `period`: in which it begins."""

    number: int
    period: date
    on: date
    text: str
    categories: tuple[str, ...]


def standing() -> QuerySet[RecordingBreak]:
    """Those that were not withdrawn."""
    return RecordingBreak.objects.filter(withdrawn_at=None)


def within(periods: Sequence[date], category: str = "", step: Step = Step.MONTH) -> list[Numbered]:
    """The breaks after the first day of these periods that concern a category; all of them for "".

    One query.
    """
    if not periods:
        return []
    found = standing().filter(from_on__gt=periods[0], from_on__lt=step.after(periods[-1]))
    if category:
        found = found.filter(Q(categories=[]) | Q(categories__contains=[category]))
    return [
        Numbered(place, step.begin(row.from_on), row.from_on, row.text, tuple(row.categories))
        for place, row in enumerate(found.order_by("from_on", "pk"), start=1)
    ]


def marks(breaks: Sequence[Numbered]) -> dict[date, str]:
    """Period → what its line on the chart is called."""
    found: dict[date, str] = {}
    for one in breaks:
        before = found.get(one.period)
        found[one.period] = f"{before}, {one.number}" if before else f"{one.number}"
    return found


def crossed(
    breaks: Sequence[Numbered], periods: Sequence[date], category: str, step: Step = Step.MONTH
) -> list[int]:
    """The numbers of the breaks that keep the verdict on the last period from looking back as far
    as it would, of those that concern the category.
    """
    first = periods[-1 - usual.reach(step, len(periods))]
    return [one.number for one in _concerning(breaks, category) if one.on > first]


def begin(breaks: Sequence[Numbered], category: str, step: Step = Step.MONTH) -> date | None:
    """The first whole period after the last break that concerns the category: with it a new
    baseline begins. None without any.
    """
    found = [one.on for one in _concerning(breaks, category)]
    if not found:
        return None
    return max(on if on == step.begin(on) else step.after(step.begin(on)) for on in found)


def _concerning(breaks: Sequence[Numbered], category: str) -> list[Numbered]:
    return [
        one for one in breaks if not category or not one.categories or category in one.categories
    ]


def declare(request: AccessRequest, what: dict[str, Any]) -> RecordingBreak:
    """Add one; it stands on every chart at once. With its audit event."""
    with transaction.atomic():
        made = RecordingBreak.objects.create(added_by_id=request.scope.officer_id, **what)
        _record(request, made, "declared")
    return made


def withdraw(request: AccessRequest, pk: int) -> RecordingBreak | None:
    """One that was declared in error counts no more; None where there is none that stands."""
    with transaction.atomic():
        found = standing().select_for_update().filter(pk=pk).first()
        if found is None:
            return None
        found.withdrawn_at = timezone.now()
        found.save(update_fields=["withdrawn_at"])
        _record(request, found, "withdrawn")
    return found


def _record(request: AccessRequest, one: RecordingBreak, what: str) -> None:
    trail.record(
        request,
        Action.BREAK_CHANGED,
        subject_kind="break",
        subject_ids=[str(one.pk)],
        detail={
            "change": what,
            "from": one.from_on.isoformat(),
            "systems": one.systems,
            "categories": one.categories,
            "text": one.text,
        },
    )
