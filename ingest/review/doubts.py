"""“Two different people”: an officer's word, the officer's own view apart, a task behind it."""

from dataclasses import dataclass

from django.utils import timezone

from ingest.models import ResolutionRun
from ingest.review import explain, queue
from ingest.review.explain import Explanation
from ingest.review.models import Task
from people import rule
from people.models import Link
from people.profile import HeldRecord, Profile
from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two people that the officer takes a person for, as far as the scope sees."""

    number: int
    records: tuple[HeldRecord, ...]


def report(person_id: int, scope: Scope) -> Task | None:
    """The officer's open task, made if there is none; None where they see one record only.

    Parted by what the officer sees alone: the rest must not show through.
    """
    links = rule.visible_links(scope).filter(person=person_id)
    records = list(links.order_by("record").values_list("record", flat=True))
    if len(records) < 2:
        return None
    mine = Task.objects.filter(
        kind=Task.Kind.REPORT,
        left_person=person_id,
        reporter=scope.officer_id,
        closed_at__isnull=True,
    )
    return mine.first() or Task.objects.create(
        kind=Task.Kind.REPORT,
        left_person=person_id,
        worth=queue.REPORTED,
        reporter_id=scope.officer_id,
        opened_at=timezone.now(),
        sides=[list(side) for side in two_sides(person_id, records)],
    )


def two_sides(person_id: int, records: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The records of a person in two: parted where the least holds them together.

    Records that are all alike in name and birth are parted by system, then by number.
    """
    found = of_person(person_id, records)
    if len(found.groups) > 1:
        weak = found.holding()
        limit = weak[0].weight if len(weak) == len(found.groups) - 1 else -1e9
        sets = found.joined_at(limit + 1e-6)
        first = set(sets[0])
    else:
        first = _of_first_system(records)
    left = tuple(r for r in sorted(records) if r in first)
    right = tuple(r for r in sorted(records) if r not in first)
    return (left, right) if left and right else (left[:1] or right[:1], (*left[1:], *right[1:]))


def of_person(person_id: int, records: list[int]) -> Explanation:
    """Why the records are together, by the model that made the latest of their links."""
    run = Link.objects.filter(person=person_id).order_by("-run_id").values_list("run_id").first()
    runs = ResolutionRun.objects.filter(pk=run[0] if run else 0)
    version = runs.values_list("model_version", flat=True).first()
    if version is None:
        return Explanation("", tuple((r,) for r in sorted(records)), ())
    return explain.explain(records, version)


def _of_first_system(records: list[int]) -> set[int]:
    rows = Link.objects.filter(record__in=records).order_by("record")
    systems = dict(rows.values_list("record", "record__system"))
    first = systems[min(systems)]
    return {r for r, system in systems.items() if system == first}


def apart(shown: Profile, scope: Scope) -> tuple[Side, ...]:
    """The person as this officer said: two sides, while the officer's task is open; else ()."""
    task = Task.objects.filter(
        kind=Task.Kind.REPORT,
        left_person=shown.summary.person_id,
        reporter=scope.officer_id,
        closed_at__isnull=True,
    ).first()
    if task is None:
        return ()
    first = set(task.sides[0])
    sides = (
        tuple(held for held in shown.records if (held.source.record_id in first) is wanted)
        for wanted in (True, False)
    )
    return tuple(Side(number, records) for number, records in enumerate(sides, 1))
