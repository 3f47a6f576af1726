"""Who stands in events together with some people, and what else two share: one statement each.

Every hop asks the rule of the link and of the node it leads to, before any limit or count; an
event of too many people is no passage. Nothing is shown before `reading` asks for its records.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import connection

from gangs.network import sight, steps
from gangs.network.limits import limits
from gangs.network.models import SHIFT, Kind, Type
from gangs.network.sight import View
from gangs.network.steps import Row
from wmp_search.access.scope import Scope

EVENTS = (Kind.CRIME, Kind.EVENT, Kind.INTELLIGENCE)
SHARED = (*EVENTS, Kind.ADDRESS, Kind.PHONE, Kind.VEHICLE)
MOST_SHARED = 100  # things of two people, the latest


def _events() -> str:
    """The latest events of each person asked for; then everybody who stands in one."""
    kinds = ", ".join(str(kind.value) for kind in EVENTS)
    return f"""
    WITH mine AS MATERIALIZED (
        SELECT x.* FROM unnest(%(people)s::bigint[]) AS c(node) CROSS JOIN LATERAL (
            SELECT {steps.columns("e")} FROM graph_edge e
            WHERE e.src = c.node AND e.kind IN ({kinds})
                AND e.last_on > %(since)s::date AND e.last_on <= %(day)s::date
                AND {sight.edge("e")} AND {sight.node("e.dst")} AND {sight.is_passage("e")}
            ORDER BY e.last_on DESC, e.dst LIMIT %(latest)s) AS x),
    theirs AS (
        SELECT DISTINCT {steps.columns("e")}
        FROM (SELECT DISTINCT dst FROM mine) AS at JOIN graph_edge e ON e.src = at.dst
        WHERE e.kind IN ({kinds}) AND e.dst >> {SHIFT} = {Type.PERSON.value}
            AND e.last_on <= %(day)s::date
            AND {sight.edge("e")} AND {sight.node("e.dst")})
    SELECT true, {steps.columns("m")} FROM mine m
    UNION ALL SELECT false, {steps.columns("t")} FROM theirs t
    """


def events(
    people: Collection[int], since: date, scope: Scope, view: View
) -> tuple[list[Row], list[Row]]:
    """The links of these people, whom the scope sees, to events after a day; and the links of
    those events back to everybody in them, these people included.
    """
    params = {
        **sight.asked(scope, view),
        "people": list(people),
        "since": since,
        "latest": limits().emerging["events"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_events(), params)
        found = cursor.fetchall()
    mine = [steps.row(values) for own, *values in found if own]
    return mine, [steps.row(values) for own, *values in found if not own]


_PAIRS = "unnest(%(ones)s::bigint[], %(others)s::bigint[]) AS p(one, other)"


def beside(pairs: Sequence[tuple[int, int]], scope: Scope, view: View) -> list[Row]:
    """The addresses that the two of each pair share, hubs included, and what is stated of them:
    links from each to the address, and from one to the other.
    """
    seen = " AND ".join(
        (sight.edge("e"), sight.edge("o"), sight.node("e.dst"), sight.overlap("e", "o"))
    )
    shared = f"""FROM {_PAIRS} JOIN graph_edge e ON e.src = p.one AND e.kind = {Kind.ADDRESS.value}
        JOIN graph_edge o ON o.src = p.other AND o.dst = e.dst AND o.kind = e.kind
        WHERE {seen}"""
    statement = f"""SELECT {steps.columns("e")} {shared}
        UNION SELECT {steps.columns("o")} {shared}
        UNION SELECT {steps.columns("e")} FROM {_PAIRS}
            JOIN graph_edge e ON e.src = p.one AND e.dst = p.other
                AND e.kind = {Kind.STATED.value}
            WHERE {sight.edge("e")}"""
    params = {
        **sight.asked(scope, view),
        "ones": [one for one, _ in pairs],
        "others": [other for _, other in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [steps.row(values) for values in cursor.fetchall()]


def of_two(one: int, other: int, scope: Scope, view: View) -> list[Row]:
    """The links of two people, whom the scope sees, to the latest things that they share: events,
    addresses, phones and vehicles that are no hubs.
    """
    kinds = ", ".join(str(kind.value) for kind in SHARED)
    condition = " AND ".join(
        (
            *(sight.edge("e"), sight.edge("o"), sight.node("e.dst"), sight.is_passage("e")),
            sight.overlap("e", "o"),
        )
    )
    statement = f"""
    WITH pairs AS MATERIALIZED (
        SELECT e.dst, e.kind, e.acl AS one_acl, o.acl AS other_acl, e.last_on
        FROM graph_edge e
        JOIN graph_edge o ON o.src = %(other)s AND o.dst = e.dst AND o.kind = e.kind
        WHERE e.src = %(one)s AND e.kind IN ({kinds}) AND {condition}),
    latest AS (
        SELECT dst FROM pairs GROUP BY dst ORDER BY max(last_on) DESC NULLS LAST, dst
        LIMIT {MOST_SHARED}),
    kept AS (SELECT p.* FROM pairs p JOIN latest USING (dst))
    SELECT {steps.columns("e")} FROM kept k JOIN graph_edge e
        ON e.src = %(one)s AND e.dst = k.dst AND e.kind = k.kind AND e.acl = k.one_acl
    UNION SELECT {steps.columns("o")} FROM kept k JOIN graph_edge o
        ON o.src = %(other)s AND o.dst = k.dst AND o.kind = k.kind AND o.acl = k.other_acl
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {**sight.asked(scope, view), "one": one, "other": other})
        return [steps.row(values) for values in cursor.fetchall()]
