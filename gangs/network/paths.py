"""What connects two people: all shortest paths, ranked by their weakest link.

From both ends at once, a person at a time: over something that both are recorded with (two links)
or a stated association (one). Every step asks the access rule of links and nodes, leaves hubs,
onlookers and harms out, and lets an address join people only of about one time.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction

from gangs.network import sight
from gangs.network.limits import limits
from gangs.network.models import SHIFT, Kind, Type
from gangs.network.sight import View
from wmp_search.access.scope import Scope

MOST_PATHS = 100  # that are compared
Nodes = tuple[int, ...]
Without = tuple[int, int] | None


class TooMuch(Exception):
    """The question is too large: its words say what stopped it."""


@dataclass(slots=True)
class _Side:
    """What was reached from one end: links to each person, and how they were come by."""

    start: int
    far: dict[int, int] = field(default_factory=dict)
    by: dict[int, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))

    def reach(self, person: int, links: int, before: int, via: int) -> None:
        """`via`: the thing that both stand with; 0: a stated association."""
        if self.far.setdefault(person, links) == links:
            self.by[person].add((before, via))
        elif links < self.far[person]:
            self.far[person], self.by[person] = links, {(before, via)}

    def ways(self, person: int) -> Iterator[Nodes]:
        """Every shortest way from the start to the person."""
        if person == self.start:
            yield (person,)
            return
        for before, via in sorted(self.by[person]):
            for way in self.ways(before):
                yield (*way, *((via,) if via else ()), person)


def find(  # noqa: PLR0913  two people, for whom, how far
    one: int, other: int, scope: Scope, view: View, *, links: int = 0, without: Without = None
) -> list[Nodes]:
    """All shortest paths of at most `links` links as nodes from `one` to `other`; [] for none.

    `without`: a link that must not be used. Raises TooMuch.
    """
    path = limits().path
    most = links or path["usual"]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{path['seconds']}s'")
            asked = sight.asked(scope, view)
            asked |= {"ends": [one, other]}
            return _both_ways(_Search(cursor, asked, without), one, other, most)
    except OperationalError as error:
        raise TooMuch(f"It took more than {path['seconds']} seconds") from error


def _both_ways(search: "_Search", one: int, other: int, most: int) -> list[Nodes]:
    """Two links from each end find every path of up to four: each has somebody two links from one
    end, or a thing between people next to the ends. For more the near side goes on.
    """
    near, far = (_Side(end, {end: 0}) for end in (one, other))
    _spread(search, near, 2)
    _spread(search, far, 2)
    if (found := _meet(near, far, min(most, 4))) or most <= 4:
        return found
    _spread(search, near, most - 2)
    return _meet(near, far, most)


def _spread(search: "_Search", side: _Side, reach: int) -> None:
    """Expand everybody nearer than `reach`, the nearest first; who was expanded stays so."""
    for links in range(reach):
        edge = [p for p, away in side.far.items() if away == links and p not in search.done(side)]
        search.done(side).update(edge)
        for before, via, person in search.step(edge) if edge else ():
            side.reach(person, links + (2 if via else 1), before, via)


def _meet(near: _Side, far: _Side, most: int) -> list[Nodes]:
    both = near.far.keys() & far.far.keys()
    shortest = min((near.far[p] + far.far[p] for p in both), default=most + 1)
    if shortest > most:
        return []
    found: dict[Nodes, None] = {}
    for person in sorted(p for p in both if near.far[p] + far.far[p] == shortest):
        for way in near.ways(person):
            for back in far.ways(person):
                nodes = (*way, *reversed(back[:-1]))
                if len(set(nodes)) == len(nodes):
                    found[nodes] = None
                if len(found) >= MOST_PATHS:
                    return list(found)
    return list(found)


class _Search:
    """The statement, its parameters and its bounds, for one question."""

    def __init__(self, cursor: Any, asked: dict[str, Any], without: Without) -> None:
        self._cursor = cursor
        self._asked = {**asked, "one": None, "other": None}
        if without:
            self._asked |= {"one": min(without), "other": max(without)}
        self._done: dict[int, set[int]] = defaultdict(set)
        self._until = time.monotonic() + limits().path["seconds"]

    def done(self, side: _Side) -> set[int]:
        """The people of the side who were expanded."""
        return self._done[side.start]

    def step(self, people: Sequence[int]) -> Iterable[tuple[int, int, int]]:
        """(person, thing or 0, person) one step on from each of the people."""
        most = limits().path["frontier"]
        if time.monotonic() > self._until:
            raise TooMuch(f"It took more than {limits().path['seconds']} seconds")
        self._cursor.execute(_statement(), {**self._asked, "edge": list(people), "most": most + 1})
        found: list[tuple[int, int, int]] = self._cursor.fetchall()
        if len(found) > most:
            raise TooMuch(f"More than {most:,} links would have to be looked at")
        return found


def _walked(e: str) -> str:
    return f"""{e}.walk AND {sight.edge(e)}
        AND (%(one)s::bigint IS NULL OR least({e}.src, {e}.dst) <> %(one)s::bigint
            OR greatest({e}.src, {e}.dst) <> %(other)s::bigint)"""


def _statement() -> str:
    person = f"= {Type.PERSON.value}"
    through = f"({sight.is_passage('e')} OR e.dst = ANY(%(ends)s::bigint[]))"
    return f"""
    WITH things AS MATERIALIZED (
        SELECT e.src, e.dst, e.kind, e.first_on, e.last_on FROM graph_edge e
        WHERE e.src = ANY(%(edge)s::bigint[]) AND e.kind <> {Kind.STATED.value}
            AND e.dst >> {SHIFT} <> {Type.PERSON.value} AND {sight.is_passage("e")}
            AND {_walked("e")} AND {sight.node("e.dst")}),
    steps AS MATERIALIZED (
        SELECT t.src, t.dst AS via, e.dst FROM things t JOIN graph_edge e ON e.src = t.dst
        WHERE e.dst <> t.src AND e.dst >> {SHIFT} {person} AND {_walked("e")}
            AND {sight.overlap("t", "e")} AND {through}
        UNION SELECT e.src, 0, e.dst FROM graph_edge e
        WHERE e.src = ANY(%(edge)s::bigint[]) AND e.kind = {Kind.STATED.value}
            AND e.dst >> {SHIFT} {person} AND {_walked("e")} AND {through} LIMIT %(most)s),
    seen AS (
        SELECT who.dst FROM (SELECT DISTINCT dst FROM steps) AS who WHERE {sight.node("who.dst")})
    SELECT src, via, dst FROM steps JOIN seen USING (dst)
    """
