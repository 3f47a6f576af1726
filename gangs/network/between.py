"""How all gangs that a scope sees stand to each other: who says so, since when, and what argues
against it (issue 10). Of groups: no person is in it.

What the unit keeps has both times and its evidence; what other systems deliver is read only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from gangs import overlap, relations, selectors
from gangs.beside_models import GangRelation
from gangs.models import Gang
from gangs.network.models import Relation
from people.intelligence import grade_words
from people.sources import title
from wmp_search.access.scope import Scope

Kind = GangRelation.Kind
KEPT_BY = "Gangs unit"
OLD_DAYS = 365
MOST_IN_GRID = 12  # gangs: a wider grid is not read on a screen
SHORT = {
    Kind.CONFLICT.value: "Conflict",
    Kind.ALLIANCE.value: "Allied",
    Kind.SUPPLY.value: "Supply",
    Kind.TRUCE.value: "Truce",
    Kind.SPLIT.value: "Split",
}
CONTRARY = {
    Kind.CONFLICT.value: {Kind.ALLIANCE.value, Kind.TRUCE.value, Kind.SUPPLY.value},
    Kind.ALLIANCE.value: {Kind.CONFLICT.value},
    Kind.SUPPLY.value: {Kind.CONFLICT.value},
    Kind.TRUCE.value: {Kind.CONFLICT.value},
}
SOURCE = {"2": "The source is untested", "3": "The source is not reliable"}
ASSESSMENT = {
    "C": "It is known indirectly only, and nothing bears it out",
    "D": "How the source knows it is not known",
    "E": "It is suspected to be false",
}
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about two gangs. `kind`: a value of GangRelation.Kind, or a system's own word.

    `basis`: "" where none came or conditions stand before it (`withheld`). `told_on`: when it was
    recorded. `stands`: whether it holds on the day that was asked for.
    """

    one: Gang
    other: Gang
    kind: str
    words: str
    since: date | None
    until: date | None
    told_on: date | None
    grade: str
    basis: str
    withheld: bool
    by: str
    stands: bool
    marks: tuple[str, str] = ("", "")  # source and assessment of a 3x5x2 grade
    against: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        one, other = sorted((self.one.pk, self.other.pk))
        return one, other

    @property
    def is_kept(self) -> bool:
        return self.by == KEPT_BY

    @property
    def short(self) -> str:
        return SHORT.get(self.kind, self.words)


@dataclass(frozen=True, slots=True)
class Question:
    """Kinds (none: all) and the day as known on which it is asked (None: today)."""

    kinds: frozenset[str] = frozenset()
    known: date | None = None

    @property
    def day(self) -> date:
        return self.known or timezone.localdate()


@dataclass(frozen=True, slots=True)
class Grid:
    """Gangs against gangs: `rows` is (gang, what stands between it and each gang, in order)."""

    gangs: tuple[Gang, ...]
    rows: tuple[tuple[Gang, tuple[str, ...]], ...]


def ask(asked: Question, scope: Scope) -> list[Statement]:
    """Every statement between gangs that the scope sees, standing ones first, the latest first.

    Fourteen queries at most, however many statements.
    """
    seen = {gang.pk: gang for gang in selectors.visible(scope)}
    everything = [*_kept(asked, seen), *_delivered(asked, seen)]
    beside: dict[Pair, list[Statement]] = defaultdict(list)
    for one in everything:
        if one.stands:
            beside[one.pair].append(one)
    gangs = {pk for pair in beside for pk in pair}
    shared = overlap.between(gangs, scope) if gangs and asked.known is None else set()
    wanted = [one for one in everything if not asked.kinds or one.kind in asked.kinds]
    found = [
        replace(one, against=tuple(_against(one, beside[one.pair], shared, asked.day)))
        for one in wanted
    ]
    return sorted(found, key=_order)


def grid(statements: Iterable[Statement]) -> Grid | None:
    """What stands as a grid; None where nothing does or it would be too wide to be read."""
    between: dict[Pair, list[str]] = defaultdict(list)
    gangs: dict[int, Gang] = {}
    for one in statements:
        if one.stands:
            between[one.pair].append(one.short)
            gangs |= {one.one.pk: one.one, one.other.pk: one.other}
    if not 2 < len(gangs) <= MOST_IN_GRID:
        return None
    ordered = tuple(sorted(gangs.values(), key=lambda gang: (gang.name, gang.pk)))

    def cell(one: Gang, other: Gang) -> str:
        held = between.get((min(one.pk, other.pk), max(one.pk, other.pk)), ())
        return ", ".join(dict.fromkeys(held))

    rows = ((gang, tuple(cell(gang, other) for other in ordered)) for gang in ordered)
    return Grid(ordered, tuple(rows))


def _kept(asked: Question, seen: dict[int, Gang]) -> Iterable[Statement]:
    """What the unit keeps, in the version of that day. One query."""
    at = timezone.make_aware(datetime.combine(asked.known, time.max)) if asked.known else None
    rows = relations.known(at).filter(one__in=seen, other__in=seen, valid_from__lte=asked.day)
    for row in rows:
        told = relations.Relation(row, seen[row.other_id])
        yield Statement(
            one=seen[row.one_id],
            other=seen[row.other_id],
            kind=row.kind,
            words=told.kind,
            since=row.valid_from,
            until=row.valid_to,
            told_on=timezone.localdate(row.recorded_at),
            grade=told.grade,
            basis=told.basis,
            withheld=not told.basis,
            by=KEPT_BY,
            stands=row.valid_to is None or row.valid_to > asked.day,
            marks=(row.source, row.assessment),
        )


def _delivered(asked: Question, seen: dict[int, Gang]) -> Iterable[Statement]:
    """What other systems deliver today, and had recorded by that day. One query."""
    rows = Relation.objects.filter(deleted_at__isnull=True, gang__in=seen, other__in=seen)
    rows = rows.filter(Q(from_on=None) | Q(from_on__lte=asked.day))
    if asked.known:
        by_then = Q(recorded_on__lte=asked.known)
        rows = rows.filter(by_then | Q(recorded_on=None, from_on__lte=asked.known))
    for row in rows:
        if row.gang_id is None or row.other_id is None or row.gang_id == row.other_id:
            continue
        one, other = sorted((row.gang_id, row.other_id))
        kind = row.words.strip().lower()
        known = kind in SHORT
        yield Statement(
            one=seen[one],
            other=seen[other],
            kind=kind,
            words=str(Kind(kind).label) if known else row.words.strip() or "Linked",
            since=row.from_on,
            until=row.to_on,
            told_on=row.recorded_on or row.from_on,
            grade=grade_words(row.grade, "3x5x2"),
            basis="",
            withheld=False,
            by=title(row.system),
            stands=row.to_on is None or row.to_on > asked.day,
            marks=_marks(row.grade),
        )


def _marks(grade: str) -> tuple[str, str]:
    """("2", "B") of "2/B/P" or "2B"."""
    letters = "".join(letter for letter in grade.upper() if letter.isalnum())
    return letters[:1], letters[1:2]


def _against(
    one: Statement, beside: Sequence[Statement], shared: Collection[Pair], day: date
) -> Iterable[str]:
    """What argues against reading it as it stands."""
    if one.stands:
        others = [other for other in beside if other is not one]
        for other in others:
            if other.kind in CONTRARY.get(one.kind, ()):
                yield f"Also recorded: {other.words.lower()}{_since(other)}, {_of(other)}"
        if not any(other.kind == one.kind and other.by != one.by for other in others):
            yield f"Said by one source only, {one.by}"
        newest = max((d for d in (one.since, one.told_on) if d), default=None)
        if newest and (day - newest).days > OLD_DAYS:
            yield f"Nothing newer was recorded since {date_format(newest, 'j M Y')}"
        if one.kind == Kind.CONFLICT and one.pair in shared:
            yield "People stand on the lists of both gangs"
    if not one.grade:
        yield "Not graded: taken as the lowest grade"
    source, assessment = one.marks
    yield from (words for words in (SOURCE.get(source), ASSESSMENT.get(assessment)) if words)
    if not one.is_kept:
        yield "No evidence came with it"


def _since(one: Statement) -> str:
    return f" since {date_format(one.since, 'j M Y')}" if one.since else ""


def _of(one: Statement) -> str:
    return ", ".join(part for part in (one.by, one.grade) if part)


def _order(one: Statement) -> tuple[bool, int, str, str]:
    latest = one.since or one.told_on
    return (not one.stands, -(latest.toordinal() if latest else 0), one.one.name, one.other.name)
