"""A chart as data: nodes by name and links with their records, everything asked of the rule again.

What the table of links offers is shown only where a record that attests it is shown to the scope
and still belongs to that person: a stale link can hide, never leak.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crime import selectors as crime
from gangs import affiliations
from gangs import selectors as gangs
from gangs import standing as memberships
from gangs.network import nodes, sight, words
from gangs.network.models import HIDDEN, Kind, Node, Type
from gangs.network.sight import View
from gangs.network.steps import Row
from people import rule
from people import selectors as people
from people.intelligence import grade_words
from people.sources import title
from people.summary import Summary
from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Thing:
    """A node as it is shown. `about`: words that tell it apart; `harmed`: only ever harmed."""

    node: int
    label: str
    about: str = ""
    harmed: str = ""
    is_child: bool = False
    is_hub: bool = False

    @property
    def code(self) -> str:
        return nodes.code(self.node)

    @property
    def type(self) -> Type:
        return nodes.type_of(self.node)

    @property
    def own(self) -> int:
        return nodes.own(self.node)

    @property
    def route(self) -> str:
        """The name of the page about it; "" where it has none."""
        return {Type.PERSON: "person", Type.CRIME: "crime", Type.GANG: "gang"}.get(self.type, "")


@dataclass(frozen=True, slots=True)
class Tie:
    """A link as it is shown, from a person (or a gang) to something."""

    one: int
    other: int
    kind: Kind
    words: str
    days: str
    grade: str
    handling: str
    count: int
    systems: tuple[str, ...]
    records: tuple[int, ...]
    first_on: date | None
    last_on: date | None
    graded: bool  # an assessment, drawn as a broken line
    walk: bool

    @property
    def sources(self) -> str:
        return words.of_sources(self.count, self.systems)

    @property
    def key(self) -> str:
        return f"{nodes.code(self.one)}-{nodes.code(self.other)}-{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Attested:
    """A record that attests a link, as far as the page needs it."""

    record: int
    person: int
    system: str
    recorded_on: date | None
    grade: str
    scheme: str
    handling: str

    def fits(self, view: View) -> bool:
        """Whether it is of the source and was recorded by the day that the view asks for."""
        by_then = view.known is None or self.recorded_on is None or self.recorded_on <= view.known
        return by_then and view.system in ("", self.system)


Pair = tuple[int, int, Kind]
OF_GANGS = frozenset({Kind.AFFILIATED, Kind.HARMED})
ASSESSED = OF_GANGS | {Kind.STATED, Kind.RELATION}


def things(found: Iterable[int], scope: Scope, hubs: Iterable[int] = ()) -> dict[int, Thing]:
    """The nodes that the scope may see, by name. Thirteen queries at most."""
    by_type: dict[Type, list[int]] = defaultdict(list)
    for node in set(found):
        by_type[nodes.type_of(node)].append(node)
    many, known = set(hubs), list[Thing]()
    ids = {kind: [nodes.own(node) for node in held] for kind, held in by_type.items()}
    for summary in people.summaries(ids.get(Type.PERSON, ()), scope).values():
        known.append(_person(summary, is_hub=summary.person_id in many))
    for one in crime.summaries(ids.get(Type.CRIME, ()), scope) if Type.CRIME in ids else ():
        node = nodes.number(Type.CRIME, one.crime_id)
        known.append(Thing(node, one.number, f"{one.offence}, {one.when}", is_hub=node in many))
    for gang in gangs.visible(scope).filter(pk__in=ids.get(Type.GANG, ())):
        node = nodes.number(Type.GANG, gang.pk)
        known.append(Thing(node, gang.name, gang.area, is_hub=node in many))
    rest = [node for kind, held in by_type.items() if kind > Type.GANG for node in held]
    for row in Node.objects.filter(pk__in=rest).exclude(acl=HIDDEN) if rest else ():
        known.append(Thing(row.pk, row.label, is_hub=row.pk in many))
    return {thing.node: thing for thing in known}


def _person(summary: Summary, *, is_hub: bool) -> Thing:
    born = summary.born
    about = ", ".join(part for part in (born.words if born else "", summary.place) if part)
    return Thing(
        summary.person_id, summary.name, about, summary.lens, summary.is_child, is_hub=is_hub
    )


def ties(rows: Iterable[Row], known: Mapping[int, Thing], scope: Scope, view: View) -> list[Tie]:
    """The links among known nodes, rows of one pair and kind together. Five queries at most."""
    together: dict[Pair, list[Row]] = defaultdict(list)
    for row in rows:
        one, other = sorted((row.src, row.dst))
        if one in known and other in known:
            together[one, other, row.kind].append(row)
    attested = _attested(
        {pk for held in together.values() for r in held for pk in r.records}, scope
    )
    standing = _memberships([pair for pair in together if pair[2] in OF_GANGS], attested, scope)
    made = []
    for pair, held in together.items():
        records = {pk: attested[pk] for row in held for pk in row.records if pk in attested}
        mine = [record for record in records.values() if record.person in pair[:2]]
        if pair[2] not in OF_GANGS:
            mine = [record for record in mine if record.fits(view)]
        if pair in standing or _stands(pair, mine):
            made.append(_tie(pair, held, mine, view))
    return made


def _attested(records: Collection[int], scope: Scope) -> dict[int, Attested]:
    """The records that are shown to the scope. One query."""
    links = rule.visible_links(scope).filter(record__in=list(records))
    fields = ("system", "recorded_on", "grade", "grade_scheme", "handling")
    rows = links.values_list("record", "person", *(f"record__{name}" for name in fields))
    return {values[0]: Attested(*values) for values in rows}


def _memberships(
    pairs: Collection[Pair], attested: Mapping[int, Attested], scope: Scope
) -> set[Pair]:
    """Those of the memberships that stand today on a list that is open to the scope: what has
    ended or expired is gone at once, whenever the links follow (F4, F5). Three queries at most.
    """
    if not pairs:
        return set()
    gang_ids = {nodes.own(other) for _, other, _ in pairs}
    delivered = affiliations.delivered().filter(gang__in=gang_ids, record__in=list(attested))
    found = {
        (attested[record].person, gang)
        for record, gang in delivered.values_list("record_id", "gang_id")
    }
    kept = list(memberships.allowed(memberships.holding().filter(gang__in=gang_ids), scope))
    person_of = memberships.whose(kept, scope)
    found |= {(person_of[row.pk], row.gang_id) for row in kept if row.pk in person_of}
    return {pair for pair in pairs if (pair[0], nodes.own(pair[1])) in found}


def _tie(pair: Pair, rows: Sequence[Row], mine: Sequence[Attested], view: View) -> Tie:
    """The link of these rows and the records behind it."""
    one, other, kind = pair
    roles = dict.fromkeys(role for row in rows for role in row.roles)
    days = [day for row in rows for day in (row.first_on, row.last_on) if day]
    first, last = (min(days), max(days)) if days else (None, None)
    grade = _grade(kind, rows, mine)
    systems = {title(record.system) for record in mine if kind not in OF_GANGS}
    return Tie(
        one,
        other,
        kind,
        words.of_link(kind, list(roles)),
        words.of_days(first, last, view.known),
        grade,
        "; ".join(dict.fromkeys(r.handling for r in mine if r.handling and grade)),
        _count(kind, rows, len(mine)),
        tuple(sorted(systems)) or _titles(rows),
        tuple(record.record for record in mine),
        first,
        last,
        graded=bool(grade) or kind in ASSESSED,
        walk=any(row.walk for row in rows),
    )


def _stands(pair: Pair, mine: Sequence[Attested]) -> bool:
    """Whether records shown attest it: of both, where people are stated to be linked. A relation
    between gangs has no record of a person.
    """
    if pair[2] in OF_GANGS:
        return False
    people_shown = {record.person for record in mine}
    if pair[2] is Kind.STATED:
        return {pair[0], pair[1]} <= people_shown
    return pair[2] is Kind.RELATION or bool(people_shown)


def _count(kind: Kind, rows: Sequence[Row], records: int) -> int:
    """Records behind it; of a statement, which names two records each time, the statements."""
    most = max(row.n for row in rows)
    return {Kind.STATED: max(most // 2, 1), Kind.RELATION: most}.get(kind, records)


def _grade(kind: Kind, rows: Sequence[Row], mine: Sequence[Attested]) -> str:
    """The best grade: of the membership or statement itself, else of the records. What one record
    says without a grade is a fact, whatever intelligence says beside it.
    """
    if kind in ASSESSED:
        return grade_words(min((row.grade for row in rows if row.grade), default=""), "3x5x2")
    if not mine or not all(record.grade for record in mine):
        return ""
    best = min(mine, key=lambda record: record.grade)
    return grade_words(best.grade, best.scheme)


def _titles(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(sorted({title(system) for row in rows for system in row.systems}))


def hubs_among(rows: Iterable[Row]) -> set[int]:
    """The nodes that are too much linked to be walked through."""
    return {row.dst for row in rows if sight.is_hub(nodes.type_of(row.dst), row.ddeg)}
