"""The neighbourhood of a node: one statement for all steps that a chart takes.

Caps count after the access rule; a hub is drawn and not walked through. Nobody is expanded beyond
what was asked: the latest links first, never the most connected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gangs.network import sight
from gangs.network.limits import limits
from gangs.network.models import SHIFT, Kind, Type
from gangs.network.sight import View
from wmp_search.access.scope import Scope

COLUMNS = (
    "src", "dst", "kind", "ddeg", "walk", "n", "first_on", "last_on", "until", "grade", "roles",
    "systems", "records",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of graph_edge that the scope may see."""

    src: int
    dst: int
    kind: Kind
    ddeg: int
    walk: bool
    n: int
    first_on: date | None
    last_on: date | None
    until: date | None
    grade: str
    roles: tuple[str, ...]
    systems: tuple[str, ...]
    records: tuple[int, ...]


def columns(e: str) -> str:
    """The columns of a `Row` of the table called `e`."""
    return ", ".join(f"{e}.{name}" for name in COLUMNS)


def row(values: Sequence[Any]) -> Row:
    """The row of these values."""
    held = dict(zip(COLUMNS, values, strict=True))
    lists = {name: tuple(held[name]) for name in ("roles", "systems", "records")}
    return Row(**{**held, **lists, "kind": Kind(held["kind"])})


def _statement() -> str:
    step = f"""{sight.edge("e")} AND {sight.node("e.dst")}
            ORDER BY e.last_on DESC NULLS LAST, e.dst LIMIT"""
    return f"""
    WITH starts AS (SELECT * FROM unnest(%(starts)s::bigint[]) AS s(node)
        WHERE s.node = %(center)s OR {sight.node("s.node")}),
    h1 AS MATERIALIZED (
        SELECT x.* FROM starts CROSS JOIN LATERAL (
            SELECT {columns("e")} FROM graph_edge e WHERE e.src = starts.node AND {step}
            %(first)s) AS x),
    onward AS (
        SELECT DISTINCT ON (h.src, h.dst) h.* FROM h1 h
        WHERE {sight.is_passage("h")} AND NOT h.dst = ANY(%(starts)s::bigint[])
            AND (h.src >> {SHIFT} = {Type.PERSON.value} OR h.src = %(center)s)),
    h2 AS (
        SELECT x.* FROM onward CROSS JOIN LATERAL (
            SELECT {columns("e")} FROM graph_edge e
            WHERE e.src = onward.dst AND e.dst <> onward.src AND {sight.overlap("onward", "e")}
            AND {step} %(second)s) AS x)
    SELECT 1, {columns("h1")} FROM h1 UNION ALL SELECT 2, {columns("h2")} FROM h2
    """


def around(
    center: int, opened: Iterable[int], scope: Scope, view: View
) -> tuple[list[Row], list[Row]]:
    """The links of the first and of the second step around a node and those opened beside it.

    From a person, and from the centre, two links are walked; from anything else that is opened
    one. One statement, and one query for the gangs.
    """
    chart = limits().chart
    params = {
        **sight.asked(scope, view),
        "center": center,
        "starts": [center, *opened],
        "first": chart["first"],
        "second": chart["second"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), params)
        found = cursor.fetchall()
    one = [row(values) for hop, *values in found if hop == 1]
    return one, [row(values) for hop, *values in found if hop == 2]


def total(node: int, scope: Scope, view: View) -> int:
    """How many nodes the scope may see at the other ends of the node's links."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(DISTINCT e.dst) FROM graph_edge e WHERE e.src = %(start)s
            AND {sight.edge("e")} AND {sight.node("e.dst")}""",
            {**sight.asked(scope, view), "start": node},
        )
        return int(cursor.fetchone()[0])


def between(nodes: Sequence[int], scope: Scope, view: View) -> list[Row]:
    """The links among nodes that are shown already, each once, from its person. The scope sees
    the nodes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {columns("e")} FROM graph_edge e
            WHERE e.src = ANY(%(walked)s::bigint[]) AND e.dst = ANY(%(nodes)s::bigint[])
                AND (e.dst >> {SHIFT} <> e.src >> {SHIFT} OR e.src < e.dst)
                AND {sight.edge("e")}""",
            {
                **sight.asked(scope, view),
                "nodes": list(nodes),
                "walked": [n for n in nodes if n >> SHIFT in (Type.PERSON, Type.GANG)],
            },
        )
        return [row(values) for values in cursor.fetchall()]
