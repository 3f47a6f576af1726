"""Two sides of a match as an analyst sees them: everything under the analyst's own scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from ingest.models import ResolutionRun
from ingest.review import doubts, explain
from ingest.review.explain import Pair, Part
from ingest.review.models import Decision, Task, Verdict
from people.models import Link, Person
from people.profile import Fact, HeldRecord, Profile, profile
from wmp_search.access.scope import Scope

SCALE = 25.0  # bits that fill half of a waterfall's width
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Side:
    """The records of one side, and the visible ones as they are shown."""

    ids: tuple[int, ...]
    held: tuple[HeldRecord, ...]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of value on both sides, and whether they agree; what is restricted while it is
    contested is shown with the statement and decides nothing.
    """

    label: str
    left: tuple[Fact, ...]
    right: tuple[Fact, ...]

    @property
    def verdict(self) -> str:
        """agree, differ, or "" where a side does not say."""
        left, right = (
            {fact.value.upper() for fact in side if not fact.is_restricted}
            for side in (self.left, self.right)
        )
        if not left or not right:
            return ""
        return "agree" if left & right else "differ"


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a weight as a bar: `x` and `width` in units of WIDTH, the middle is nothing."""

    part: Part
    x: float
    width: float

    @classmethod
    def of(cls, part: Part) -> "Bar":
        width = min(abs(part.bits) / SCALE, 1) * WIDTH / 2
        return cls(part, WIDTH / 2 - (width if part.bits < 0 else 0), width)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A pair of groups of records and the bars of its weight; `sum` is in bits."""

    left: tuple[HeldRecord, ...]
    right: tuple[HeldRecord, ...]
    sum: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a task shows."""

    people: tuple[int, ...]
    left: Side
    right: Side
    rows: tuple[Row, ...]
    waterfall: Waterfall | None
    model_version: str
    of_records: bool = False  # the sides are two records, of one person or of two

    @property
    def one_person(self) -> bool:
        """Whether the sides are parts of one person, to be moved by the analyst."""
        return len(self.people) == 1 and not self.of_records


def of(task: Task, scope: Scope) -> Shown | None:
    """The two sides of the task; None where the scope may not see them or they are gone."""
    if task.kind == Task.Kind.KNOWN and task.left_record and task.right_record:
        return of_records(task.left_record, task.right_record, scope)
    people = tuple(pk for pk in (task.left_person, task.right_person) if pk)
    found = [profile(pk, scope) for pk in people]
    if any(one is None for one in found):
        return None
    profiles = [one for one in found if one is not None]
    if len(people) == 1:
        sides = _parts(task, profiles[0])
    else:
        sides = [
            Side(tuple(_records(pk)), p.records, p) for pk, p in zip(people, profiles, strict=True)
        ]
    if not all(side.ids for side in sides):
        return None
    version, best = _weigh(sides)
    left, right = sides
    return Shown(people, left, right, _rows(left, right), best, version)


def of_records(
    left_record: int, right_record: int, scope: Scope, *, weighed: bool = True
) -> Shown | None:
    """Two records alone, whoever they are taken for; None where the scope does not see both."""
    asked = (left_record, right_record)
    people = dict(Link.objects.filter(record__in=asked).values_list("record", "person"))
    profiles = {pk: profile(pk, scope) for pk in {*people.values()}}
    sides = []
    for record in asked:
        whole = profiles.get(people.get(record, 0))
        held = tuple(h for h in whole.records if h.source.record_id == record) if whole else ()
        if whole is None or not held:
            return None
        sides.append(Side((record,), held, whole))
    version, best = _weigh(sides) if weighed else ("", None)
    left, right = sides
    persons = tuple(sorted({*people.values()}))
    return Shown(persons, left, right, _rows(left, right), best, version, of_records=True)


def _parts(task: Task, whole: Profile) -> list[Side]:
    records = _records(task.left_person)
    kept = [[r for r in side if r in records] for side in task.sides]
    if len(kept) < 2 or not all(kept):
        kept = [list(side) for side in doubts.two_sides(task.left_person, records)]
    kept[0] += [r for r in records if r not in kept[0] and r not in kept[1]]
    return [
        Side(
            tuple(sorted(ids)),
            tuple(h for h in whole.records if h.source.record_id in ids),
            whole,
        )
        for ids in kept
    ]


def _records(person_id: int) -> list[int]:
    links = Link.objects.filter(person=person_id, record__deleted_at__isnull=True)
    return list(links.order_by("record").values_list("record", flat=True))


def _weigh(sides: list[Side]) -> tuple[str, Waterfall | None]:
    """The strongest pair across the sides; at most the records that the scope sees."""
    shown = {h.source.record_id: h for side in sides for h in side.held}
    runs = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE)
    version = runs.values_list("model_version", flat=True).first()
    if version is None or len(shown) < 2:
        return version or "", None
    left = set(sides[0].ids)
    for pair in explain.explain(sorted(shown), version).pairs:
        if bool(left & {*pair.left}) != bool(left & {*pair.right}):
            return version, waterfall(pair, shown)
    return version, None


def waterfall(pair: Pair, held: Mapping[int, HeldRecord]) -> Waterfall:
    """The pair for a page; records that are not in `held` are not shown."""
    return Waterfall(
        tuple(held[r] for r in pair.left if r in held),
        tuple(held[r] for r in pair.right if r in held),
        pair.weight,
        tuple(Bar.of(part) for part in pair.parts),
    )


def _rows(left: Side, right: Side) -> tuple[Row, ...]:
    kinds = (
        ("Names", "names"),
        ("Date of birth", "births"),
        ("Sex", "sexes"),
        ("Identifiers", "identifiers"),
        ("Addresses", "addresses"),
        ("Warnings", "markers"),
    )
    rows = [Row(label, _facts(left, kind), _facts(right, kind)) for label, kind in kinds]
    return tuple(row for row in rows if row.left or row.right)


def _facts(side: Side, kind: str) -> tuple[Fact, ...]:
    """What the side's own records say, and what is said against that; other records of the person
    neither count nor show.
    """
    ids = set(side.ids)
    own = (
        replace(
            fact,
            sources=tuple(s for s in fact.sources if s.record_id in ids),
            contested=tuple(c for c in fact.contested if not ids.isdisjoint(c.records)),
        )
        for fact in side.profile.of_kind(kind)
    )
    return tuple(fact for fact in own if fact.sources)


def chosen(
    shown: Shown, posted: Mapping[str, Any], verdict: Verdict
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The records that the decision names.

    Of one person each record goes where the analyst put it (`record-<id>`: left or right). "Same"
    names one record of each side, so that a later parting of others does not contradict it.
    """
    left, right = list(shown.left.ids), list(shown.right.ids)
    if shown.one_person:
        every = sorted({*left, *right})
        stays = {r: "left" if r in left else "right" for r in every}
        placed = {r: posted.get(f"record-{r}", stays[r]) for r in every}
        left = [r for r in every if placed[r] != "right"]
        right = [r for r in every if placed[r] == "right"]
    if verdict == Verdict.SAME:
        best = shown.waterfall
        if best and best.left and best.right and not shown.one_person:
            pair = {best.left[0].source.record_id, best.right[0].source.record_id}
            return tuple(pair & {*left}), tuple(pair & {*right})
        left, right = left[:1], right[:1]
    return tuple(left), tuple(right)


def only_visible(found: Iterable[Decision], seen: QuerySet[Person]) -> list[Decision]:
    """Decisions all of whose records are of people whom the scope may see."""
    rows = list(found)
    records = {r for d in rows for r in d.records}
    people = dict(Link.objects.filter(record__in=records).values_list("record", "person"))
    visible = set(seen.filter(pk__in=set(people.values())).values_list("pk", flat=True))
    return [d for d in rows if all(people[r] in visible for r in d.records if r in people)]


def people_now(decision: Decision, scope: Scope) -> list[Profile]:
    """Whose the records are now."""
    links = Link.objects.filter(record__in=decision.records)
    ids = sorted(set(links.values_list("person", flat=True)))
    return [found for pk in ids if (found := profile(pk, scope))]
