"""Edges → clusters, without chains: anchors make people, sparse nodes only join one.

1. Connected components over anchor edges. 2. Contradictory ones are recut. 3. A sparse node (no
full name and date of birth) joins the best person if that is clearly the best; in later rounds
the sparse nodes that joined speak for others. 4. The rest are matched among themselves.
"""

import numpy as np

from ingest.resolution import components, contradictions
from ingest.resolution.model import Thresholds
from ingest.resolution.recut import recut
from ingest.resolution.workspace import Workspace

# A round that attaches fewer than this share of the first is the last.
_WORTH_ANOTHER_ROUND = 0.0005


def cluster(space: Workspace, limits: Thresholds) -> dict[str, int]:
    """Table `cluster` (node, cluster, weight): weight in bits by which the node holds; NULL alone.

    Needs tables node and edge (a, b, weight, corrected). Returns counts for the run's report.
    """
    nodes = int(space.value("select coalesce(max(unique_id), -1) + 1 from node"))
    strong = f"""select a, b from edge
        join node x on a = x.unique_id join node y on b = y.unique_id
        where x.anchor and y.anchor and corrected >= {limits.join}"""
    space.put("anchor_cluster", id=np.arange(nodes), cluster=components.of(space, strong, nodes))
    found = contradictions.find(space, limits)
    refused = recut(space, limits.join) if found else 0
    attached = _attach(space, limits)
    _leftovers(space, limits, nodes)
    _weights(space)
    return {"contradictions": found, "joins_refused": refused, "attached": attached}


def _attach(space: Workspace, limits: Thresholds) -> int:
    """Table `attached` (node, cluster): each sparse node at most once. Count them."""
    space.run(
        f"""create or replace table person_size as
        select cluster, log2(least(sum(n), {limits.size_cap})) as bits
        from anchor_cluster join node on unique_id = id where anchor group by cluster"""
    )
    space.run(
        """create or replace table sparse_edge as
        select case when x.anchor then b else a end as node,
            case when x.anchor then a else b end as other, corrected as weight,
            x.anchor or y.anchor as anchored
        from edge join node x on a = x.unique_id join node y on b = y.unique_id
        where not (x.anchor and y.anchor)"""
    )
    space.run("create or replace table attached (node bigint, cluster bigint)")
    first = 0
    for round_ in range(limits.rounds):
        before = int(space.value("select count(*) from attached"))
        space.run(
            _ROUND.format(attach=limits.attach, support=limits.support, margin=limits.margin)
        )
        joined = int(space.value("select count(*) from attached")) - before
        first = first if round_ else joined
        if joined <= first * _WORTH_ANOTHER_ROUND:
            break
    return int(space.value("select count(*) from attached"))


# The score of a person for a node: the best edge, plus the odds that a larger person is meant.
_ROUND = """
insert into attached
with free as (select node, other, weight, anchored from sparse_edge
        anti join attached using (node)
    union all select other, node, weight, false from sparse_edge
        anti join attached on attached.node = sparse_edge.other where not anchored),
evidence as (
    select free.node, cluster, weight from free join anchor_cluster on id = other
        where anchored and weight >= {attach}
    union all
    select free.node, cluster, weight from free join attached on attached.node = other
        where not anchored and weight >= {support}),
score as (
    select node, cluster, max(weight) + any_value(bits) as bits
    from evidence join person_size using (cluster) group by node, cluster)
select node, arg_max(cluster, (bits, -cluster)) from score group by node
having count(*) = 1 or max(bits, 2)[1] - max(bits, 2)[2] >= {margin}
"""


def _leftovers(space: Workspace, limits: Thresholds, nodes: int) -> None:
    """Table `labelled` (node, cluster); labels are smallest nodes, so that kinds never collide."""
    free = f"""select node as a, other as b from sparse_edge
        where not anchored and weight >= {limits.join}
            and node not in (select node from attached)
            and other not in (select node from attached)"""
    space.put("leftover", id=np.arange(nodes), cluster=components.of(space, free, nodes))
    space.run(
        """create or replace table labelled as
        select unique_id as node, case when anchor then anchor_cluster.cluster
            else coalesce(attached.cluster, leftover.cluster) end as cluster
        from node join anchor_cluster on anchor_cluster.id = unique_id
        join leftover on leftover.id = unique_id
        left join attached on attached.node = unique_id"""
    )


def _weights(space: Workspace) -> None:
    space.run(
        """create or replace table cluster as
        with within as (
            select a, b, edge.weight from edge join labelled x on a = x.node
            join labelled y on b = y.node where x.cluster = y.cluster),
        best as (
            select node, max(weight) as weight from (
                select a as node, weight from within union all select b, weight from within)
            group by node)
        select labelled.node, cluster, weight from labelled left join best using (node)"""
    )
