"""Clusters and positions in a chart, each only where it holds when links are missing.

Of the chart that is looked at, never of the force; no score and no rank of a person. London's best
known gang network keeps its five people with the highest betweenness in 3 of 100 draws that lose a
fifth of the links (requirements on gangs, 3.3): what holds in fewer than 80 % is not shown.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import graspologic_native
import rustworkx

from gangs.network.charts import Chart
from gangs.network.limits import limits
from gangs.network.models import Kind
from gangs.network.reading import Thing

TOP = 5
SEED = 7
SAME = 0.8  # of the people of two clusters in common: the same cluster
LEAST = 3  # people of a cluster
Edges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Position:
    """Something about somebody in this chart, and in how many of a hundred draws it holds."""

    thing: Thing
    words: str
    holds: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """People who share more with each other than with the rest of the chart."""

    people: tuple[Thing, ...]
    holds: int


@dataclass(frozen=True, slots=True)
class Positions:
    """What holds. `unsteady`: how many statements did not; `too_large`: nothing was looked at."""

    positions: tuple[Position, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    unsteady: int = 0
    draws: int = 0
    people: int = 0
    too_large: bool = False


def of_chart(chart: Chart) -> Positions:
    """What may be said of the people in a chart, with its steadiness. Seconds at most."""
    steadiness = limits().steadiness
    edges = [
        (tie.one, tie.other)
        for tie in chart.ties
        if tie.walk and tie.kind is not Kind.RELATION and not _is_hub(chart, tie.one, tie.other)
    ]
    if len({node for edge in edges for node in edge}) > steadiness["most_nodes"]:
        return Positions(too_large=True)
    people = {thing.node: thing for thing in chart.people}
    drawn = list(draws(edges, int(steadiness["draws"]), steadiness["removed"]))
    found = [
        *_standing_out(edges, drawn, people, degrees, "Among the five with most links"),
        *_standing_out(edges, drawn, people, betweenness, "Among the five most often in between"),
    ]
    clusters = _clusters(edges, drawn, people)
    least = round(100 * steadiness["shown_from"])
    steady = [one for one in found if one.holds >= least]
    held = [one for one in clusters if one.holds >= least]
    lost = len(found) + len(clusters) - len(steady) - len(held)
    return Positions(tuple(steady), tuple(held), lost, len(drawn), len(people))


def _is_hub(chart: Chart, *ends: int) -> bool:
    return any(chart.things[end].is_hub for end in ends)


def draws(edges: Edges, many: int, removed: float) -> Iterable[Edges]:
    """The links without a share of them, drawn anew each time; the same draws every time."""
    chance = random.Random(SEED)  # noqa: S311  a draw, not a secret
    kept = round(len(edges) * (1 - removed))
    for _ in range(many):
        yield chance.sample(edges, kept)


def graph_of(edges: Edges) -> tuple[rustworkx.PyGraph, list[int]]:
    """The graph, and the node behind each of its indices."""
    nodes = sorted({node for edge in edges for node in edge})
    place = {node: index for index, node in enumerate(nodes)}
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(nodes)
    graph.add_edges_from_no_data([(place[one], place[other]) for one, other in edges])
    return graph, nodes


def degrees(edges: Edges) -> dict[int, float]:
    """Node → how many others it is linked with."""
    graph, nodes = graph_of(edges)
    return {node: float(graph.degree(index)) for index, node in enumerate(nodes)}


def betweenness(edges: Edges) -> dict[int, float]:
    """Node → share of the shortest paths between others that run through it (Freeman 1977)."""
    graph, nodes = graph_of(edges)
    # one thread: the pages of several officers share the cores
    found = rustworkx.betweenness_centrality(graph, normalized=True, parallel_threshold=10**9)
    return {node: found[index] for index, node in enumerate(nodes)}


def components(edges: Edges) -> list[set[int]]:
    """The parts that no link joins, the largest first; a node without a link is in none."""
    graph, nodes = graph_of(edges)
    parts = [{nodes[i] for i in part} for part in rustworkx.connected_components(graph)]
    return sorted(parts, key=len, reverse=True)


def _standing_out(
    edges: Edges,
    drawn: Sequence[Edges],
    people: Mapping[int, Thing],
    measure: Callable[[Edges], dict[int, float]],
    words: str,
) -> list[Position]:
    """The first five people by a measure, with how often they stay among the first five."""
    first = _top(measure(edges), people)
    held = Counter(node for edges in drawn for node in _top(measure(edges), people))
    return [Position(people[node], words, round(100 * held[node] / len(drawn))) for node in first]


def _top(measured: Mapping[int, float], people: Mapping[int, Thing]) -> list[int]:
    found = [node for node in measured if node in people and measured[node] > 0]
    return sorted(found, key=lambda node: (-measured[node], node))[:TOP]


def _clusters(edges: Edges, drawn: Sequence[Edges], people: Mapping[int, Thing]) -> list[Cluster]:
    """Clusters of people (Leiden; Traag 2019), with how often nearly the same one comes back."""
    found = _parts(edges, people)
    held = [0] * len(found)
    for each in drawn:
        parts = _parts(each, people)
        for place, cluster in enumerate(found):
            held[place] += any(_alike(cluster, other) >= SAME for other in parts)
    return [
        Cluster(tuple(people[node] for node in sorted(part)), round(100 * times / len(drawn)))
        for part, times in zip(found, held, strict=True)
    ]


def _parts(edges: Edges, people: Mapping[int, Thing]) -> list[frozenset[int]]:
    if not edges:
        return []
    named = [(str(one), str(other), 1.0) for one, other in edges]
    _, part_of = graspologic_native.leiden(named, seed=SEED)
    together: dict[int, set[int]] = {}
    for node, part in part_of.items():
        if int(node) in people:
            together.setdefault(part, set()).add(int(node))
    return [frozenset(part) for part in together.values() if len(part) >= LEAST]


def _alike(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard's index."""
    return len(one & other) / len(one | other)
