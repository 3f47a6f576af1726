"""Standing decisions as the engine reads them, and their place between matching and identity."""

from collections.abc import Collection, Iterable

import numpy as np
from django.db import connection
from django.db.models import Q

from ingest.resolution.workspace import Workspace
from ingest.review.models import Decision, Verdict
from ingest.review.overlay import Constraint, Likeness, divide
from people.models import NominalRecord

BINDING = (Verdict.SAME, Verdict.DIFFERENT)


def standing(records: Collection[int] | None = None) -> list[Constraint]:
    """The binding decisions that stand: all, or those that name one of the records."""
    found = Decision.objects.filter(state=Decision.State.STANDING, verdict__in=BINDING)
    if records is not None:
        ids = list(records)
        found = found.filter(Q(left__overlap=ids) | Q(right__overlap=ids))
    return [
        Constraint(pk, verdict == Verdict.SAME, frozenset(left), frozenset(right))
        for pk, verdict, left, right in found.values_list("pk", "verdict", "left", "right")
    ]


def overlay(space: Workspace) -> int:
    """Table `decided` (id, cluster, by_hand): the records of every cluster near a decision.

    Runs after matching: needs `member` and `cluster`. Also makes `machine` (record_id, cluster,
    weight, mention), which `keep` writes. Returns how many decisions stand.
    """
    constraints = standing()
    named = sorted(frozenset[int]().union(*(c.records for c in constraints)))
    space.put("named", id=np.array(named, np.int64))
    space.run(_MACHINE)
    rows = space.rows("select record_id, cluster from machine")
    put_decided(space, dict(rows), constraints)
    return len(constraints)


# clusters as records: a record too thin for a node is a cluster of its own
_MACHINE = """
create or replace table machine as
with near as (
    select distinct coalesce(cluster, -id) as label from named join member using (id)
    left join cluster using (node)),
whole as (
    select id, coalesce(cluster, -id) as label, weight, node is null as mention
    from member left join cluster using (node)
    where coalesce(cluster, -id) in (select label from near))
select id as record_id, min(id) over (partition by label) as cluster, weight, mention from whole
"""


def put_decided(
    space: Workspace, machine: dict[int, int], constraints: list[Constraint]
) -> dict[int, int]:
    """Table `decided` from the model's clusters; returns record → smallest record of its person.

    A decided cluster's label is minus its smallest record: no other cluster has that one.
    """
    people = divide(machine, constraints, likeness_of(machine))
    joined = frozenset[int]().union(*(c.records for c in constraints if c.same))
    space.put(
        "decided",
        id=np.array(list(people), np.int64),
        cluster=-np.array(list(people.values()), np.int64),
        by_hand=np.array([record in joined for record in people], bool),
    )
    return people


def likeness_of(records: Iterable[int]) -> Likeness:
    """How many values two of the records share: name, birth, identifiers, postcodes.

    Only decides where a record goes that came after people were parted; read when first asked.
    """
    wanted, known = list(records), dict[int, frozenset[tuple[str, str]]]()

    def likeness(one: int, other: int) -> int:
        if not known:
            known.update(_values(wanted))
        nothing = frozenset[tuple[str, str]]()
        return len(known.get(one, nothing) & known.get(other, nothing))

    return likeness


def _values(records: list[int]) -> dict[int, frozenset[tuple[str, str]]]:
    found = {}
    for r in NominalRecord.objects.filter(pk__in=records):
        values = [
            ("name", f"{r.given_names} {r.surname}".upper().strip()),
            ("birth", r.born_on.isoformat() if r.born_on else ""),
            ("pnc", r.pnc_id),
            ("cro", r.cro),
            *(("phone", v) for v in r.phones),
            *(("email", v) for v in r.emails),
            *(("postcode", str(a.get("postcode") or "")) for a in r.addresses),
        ]
        found[r.pk] = frozenset((kind, value) for kind, value in values if value)
    return found


def keep(rows: Iterable[tuple[int, int, float | None, bool]], *, instead_of: str) -> None:
    """Rows of `machine` take the place of those that the SQL condition names. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM review_machinelink WHERE {instead_of}")
        with cursor.cursor.copy(
            "COPY review_machinelink (record_id, cluster, weight, mention) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)
