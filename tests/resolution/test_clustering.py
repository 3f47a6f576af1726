"""Clustering without a database: chains, contradictions and sparse nodes."""

from collections.abc import Iterator

import numpy as np
import pytest

from ingest.resolution import components, contradictions, model
from ingest.resolution.recut import Sides, recut
from ingest.resolution.workspace import Workspace, opened


@pytest.fixture
def space() -> Iterator[Workspace]:
    with opened(memory_limit="512MB") as workspace:
        yield workspace


def test_components_are_named_by_their_smallest_node(space: Workspace) -> None:
    space.run("create table e as from (values (1, 3), (3, 4), (2, 5)) v(a, b)")
    assert components.of(space, "select a, b from e", 6).tolist() == [0, 1, 2, 1, 1, 2]


def test_components_of_no_edges_are_the_nodes(space: Workspace) -> None:
    space.run("create table e (a bigint, b bigint)")
    assert components.of(space, "select a, b from e", 3).tolist() == [0, 1, 2]


def test_sides_refuse_forbidden_seeds_also_through_others() -> None:
    sides = Sides()
    old, new = ("birth", "1961-02-11"), ("birth", "1988-09-03")
    sides.add(1, {old: {new}})
    sides.add(2, {})
    sides.add(3, {new: {old}})
    assert sides.join(1, 2)
    assert not sides.join(2, 3)
    assert sides.find(1) == sides.find(2) != sides.find(3)


def test_a_chain_between_two_attested_births_is_cut_at_its_weakest_edge(space: Workspace) -> None:
    _nodes(
        space,
        [("HAROLD", "1961-02-11", 5), ("HAROLD", "1961-12-11", 1), ("HAROLD", "1988-09-03", 5)],
    )
    space.run("create table edge as from (values (0, 1, 20), (1, 2, 9)) v(a, b, corrected)")
    space.put("anchor_cluster", id=np.arange(3), cluster=np.zeros(3, np.int64))
    assert contradictions.find(space, model.Thresholds()) == 1
    assert recut(space, join=5.0) == 1
    labels = space.arrays("select cluster from anchor_cluster order by id")["cluster"].tolist()
    assert labels == [0, 0, 2]


def test_births_that_are_slips_of_each_other_are_no_contradiction(space: Workspace) -> None:
    _nodes(space, [("HAROLD", "1961-02-11", 5), ("HAROLD", "1961-11-02", 5)])
    space.put("anchor_cluster", id=np.arange(2), cluster=np.zeros(2, np.int64))
    assert contradictions.find(space, model.Thresholds()) == 0


def test_two_births_beside_one_pnc_id_are_an_alias_and_no_contradiction(space: Workspace) -> None:
    _nodes(space, [("HAROLD", "1961-02-11", 5), ("HAROLD", "1988-09-03", 5)])
    space.put("anchor_cluster", id=np.arange(2), cluster=np.zeros(2, np.int64))
    space.run("insert into pnc_seen values (0, '2001/0000001X', 2), (1, '2001/0000001X', 1)")
    assert contradictions.find(space, model.Thresholds()) == 1  # one may be mistyped
    space.run("update pnc_seen set n = 2")
    assert contradictions.find(space, model.Thresholds()) == 0


def _nodes(space: Workspace, rows: list[tuple[str, str, int]]) -> None:
    values = ", ".join(f"({i}, '{g}', '{dob}', {n})" for i, (g, dob, n) in enumerate(rows))
    space.run(
        f"""create table node as select unique_id, g, 'CARTWRIGHT' as s, dob, n,
            null::varchar as m,
            g || ' CARTWRIGHT' as gs, true as anchor, []::varchar[] as formal,
            []::varchar[] as pncs, []::varchar[] as cros, []::varchar[] as postcodes,
            []::varchar[] as streets, []::varchar[] as phones
        from (values {values}) v(unique_id, g, dob, n)"""
    )
    space.run("create table pnc_seen (node bigint, pnc varchar, n bigint)")
