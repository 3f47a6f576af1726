"""How sure it is that two people stand in events together, and what argues against a link.

Facts about the records, in words; no measure of a person (policing.md F7).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gangs.network import nodes, reading, together
from gangs.network.models import Kind, Type
from gangs.network.reading import Thing, Tie
from gangs.network.sight import View
from wmp_search.access.scope import Scope

Two = tuple[int, int]
CROWD = 6  # people in one event: to be one of so many says little
SOURCES = ("no source", "one source", "two sources", "three sources or more")


@dataclass(frozen=True, slots=True)
class Shared:
    """An event that two people stand in. `ties`: how each does, where it has been read."""

    node: int
    on: date
    counts: bool
    is_stop: bool
    crowd: int  # people whom the scope sees in it
    event: Thing | None = None
    ties: tuple[Tie, ...] = ()

    @property
    def is_intelligence(self) -> bool:
        return nodes.type_of(self.node) is Type.INTELLIGENCE


@dataclass(frozen=True, slots=True)
class Together:
    """Two people, the events that count, the latest first, how sure that is and what argues
    against reading a link into it.
    """

    one: Thing
    other: Thing
    shared: tuple[Shared, ...]
    sure: str
    against: tuple[str, ...]


def tell(
    meetings: Mapping[Two, Sequence[Shared]], scope: Scope, view: View
) -> dict[Two, Together]:
    """The pairs as a page shows them. Eighteen queries at most, none where there are no pairs."""
    if not meetings:
        return {}
    rows = together.beside(list(meetings), scope, view)
    found = {n for two in meetings for n in two} | {n for r in rows for n in (r.src, r.dst)}
    known = reading.things(found, scope, reading.hubs_among(rows))
    places: dict[int, set[int]] = defaultdict(set)
    stated: dict[Two, Tie] = {}
    for tie in reading.ties(rows, known, scope, view):
        if tie.kind is Kind.ADDRESS:
            places[tie.one].add(tie.other)
        else:
            stated[tie.one, tie.other] = tie
    told = {}
    for (one, other), shared in meetings.items():
        if one in known and other in known:
            homes = [known[place] for place in places[one] & places[other]]
            said = stated.get((min(one, other), max(one, other)))
            counted = tuple(s for s in shared if s.counts)
            against = (*_of_records(shared), *_of_homes(homes), *_of_statement(said))
            told[one, other] = Together(
                known[one], known[other], counted, _sure(counted), tuple(against)
            )
    return told


def _sure(shared: Sequence[Shared]) -> str:
    """ "2 events on 2 days, two sources, one of them intelligence"."""
    days = len({s.on for s in shared})
    assessed = sum(s.is_intelligence for s in shared)
    words = f"{_many(len(shared), 'event')} on {_many(days, 'day')}, {SOURCES[_sources(shared)]}"
    return f"{words}, {assessed} of the events intelligence" if assessed else words


def _of_records(shared: Sequence[Shared]) -> Iterable[str]:
    counted = [s for s in shared if s.counts]
    systems = {system for s in counted for tie in s.ties for system in tie.systems}
    if len(systems) == 1:
        yield f"One source only, {systems.pop()}: nothing else bears it out"
    if all(s.is_intelligence for s in counted):
        yield "Intelligence only: no record of a crime or an arrest together"
    if ungraded := sum(_is_ungraded(s) for s in counted):
        yield f"{_many(ungraded, 'report')} of intelligence not graded: taken as the lowest grade"
    if stops := sum(s.is_stop for s in counted):
        yield f"{_many(stops, 'stop')} among them: where officers are sent decides who is stopped"
    if doubled := len(counted) - len({s.on for s in counted}):
        yield f"{_many(doubled, 'event')} of a day that another is of: it may be one, told twice"
    if crowd := max((s.crowd for s in counted if s.crowd >= CROWD), default=0):
        yield f"{crowd} people stand in one of the events: to be one of many says little"
    if left := sum(not s.counts for s in shared):
        yield (
            f"{_many(left, 'event')} together not counted: one of them stands there as a victim,"
            " a witness or who reported it, or in no role that counts"
        )


def _of_homes(homes: Sequence[Thing]) -> Iterable[str]:
    if any(not home.is_hub for home in homes):
        yield "Both were recorded at one address: they may be family or share a household"
    if any(home.is_hub for home in homes):
        yield "Both were recorded at an address of many people: that connects nobody"


def _of_statement(said: Tie | None) -> Iterable[str]:
    if said:
        yield f"A source states that they are linked ({said.words}): it may be family, or not new"


def _sources(shared: Sequence[Shared]) -> int:
    found = {system for s in shared for tie in s.ties for system in tie.systems}
    return min(len(found), len(SOURCES) - 1)


def _is_ungraded(shared: Shared) -> bool:
    return shared.is_intelligence and not all(tie.grade for tie in shared.ties)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
