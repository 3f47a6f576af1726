"""What sources state outright of two people, as lines beside what their records share."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from gangs.network import words
from gangs.network.models import Association, Kind
from gangs.network.reading import Thing
from gangs.network.sight import View
from people.intelligence import grade_words
from people.sources import title

Two = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of the two, of one kind. `roles`: of the one and of the other, where it
    gives any; `more`: how many things are not named.
    """

    source: str
    words: str
    things: tuple[Thing, ...]
    more: int
    roles: tuple[str, ...]
    days: str
    records: int
    grade: str
    handling: str


@dataclass(frozen=True, slots=True)
class Point:
    """Where sources agree or differ; `thing`: about what, None: about the two themselves."""

    thing: Thing | None
    words: str


def of_two(ids: Two, known: Sequence[tuple[int, int, str]], view: View) -> list[Association]:
    """What sources state of the two, by records of both that the scope sees. One query."""
    one, other = ([r for r, person, _ in known if person == pk] for pk in ids)
    rows = Association.objects.filter(deleted_at__isnull=True).filter(
        Q(record__in=one, other__in=other) | Q(record__in=other, other__in=one)
    )
    if view.known:
        by_then = Q(recorded_on__lte=view.known)
        rows = rows.filter(by_then | Q(recorded_on=None, from_on__lte=view.known))
    return list(rows.order_by("system", "pk"))


def lines(stated: Sequence[Association]) -> Iterable[Said]:
    by: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for row in stated:
        by[row.system, row.words].append(row)
    for (system, said), rows in by.items():
        days = [day for row in rows for day in (row.from_on, row.recorded_on) if day]
        best = min((row.grade for row in rows if row.grade), default="")
        first, last = (min(days), max(days)) if days else (None, None)
        yield Said(
            source=title(system),
            words=words.of_link(Kind.STATED, [said]),
            things=(),
            more=0,
            roles=(),
            days=words.of_days(first, last, None),
            records=len(rows),
            grade=grade_words(best, "3x5x2"),
            handling="",
        )


def differing(stated: Sequence[Association]) -> Iterable[Point]:
    by: dict[str, set[str]] = defaultdict(set)
    for row in stated:
        by[title(row.system)].add(row.words or "linked")
    if len({frozenset(said) for said in by.values()}) > 1:
        each = "; ".join(f"{source} says {', '.join(sorted(said))}" for source, said in by.items())
        yield Point(None, f"How they are linked: {each}")
