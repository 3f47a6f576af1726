"""Stable person ids: a cluster is the old person with whom it shares the most records.

An id never changes meaning. Of several claims the larger overlap wins, then the older id. A person
whose records all went elsewhere redirects to whoever took most of them; a part split off is new.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.resolution.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Identities:
    """How many people kept their id, are new, redirect, or lost all evidence."""

    kept: int
    new: int
    merged: int
    withdrawn: int


def gather(space: Workspace) -> None:
    """Table `assigned` (id, cluster, weight, mention, by_hand): the model's clusters, and where
    people decided otherwise, theirs.

    Needs `member` (id, node), `cluster` (node, cluster, weight) and `decided` (id, cluster,
    by_hand).
    """
    space.run(
        """create or replace table assigned as
        select id, coalesce(decided.cluster, cluster.cluster, -id) as cluster, weight,
            member.node is null as mention, coalesce(by_hand, false) as by_hand
        from member left join cluster using (node) left join decided using (id)"""
    )


def assign(space: Workspace, *, reserve: Callable[[int], int]) -> Identities:
    """Tables `person_of` (id, person, weight, mention, by_hand), `redirect` (person, target),
    `withdrawn`.

    Needs `assigned` and `previous` (id, person): the links as they stand. `reserve(n)` returns
    the first of n unused, consecutive person ids.
    """
    space.run(
        """create or replace table claim as
        select cluster, person, count(*) as n from assigned join previous using (id)
        group by all"""
    )
    space.run("create or replace table identity (cluster bigint, person bigint)")
    while _grant(space):
        pass
    kept = int(space.value("select count(*) from identity"))
    new = _number_new(space, reserve)
    space.run(
        """create or replace table person_of as
        select id, person, weight, mention, by_hand
        from assigned join identity using (cluster)"""
    )
    space.run(
        """create or replace table redirect as
        select claim.person, arg_min(identity.person, (-n, identity.person)) as target
        from claim join identity using (cluster)
        where claim.person not in (select person from identity) group by claim.person"""
    )
    space.run(
        """create or replace table withdrawn as
        select distinct person from previous
        where person not in (select person from identity)
            and person not in (select person from redirect)"""
    )
    counts = [int(space.value(f"select count(*) from {t}")) for t in ("redirect", "withdrawn")]
    return Identities(kept, new, *counts)


def _grant(space: Workspace) -> bool:
    """Grant each claim that is the best of its cluster and of its person; False if there is none.

    Repeated, this is the greedy order: overlap, then oldest id, then smallest cluster.
    """
    before = space.value("select count(*) from identity")
    space.run(
        """insert into identity
        with open as (
            select *,
                row_number() over (partition by cluster order by n desc, person) as of_cluster,
                row_number() over (partition by person order by n desc, cluster) as of_person
            from claim anti join identity using (cluster)
            where person not in (select person from identity))
        select cluster, person from open where of_cluster = 1 and of_person = 1"""
    )
    return bool(space.value("select count(*) from identity") > before)


def _number_new(space: Workspace, reserve: Callable[[int], int]) -> int:
    """Give the clusters without an id new ones, in the order of their first record."""
    space.run(
        """create or replace table newcomer as
        select cluster, row_number() over (order by min(id)) - 1 as number
        from assigned anti join identity using (cluster) group by cluster"""
    )
    count = int(space.value("select count(*) from newcomer"))
    if count:
        first = reserve(count)
        space.run("insert into identity select cluster, number + ? from newcomer", [first])
    return count
