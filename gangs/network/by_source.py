"""What each source system says of two people, side by side: where they agree, where they differ.

One gang seen by intelligence, by surveillance and by co-offending is three networks (Rostami and
Mondani, PLOS ONE 2015): a link is as good as the source that says so, so each is named. Hidden
records say nothing here, not even by their number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crime.models import Involvement
from gangs.network import reading, together, words
from gangs.network import stated as statements
from gangs.network.models import Kind, Type
from gangs.network.reading import Thing, Tie
from gangs.network.sight import View
from gangs.network.stated import Point, Said
from people import roles, rule
from people.intelligence import grade_words
from people.models import NominalRecord
from people.sources import title
from people.summary import Summary
from wmp_search.access.scope import Scope

MOST_NAMED = 10  # things in one line
WITH_ROLES = frozenset({Kind.CRIME, Kind.EVENT, Kind.INTELLIGENCE})
Two = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sides:
    """`silent`: sources that know both and say nothing of the two together. `only_stops`: the
    force's own stops are all that links them.
    """

    rows: tuple[Said, ...]
    agree: tuple[Point, ...]
    differ: tuple[Point, ...]
    silent: tuple[str, ...]
    only_stops: bool
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class _Shared:
    """A thing that the two share: system → records, of the one and of the other."""

    thing: Thing
    kind: Kind
    last_on: date | None
    by: tuple[Mapping[str, list[NominalRecord]], Mapping[str, list[NominalRecord]]]

    @property
    def of_both(self) -> list[str]:
        """The systems that say it of both."""
        return sorted(self.by[0].keys() & self.by[1].keys())


def ask(two: tuple[Summary, Summary], scope: Scope, view: View) -> Sides:
    """What the sources say of two people whom the scope sees. About twenty queries."""
    ids = (two[0].person_id, two[1].person_id)
    shared = _shared(ids, scope, view)
    told = _Roles.of(shared, two)
    links = rule.visible_links(scope).filter(person__in=ids)
    known = list(links.values_list("record", "person", "record__system"))
    stated = statements.of_two(ids, known, view)
    rows = [*_rows(shared, told), *statements.lines(stated)]
    both = {s for _, p, s in known if p == ids[0]} & {s for _, p, s in known if p == ids[1]}
    speaking = {row.source for row in rows}
    roles_given = {role for held in told.by.values() for role in held}
    return Sides(
        rows=tuple(sorted(rows, key=lambda row: (row.source, row.words))),
        agree=tuple(_agreeing(shared)),
        differ=(*_differing(shared, told, two), *statements.differing(stated)),
        silent=tuple(sorted({title(system) for system in both} - speaking)),
        only_stops=bool(shared) and not stated and roles_given == {"stopped"}
        and all(one.kind in WITH_ROLES for one in shared),
        things=tuple(one.thing for one in shared),
    )  # fmt: skip


def _shared(ids: Two, scope: Scope, view: View) -> list[_Shared]:
    """The things of both, the latest first."""
    found = together.of_two(*ids, scope, view)
    things = reading.things({*ids, *(row.dst for row in found)}, scope)
    ties: dict[tuple[int, Kind], dict[int, Tie]] = defaultdict(dict)
    for tie in reading.ties(found, things, scope, view):
        ties[tie.other, tie.kind][tie.one] = tie
    whole = {at: held for at, held in ties.items() if len(held) == len(ids)}
    wanted = {pk for held in whole.values() for tie in held.values() for pk in tie.records}
    records = NominalRecord.objects.in_bulk(wanted)
    made = []
    for (node, kind), held in whole.items():
        one, other = (_by_system(held[pk], records) for pk in ids)
        days = [tie.last_on for tie in held.values() if tie.last_on]
        made.append(_Shared(things[node], kind, max(days, default=None), (one, other)))
    return sorted(made, key=lambda one: -(one.last_on.toordinal() if one.last_on else 0))


def _by_system(
    tie: Tie, records: Mapping[int, NominalRecord]
) -> Mapping[str, list[NominalRecord]]:
    found: dict[str, list[NominalRecord]] = defaultdict(list)
    for pk in tie.records:
        if pk in records:
            found[records[pk].system].append(records[pk])
    return found


@dataclass(frozen=True, slots=True)
class _Roles:
    """The roles that records give, by thing and record: in the crime, else the record's own."""

    by: Mapping[tuple[int, int], frozenset[str]]
    born: Mapping[int, date | None]

    @classmethod
    def of(cls, shared: Sequence[_Shared], two: tuple[Summary, Summary]) -> "_Roles":
        """One query."""
        born: dict[int, date | None] = {}
        given: dict[tuple[int, int], set[str]] = defaultdict(set)
        crimes = {one.thing.own: one.thing.node for one in shared if one.thing.type is Type.CRIME}
        for one in shared:
            for person, held in zip(two, one.by, strict=True):
                for record in (r for records in held.values() for r in records):
                    born[record.pk] = person.born.born_on if person.born else None
                    if one.kind in WITH_ROLES:
                        given[one.thing.node, record.pk].add(record.role)
        rows = Involvement.objects.filter(
            record__in=list(born), crime__in=list(crimes), deleted_at__isnull=True
        )
        in_crimes: dict[tuple[int, int], set[str]] = defaultdict(set)
        for record_id, crime_id, role in rows.values_list("record", "crime", "role"):
            in_crimes[crimes[crime_id], record_id].add(role)
        return cls({at: frozenset(in_crimes.get(at) or own) for at, own in given.items()}, born)

    def words(self, shared: _Shared, records: Iterable[NominalRecord]) -> str:
        """The roles that these records give in it, in an officer's words."""
        said = (
            roles.words(
                self.by.get((shared.thing.node, record.pk), ()),
                self.born[record.pk],
                record.event_on or shared.last_on,
            )
            for record in records
        )
        return ", ".join(dict.fromkeys(part for part in said if part))


def _rows(shared: Sequence[_Shared], told: _Roles) -> Iterable[Said]:
    """A line for each source and kind that it says of both."""
    lines: dict[tuple[str, Kind], list[_Shared]] = defaultdict(list)
    for one in shared:
        for system in one.of_both:
            lines[system, one.kind].append(one)
    for (system, kind), held in lines.items():
        records = {r.pk: r for one in held for side in one.by for r in side[system]}
        graded = [record for record in records.values() if record.grade]
        best = min(graded, key=lambda record: record.grade, default=None)
        is_graded = best is not None and len(graded) == len(records)
        sides = [
            ", ".join(
                dict.fromkeys(w for one in held if (w := told.words(one, one.by[side][system])))
            )
            for side in (0, 1)
        ]
        yield Said(
            source=title(system),
            words=str(kind.label),
            things=tuple(one.thing for one in held[:MOST_NAMED]),
            more=max(len(held) - MOST_NAMED, 0),
            roles=tuple(sides) if all(sides) else (),
            days=_days(records.values()),
            records=len(records),
            grade=grade_words(best.grade, best.grade_scheme) if best and is_graded else "",
            handling="; ".join(
                dict.fromkeys(r.handling for r in graded if r.handling and is_graded)
            ),
        )


def _agreeing(shared: Sequence[_Shared]) -> Iterable[Point]:
    for one in shared:
        if len(one.of_both) > 1:
            yield Point(one.thing, f"{_titles(one.of_both)} say it of both")


def _differing(
    shared: Sequence[_Shared], told: _Roles, two: tuple[Summary, Summary]
) -> Iterable[Point]:
    for one in shared:
        if not one.of_both:
            mine, theirs = (_titles(sorted(side)) for side in one.by)
            yield Point(
                one.thing,
                f"No one source says it of both: {mine} of {two[0].name}, {theirs} of"
                f" {two[1].name}",
            )
        for person, side in zip(two, one.by, strict=True):
            said = {
                title(system): given
                for system, records in side.items()
                if (given := told.words(one, records))
            }
            if len(set(said.values())) > 1:
                each = "; ".join(
                    f"{source} says {given}" for source, given in sorted(said.items())
                )
                yield Point(one.thing, f"{person.name}: {each}")


def _days(records: Iterable[NominalRecord]) -> str:
    days = [day for r in records if (day := r.event_on or r.recorded_on)]
    first, last = (min(days), max(days)) if days else (None, None)
    return words.of_days(first, last, None)


def _titles(systems: Sequence[str]) -> str:
    return " and ".join(title(system) for system in systems)
