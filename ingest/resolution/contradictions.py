"""Clusters that hold two people: found by well-attested values that exclude each other.

Every rule names pairs of *seeds*: values with enough records behind them in one cluster that
cannot belong to one person. `recut` then keeps the seeds of a pair apart (matching.md section 10).
"""

from ingest.resolution import given_names
from ingest.resolution.model import Thresholds
from ingest.resolution.workspace import Workspace

_SEEDS = """
create or replace table seed as
select cluster, '{rule}' as rule, {value} as value, sum(inside.n) as n
from inside join inside_size using (cluster) where {where}
group by cluster, {value}, inside_size.n
having sum(inside.n) >= {least} and sum(inside.n) >= {share} * inside_size.n
"""
# Two values that each stand beside one PNC ID at least twice are an alias of one person, whose
# fingerprints were taken, and no contradiction.
_ALIASES = """
create or replace table alias as
with attested as (
    select cluster, {value} as value, pnc from pnc_seen join inside on id = node
    group by all having sum(pnc_seen.n) >= 2)
select distinct x.cluster, x.value as a, y.value as b
from attested x join attested y on x.cluster = y.cluster and x.pnc = y.pnc and x.value < y.value
"""
_NOT_ALIASES = """not exists (select 1 from alias
    where alias.cluster = x.cluster and alias.a = x.value and alias.b = y.value)"""
_BIRTHS = f"""
insert into contradiction select x.cluster, 'birth', x.value, y.value
from seed x join seed y on x.cluster = y.cluster and x.value < y.value
where births_conflict(x.value, y.value) and {_NOT_ALIASES}
"""
# Different given names are two people only where both bear one surname and date of birth
# (twins), and neither is anybody's middle name or short form in this cluster.
_GIVEN = f"""
insert into contradiction
with middles as (select distinct cluster, m from inside where m is not null)
select x.cluster, 'given', x.value, y.value
from seed x join seed y on x.cluster = y.cluster and x.value < y.value
left join given_apart on given_apart.a = x.value and given_apart.b = y.value
where (jaro_winkler_similarity(x.value, y.value) < 0.78 or given_apart.a is not null)
    and {_NOT_ALIASES}
    and not exists (select 1 from middles
        where middles.cluster = x.cluster and (m = x.value or m = y.value))
    and exists (select 1 from inside p join inside q
        on p.cluster = q.cluster and p.s = q.s and p.dob = q.dob
        where p.cluster = x.cluster and p.g = x.value and q.g = y.value
            and not list_has_any(p.formal, q.formal))
"""
_PNC = """
insert into contradiction
with attested as (
    select cluster, pnc, sum(pnc_seen.n) as n from pnc_seen join inside on id = node
    group by cluster, pnc having sum(pnc_seen.n) >= 2)
select x.cluster, 'pnc', x.pnc, y.pnc
from attested x join attested y on x.cluster = y.cluster and x.pnc < y.pnc
"""
# Two nodes of many records, with a different name or birth, that share nothing at all.
_PLACE = """
insert into contradiction
with large as (
    select cluster, node.* from inside join inside_size using (cluster)
    join node on unique_id = id
    where inside.n >= {least} and inside.n >= 0.05 * inside_size.n and len(node.postcodes) > 0)
select x.cluster, 'place', x.unique_id::varchar, y.unique_id::varchar
from large x join large y on x.cluster = y.cluster and x.unique_id < y.unique_id
where (x.gs <> y.gs or births_conflict(x.dob, y.dob))
    and not list_has_any(x.postcodes, y.postcodes) and not list_has_any(x.streets, y.streets)
    and not list_has_any(x.phones, y.phones) and not list_has_any(x.pncs, y.pncs)
    and not list_has_any(x.cros, y.cros)
"""


def find(space: Workspace, limits: Thresholds) -> int:
    """Table `contradiction` (cluster, rule, a, b) over the clusters of `anchor_cluster`; count."""
    space.run(
        """create or replace table inside as
        select cluster, id, g, s, m, dob, node.n, formal from anchor_cluster
        join node on unique_id = id
        where anchor and cluster in (
            select cluster from anchor_cluster join node on unique_id = id where anchor
            group by cluster having count(*) > 1)"""
    )
    space.run(
        "create or replace table inside_size as "
        "select cluster, sum(n) as n from inside group by cluster"
    )
    space.run("create or replace table contradiction (cluster bigint, rule text, a text, b text)")
    enough = {"least": limits.seed_records, "share": limits.seed_share}
    space.run(_SEEDS.format(rule="birth", value="dob", where="not new_year(dob)", **enough))
    space.run(_ALIASES.format(value="dob"))
    space.run(_BIRTHS)
    space.run(_SEEDS.format(rule="given", value="g", where="length(g) > 1", **enough))
    space.run(_ALIASES.format(value="g"))
    given_names.part(
        space,
        """select x.value as a, y.value as b from seed x
        join seed y on x.cluster = y.cluster and x.value < y.value""",
    )
    space.run(_GIVEN)
    space.run(_PNC)
    space.run(_PLACE.format(least=limits.seed_records))
    return int(space.value("select count(*) from contradiction"))
