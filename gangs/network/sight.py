"""What of the links a scope may see, as conditions in SQL: on the link and the node it leads to.

Both stand in every step, before any limit or count, so that what is hidden changes no number. The
rule for people is the product's own (people.rule.FINDABLE), asked of the tables as they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from gangs import selectors as gangs
from gangs import standing
from gangs.network.limits import limits
from gangs.network.models import HIDDEN, MASK, SHIFT, Kind, Type
from people import rule
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

GANG_KINDS = frozenset({Kind.AFFILIATED, Kind.HARMED, Kind.RELATION})


@dataclass(frozen=True, slots=True)
class View:
    """What the officer wants of it: kinds of link, one source, and what was known on a day."""

    kinds: frozenset[Kind] = frozenset(Kind)
    system: str = ""
    known: date | None = None

    @property
    def is_narrow(self) -> bool:
        return self.kinds != frozenset(Kind) or bool(self.system) or self.known is not None


def asked(scope: Scope, view: View) -> dict[str, Any]:
    """The parameters of `edge` and `node`. One query, for the gangs."""
    shown, events = rule.shown_by(scope), scope.event_tiers
    return {
        **rule.findable_by(scope),
        "kinds": sorted(view.kinds & _kinds(scope)),
        "acls": _labels(shown["shown"], events),
        "opened": _labels(shown["opened"], events),
        "unmasked": shown["unmasked"],
        "events": list(events),
        "highest": max(events),  # its links say the rest: made-up people may share a real phone
        "gangs": list(gangs.visible(scope).values_list("pk", flat=True)),
        "day": view.known or timezone.localdate(),
        "known": view.known,
        "systems": [view.system] if view.system else None,
        "apart": limits().days_apart,
    }


def _kinds(scope: Scope) -> frozenset[Kind]:
    """What the permissions open: crimes and gangs have one of their own."""
    gangs_open = scope.may(Permission.GANG_VIEW) and not scope.practises
    kinds = set(Kind) if gangs_open else set(Kind) - GANG_KINDS
    if not standing.sees_harmed(scope):
        kinds.discard(Kind.HARMED)  # a list of its own (F2)
    return frozenset(kinds if scope.may(Permission.CRIME_VIEW) else kinds - {Kind.CRIME})


def _labels(records: list[int], events: tuple[int, ...]) -> list[int]:
    """The access labels of links by records and crimes of these tiers."""
    return [4 * record + event for record in records for event in events]


def edge(e: str) -> str:
    """Condition on a row of graph_edge called `e`."""
    return f"""({e}.kind = ANY(%(kinds)s::smallint[])
        AND ({e}.acl = ANY(%(acls)s::smallint[])
            OR {e}.kind <> {Kind.STATED.value} AND {e}.acl = ANY(%(opened)s::smallint[])
            AND ({e}.src = ANY(%(unmasked)s::bigint[]) OR {e}.dst = ANY(%(unmasked)s::bigint[])))
        AND ({e}.until IS NULL OR {e}.until >= %(day)s::date)
        AND (%(known)s::date IS NULL OR {e}.known_on <= %(known)s::date)
        AND (%(systems)s::text[] IS NULL OR {e}.systems && %(systems)s::text[]::varchar[]))"""


def node(column: str) -> str:
    """Condition on a node's id."""
    own = f"({column} & {MASK})"
    return f"""(CASE {column} >> {SHIFT}
        WHEN {Type.PERSON.value} THEN EXISTS (SELECT FROM people_person p
            WHERE p.id = {column} AND {rule.FINDABLE})
        WHEN {Type.CRIME.value} THEN EXISTS (SELECT FROM crime_crime c WHERE c.id = {own}
            AND c.deleted_at IS NULL AND c.tier = ANY(%(events)s::smallint[]))
        WHEN {Type.GANG.value} THEN {own} = ANY(%(gangs)s::bigint[])
        ELSE EXISTS (SELECT FROM graph_node n WHERE n.id = {column} AND n.acl <> {HIDDEN}
            AND n.acl <= %(highest)s::smallint) END)"""


def overlap(one: str, two: str) -> str:
    """Condition that two people were recorded at an address at about one time; unknown dates
    pass. Other kinds of link always pass.
    """
    return f"""({one}.kind <> {Kind.ADDRESS.value}
        OR coalesce({two}.first_on <= {one}.last_on + %(apart)s::int
            AND {two}.last_on >= {one}.first_on - %(apart)s::int, true))"""


def is_passage(e: str) -> str:
    """Condition that the node a link leads to is no hub, by the limit of its type."""
    hub = ", ".join(map(str, limits().hub))
    return f"{e}.ddeg <= (ARRAY[{hub}])[({e}.dst >> {SHIFT}) + 1]"


def is_hub(kind: Type, degree: int) -> bool:
    """The same of a node."""
    return degree > limits().hub[kind]


Params = Mapping[str, Any]
