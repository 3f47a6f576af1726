"""Stable person ids: a cluster is the old person with whom it shares the most records.

An id never changes meaning. Of several claims the larger overlap wins, then the older id. A person
whose records all went elsewhere redirects to whoever took most of them. A part split off is the
person whose records it has again, if that one was merged; else it is new.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.resolution.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Identities:
    """How many people kept their id, are new, redirect, lost all evidence, or came back."""

    kept: int
    new: int
    merged: int
    withdrawn: int
    revived: int = 0


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


def assign(
    space: Workspace,
    *,
    reserve: Callable[[int], int],
    recall: Callable[[Workspace], None] | None = None,
) -> Identities:
    """Tables `person_of` (id, person, weight, mention, by_hand), `redirect` (person, target),
    `withdrawn`.

    Needs `assigned` and `previous` (id, person): the links as they stand. `reserve(n)` returns
    the first of n unused, consecutive person ids. `recall`, if given, makes table `former` (id,
    person): of the records in `parted` (id) the merged person, redirecting now, that each was
    last taken from; a part split off gets its id back.
    """
    _claims(space, recall)
    space.run("create or replace table identity (cluster bigint, person bigint)")
    while _grant(space):
        pass
    kept = int(space.value("select count(*) from identity"))
    revived = _revive(space)
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
    merged, gone = (
        int(space.value(f"select count(*) from {t}")) for t in ("redirect", "withdrawn")
    )
    return Identities(kept, new, merged, gone, revived)


def _grant(space: Workspace) -> bool:
    """Grant each claim that is the best of its cluster and of its person; False if there is none.

    Repeated, this is the greedy order: overlap (records that a merge brought count last), then
    oldest id, then smallest cluster.
    """
    before = space.value("select count(*) from identity")
    space.run(
        """insert into identity
        with open as (
            select *,
                row_number() over (
                    partition by cluster order by own desc, n desc, person) as of_cluster,
                row_number() over (
                    partition by person order by own desc, n desc, cluster) as of_person
            from claim anti join identity using (cluster)
            where person not in (select person from identity))
        select cluster, person from open where of_cluster = 1 and of_person = 1"""
    )
    return bool(space.value("select count(*) from identity") > before)


def _claims(space: Workspace, recall: Callable[[Workspace], None] | None) -> None:
    """Table `claim` (cluster, person, n, own): `own` of the n shared records came by no merge."""
    space.run(
        """create or replace table former (id bigint, person bigint);
        create or replace table parted as
        with claimed as (
            select person from assigned join previous using (id)
            group by person having count(distinct cluster) > 1)
        select id from previous semi join claimed using (person)"""
    )
    if recall and space.value("select count(*) from parted"):
        recall(space)
    space.run(
        """create or replace table claim as
        select cluster, previous.person, count(*) as n, count(*) - count(former.id) as own
        from assigned join previous using (id) left join former using (id) group by all"""
    )


def _revive(space: Workspace) -> int:
    """Give parts split off the ids that their records had before a merge; count them."""
    space.run(
        """alter table claim rename to claim_now;
        create or replace table claim as
        select cluster, person, count(*) as n, count(*) as own
        from former join (from assigned anti join identity using (cluster)) using (id)
        where person not in (select person from previous) group by all"""
    )
    before = int(space.value("select count(*) from identity"))
    while _grant(space):
        pass
    revived = int(space.value("select count(*) from identity")) - before
    space.run("drop table claim; alter table claim_now rename to claim")
    return revived


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
