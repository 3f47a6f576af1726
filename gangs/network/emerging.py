"""Links between people that are new, and those that have faded (issue 10; requirements, 4.1).

A link is new when two adults stand in events of two days or more within the window, and in none
together in the two years before it. It is an observation on records: nobody gets a number, and no
membership and no relation between gangs follows from it (policing.md F3, F7). What argues against
it stands beside it. The order is by day, the latest first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from gangs.network import doubts, reading, together
from gangs.network.doubts import Shared, Together, Two
from gangs.network.limits import limits
from gangs.network.reading import Thing
from gangs.network.sight import View
from gangs.network.steps import Row
from people.models import InvolvementRole as Role
from wmp_search.access.scope import Scope

ACTIVE = frozenset({Role.SUSPECT, Role.ARRESTED, Role.CHARGED, Role.CONVICTED, Role.SUBJECT})
NOT_COUNTED = frozenset(
    {Role.VICTIM, Role.WITNESS, Role.REPORTING, Role.MISSING}
    | {Role.VULNERABLE_ADULT, Role.VULNERABLE_CHILD}
)
WINDOWS = (90, 180, 365)  # days
FEWEST_DAYS = 2


@dataclass(frozen=True, slots=True)
class Stand:
    """How one person stands in one event."""

    roles: frozenset[str]
    on: date

    @property
    def counts(self) -> bool:
        """As suspected or more, subject or stopped; never who was harmed, saw it or reported."""
        return bool(self.roles & (ACTIVE | {Role.STOPPED})) and not self.roles & NOT_COUNTED

    @property
    def is_stop(self) -> bool:
        return not self.roles & ACTIVE


@dataclass(frozen=True, slots=True)
class Found:
    """New links and faded ones; `since`: the day before the window; `more`: there were more."""

    new: tuple[Together, ...]
    faded: tuple[Together, ...]
    since: date
    until: date
    more: bool

    @property
    def things(self) -> list[Thing]:
        """Everybody and every event on the page, each once."""
        pairs = (*self.new, *self.faded)
        found = {t.node: t for pair in pairs for t in (pair.one, pair.other)}
        found |= {s.event.node: s.event for pair in pairs for s in pair.shared if s.event}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Question:
    """Around whom (people whom the scope sees), how long the window is, whether stops count."""

    people: tuple[int, ...]
    days: int = WINDOWS[0]
    with_stops: bool = False


Meetings = Mapping[Two, Sequence[Shared]]
Fits = Callable[[Sequence[Shared]], bool]


def ask(asked: Question, scope: Scope, view: View) -> Found:
    """What is new around these people and what has faded. About twenty queries."""
    until = view.known or timezone.localdate()
    since = until - timedelta(days=asked.days)
    if not asked.people:
        return Found((), (), since, until, more=False)
    first = until - timedelta(days=366 * limits().emerging["years"])
    mine, theirs = together.events(asked.people, first, scope, view)
    meetings = _meetings(mine, theirs, set(asked.people))

    def is_new(shared: Sequence[Shared]) -> bool:
        return _is_new(shared, since, with_stops=asked.with_stops)

    def has_faded(shared: Sequence[Shared]) -> bool:
        return _has_faded(shared, until)

    most = limits().emerging["pairs"]
    new, faded = _latest(meetings, is_new), _latest(meetings, has_faded)
    chosen = [*new[: 2 * most], *faded[: 2 * most]]  # children are left out only once read
    met = _read({two: meetings[two] for two in chosen}, [*mine, *theirs], scope, view)
    new, faded = _latest(met, is_new), _latest(met, has_faded)
    told = doubts.tell({two: met[two] for two in (*new[:most], *faded[:most])}, scope, view)
    return Found(
        tuple(told[two] for two in new[:most] if two in told),
        tuple(told[two] for two in faded[:most] if two in told),
        since,
        until,
        more=len(new) > most or len(faded) > most,
    )


def _meetings(mine: Iterable[Row], theirs: Iterable[Row], people: set[int]) -> Meetings:
    """The events of each two people, the latest first."""
    standing = _standing(
        [*((r.src, r.dst, r) for r in mine), *((r.dst, r.src, r) for r in theirs)]
    )
    present: dict[int, set[int]] = defaultdict(set)
    for person, event in standing:
        present[event].add(person)
    found: dict[Two, list[Shared]] = defaultdict(list)
    for event, crowd in present.items():
        for one in crowd & people:
            for other in crowd - {one}:
                if other not in people or one < other:
                    held = standing[one, event], standing[other, event]
                    found[one, other].append(_shared(event, held, len(crowd)))
    return {
        two: sorted(held, key=lambda s: (s.on, s.node), reverse=True)
        for two, held in found.items()
    }


def _standing(rows: Iterable[tuple[int, int, Row]]) -> Mapping[tuple[int, int], Stand]:
    """(person, event) → the roles of all rows of the two together."""
    found: dict[tuple[int, int], Stand] = {}
    for person, event, row in rows:
        if row.last_on:
            before = found.get((person, event), Stand(frozenset(), row.last_on))
            both = before.roles.union(row.roles)
            found[person, event] = Stand(both, max(before.on, row.last_on))
    return found


def _shared(event: int, held: tuple[Stand, Stand], crowd: int) -> Shared:
    one, other = held
    return Shared(
        event,
        max(one.on, other.on),
        one.counts and other.counts,
        one.is_stop or other.is_stop,
        crowd,
    )


def _is_new(shared: Sequence[Shared], since: date, *, with_stops: bool) -> bool:
    """Two days or more in the window, without stops unless asked for; none for long before."""
    before = since - timedelta(days=limits().emerging["days_before"])
    if any(before < s.on <= since for s in shared):
        return False
    days = {s.on for s in shared if s.counts and s.on > since and (with_stops or not s.is_stop)}
    return len(days) >= FEWEST_DAYS


def _has_faded(shared: Sequence[Shared], until: date) -> bool:
    """Two days or more, and nothing together of late."""
    late = until - timedelta(days=limits().emerging["faded_days"])
    days = {s.on for s in shared if s.counts and not s.is_stop}
    return len(days) >= FEWEST_DAYS and all(s.on <= late for s in shared)


def _latest(meetings: Meetings, fits: Fits) -> list[Two]:
    """Those that fit, the latest meeting first."""
    found = [two for two, shared in meetings.items() if fits(shared)]
    return sorted(found, key=lambda two: (meetings[two][0].on, two), reverse=True)


def _read(
    meetings: Meetings, rows: Sequence[Row], scope: Scope, view: View
) -> dict[Two, list[Shared]]:
    """The same with what is shown of it: records that attest both, adults alone."""
    nodes = {n for two, shared in meetings.items() for n in (*two, *(s.node for s in shared))}
    known = reading.things(nodes, scope)
    wanted = [row for row in rows if row.src in known and row.dst in known]
    ties = {(t.one, t.other): t for t in reading.ties(wanted, known, scope, view)}
    found = {}
    for two, shared in meetings.items():
        if all(n in known and is_adult(known[n]) for n in two):
            found[two] = [
                replace(s, event=known[s.node], ties=tuple(ties[n, s.node] for n in two))
                for s in shared
                if s.node in known and all((n, s.node) in ties for n in two)
            ]
    return {two: shared for two, shared in found.items() if shared}


def is_adult(thing: Thing) -> bool:
    """Whom this may be asked of: no child, and nobody who was only ever harmed (decision 10)."""
    return not thing.is_child and not thing.harmed
