"""The chart around a person or a gang: what its page, its table, its tree and its canvas show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gangs.network import reading, steps
from gangs.network.limits import limits
from gangs.network.models import Type
from gangs.network.reading import Thing, Tie
from gangs.network.sight import View
from wmp_search.access.scope import Scope


@dataclass(frozen=True, slots=True)
class Chart:
    """Things by node, the centre first; links, the nearest and latest first.

    `hops`: how many links each thing is from the centre. `total`: how many things the scope may
    see one link from the centre; `left_out`: links that did not fit.
    """

    center: int
    things: Mapping[int, Thing]
    ties: tuple[Tie, ...]
    hops: Mapping[int, int]
    opened: tuple[int, ...]
    total: int
    left_out: int

    @property
    def people(self) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.type is Type.PERSON]

    @property
    def near(self) -> int:
        """How many of the things one link away are shown."""
        return sum(hop == 1 for hop in self.hops.values())


@dataclass(frozen=True, slots=True)
class Branch:
    """A thing in the tree, how it hangs on the one above, and what hangs on it."""

    thing: Thing
    tie: Tie | None
    below: tuple["Branch", ...]


def around(  # noqa: PLR0913  what is looked at, by whom, how much of it
    center: int, opened: Sequence[int], scope: Scope, view: View, *, everything: bool = False,
    total: bool = True,
) -> Chart:  # fmt: skip
    """The chart around a node that the scope sees. About twenty queries, whatever its size."""
    one, two = steps.around(center, opened, scope, view)
    rows = [*one, *two]
    found = [center, *opened, *(node for row in rows for node in (row.src, row.dst))]
    found = list(dict.fromkeys(found))[: limits().chart["most"]]
    known = reading.things(found, scope, reading.hubs_among(rows))
    rows += steps.between(list(known), scope, view)
    made = reading.ties(rows, known, scope, view)
    hops = _hops(center, made)
    kept = _telling(made, hops, {center, *opened})
    most = limits().chart["most" if everything else "links"]
    kept.sort(key=lambda tie: (hops[tie.one] + hops[tie.other], _lately(tie)))
    shown = tuple(kept[:most])
    seen = {center, *(node for tie in shown for node in (tie.one, tie.other))}
    ordered = sorted(seen & known.keys(), key=lambda node: (hops.get(node, 99), node))
    return Chart(
        center,
        {node: known[node] for node in ordered},
        shown,
        {node: hops.get(node, 0) for node in ordered},
        tuple(node for node in opened if node in seen),
        steps.total(center, scope, view) if total else 0,
        len(kept) - len(shown),
    )


def _hops(center: int, made: Iterable[Tie]) -> dict[int, int]:
    """How many links from the centre; what a hidden link alone would join is not there."""
    beside: dict[int, list[int]] = {}
    for tie in made:
        beside.setdefault(tie.one, []).append(tie.other)
        beside.setdefault(tie.other, []).append(tie.one)
    hops, edge = {center: 0}, [center]
    while edge:
        onward = dict.fromkeys(n for at in edge for n in beside.get(at, ()) if n not in hops)
        hops |= dict.fromkeys(onward, hops[edge[0]] + 1)
        edge = list(onward)
    return hops


def _telling(made: Iterable[Tie], hops: Mapping[int, int], asked: set[int]) -> list[Tie]:
    """Without what hangs on one person alone two links away: it joins nobody."""
    reached = [tie for tie in made if tie.one in hops]
    degree: dict[int, int] = {}
    for tie in reached:
        for node in (tie.one, tie.other):
            degree[node] = degree.get(node, 0) + 1

    def joins(node: int) -> bool:
        is_person = node < (1 << 56)
        return is_person or degree[node] > 1 or hops[node] < 2 or node in asked

    def asked_for(tie: Tie) -> bool:
        return tie.one in asked or tie.other in asked

    return [t for t in reached if asked_for(t) or (joins(t.one) and joins(t.other))]


def _lately(tie: Tie) -> int:
    return -tie.last_on.toordinal() if tie.last_on else 0


def tree(chart: Chart) -> Branch:
    """The chart as a tree: each thing once, below the nearest and latest that it hangs on."""
    beside: dict[int, list[tuple[int, Tie]]] = {}
    for tie in chart.ties:
        beside.setdefault(tie.one, []).append((tie.other, tie))
        beside.setdefault(tie.other, []).append((tie.one, tie))
    parents: dict[int, list[tuple[int, Tie]]] = {}
    placed, edge = {chart.center}, [chart.center]
    while edge:
        onward = []
        for at in edge:
            for node, tie in beside.get(at, ()):
                if node not in placed:
                    placed.add(node)
                    parents.setdefault(at, []).append((node, tie))
                    onward.append(node)
        edge = onward

    def branch(node: int, tie: Tie | None) -> Branch:
        below = tuple(branch(under, by) for under, by in parents.get(node, ()))
        return Branch(chart.things[node], tie, below)

    return branch(chart.center, None)
