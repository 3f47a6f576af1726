"""Recut: take a contradictory cluster apart along its weakest edges.

Kruskal's algorithm under constraints: edges by weight, strongest first; two sides are joined
unless they hold seeds of one contradiction. Only the few contradictory clusters come here (some
thousands among a million people), so this is a loop in Python.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from ingest.resolution.workspace import Workspace

Seed = tuple[str, str]  # rule, value


def recut(space: Workspace, join: float) -> int:
    """Rewrite `anchor_cluster` for the clusters in `contradiction`; count the joins refused."""
    forbidden: dict[Seed, dict[int, set[Seed]]] = defaultdict(lambda: defaultdict(set))
    for cluster, rule, a, b in space.rows("from contradiction"):
        forbidden[rule, a][cluster].add((rule, b))
        forbidden[rule, b][cluster].add((rule, a))
    sides = Sides()
    for node, cluster, *values in space.rows(
        """select id, cluster, dob, g, pncs from inside join (select unique_id as id, pncs
            from node) using (id)
        where cluster in (select cluster from contradiction) order by id"""
    ):
        sides.add(node, _seeds(node, cluster, values, forbidden))
    edges = space.rows(
        """select a, b from edge join anchor_cluster x on x.id = a
        join anchor_cluster y on y.id = b and y.cluster = x.cluster
        where corrected >= ? and x.cluster in (select cluster from contradiction)
        order by corrected desc, a, b""",
        [join],
    )
    refused = sum(not sides.join(a, b) for a, b in edges)
    _relabel(space, sides)
    return refused


def _seeds(
    node: int,
    cluster: int,
    values: list[object],
    forbidden: dict[Seed, dict[int, set[Seed]]],
) -> dict[Seed, set[Seed]]:
    """The node's seeds, each with those it must not meet. Two PNC IDs in one node say nothing."""
    birth, given, pncs = values
    seeds = [("birth", birth), ("given", given), ("place", str(node))]
    told = [("pnc", p) for p in pncs if cluster in forbidden.get(("pnc", p), ())]  # type: ignore[attr-defined]
    if len(told) == 1:
        seeds += told
    return {
        (rule, str(v)): forbidden[rule, str(v)][cluster]
        for rule, v in seeds
        if cluster in forbidden.get((rule, str(v)), ())
    }


class Sides:
    """Union-find whose sets carry seeds and refuse to meet forbidden ones."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._seeds: dict[int, set[Seed]] = {}
        self._refuses: dict[int, set[Seed]] = {}

    def add(self, node: int, seeds: dict[Seed, set[Seed]]) -> None:
        """A set of one node; `seeds` maps each of its seeds to those it refuses."""
        self._parent[node] = node
        self._seeds[node] = set(seeds)
        self._refuses[node] = set().union(*seeds.values())

    def find(self, node: int) -> int:
        """The node that stands for the set."""
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def join(self, a: int, b: int) -> bool:
        """Unite the sets of a and b; False if they refuse each other."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if self._refuses[a] & self._seeds[b]:
            return False
        self._parent[b] = a
        self._seeds[a] |= self._seeds[b]
        self._refuses[a] |= self._refuses[b]
        return True

    def nodes(self) -> Iterable[int]:
        """All nodes added."""
        return self._parent


def _relabel(space: Workspace, sides: Sides) -> None:
    """A set's new label is its smallest node."""
    labels = space.arrays("select cluster from anchor_cluster order by id")["cluster"].copy()
    smallest: dict[int, int] = {}
    for node in sorted(sides.nodes()):
        labels[node] = smallest.setdefault(sides.find(node), node)
    space.put("anchor_cluster", id=np.arange(len(labels)), cluster=labels)
