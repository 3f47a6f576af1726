"""Records → nodes: normalise for comparison, then let identical ones be one node.

Scoring ten million records pair by pair is 11 times the work of scoring their distinct contents
(measured), so records with the same given name, surname and date of birth become one node,
unless that name is common. A node is an *anchor* if it has all three: anchors alone bridge.
Records too thin to resolve stay out; each is an unresolved mention.
"""

from ingest.resolution import given_names
from ingest.resolution.workspace import Workspace

# A name with this many distinct dates of birth or more is common: two people may well share name
# and date of birth, so that only records alike in everything are one node (10M: P .9998).
COMMON_NAME_BIRTHS = 60

# No full name is taken for rarer than this: a father and a son may bear it.
RAREST_NAME = 1e-6

ANCHOR, COMMON_ANCHOR, SPARSE, THIN = 1, 2, 3, 4

# Lists of a record that become lists of a node; the comparisons and the blocking keys use them.
LISTS = (
    "aliases",
    "postcodes",
    "homes",
    "streets",
    "towns",
    "phones",
    "emails",
    "vehicles",
    "other_ids",
    "pncs",
    "cros",
)

_NORMALISED = """
create or replace table normal as
with typed as (
    select *,
        coalesce(from_json(addresses,
            '[{"house":"VARCHAR","street":"VARCHAR","town":"VARCHAR","postcode":"VARCHAR"}]'),
            []) as homes_of,
        coalesce(from_json(names, '[{"kind":"VARCHAR","full":"VARCHAR"}]'), []) as names_of
    from nominal)
select id,
    letters(split_part(trim(given_names), ' ', 1)) as g,
    letters(split_part(trim(given_names), ' ', 2)) as m,
    letters(surname) as s,
    case when born_precision = 'D' then strftime(born_on, '%Y-%m-%d') end as dob,
    (year(born_on) - (coalesce(born_precision, '') = 'A')::int)::smallint as y0,
    (year(born_on) + (coalesce(born_precision, '') = 'A')::int)::smallint as y1,
    nullif(sex, '') as sex,
    case when names is null then [] else known(list_transform(names_of, lambda n:
        letters(split_part(trim(n.full), ' ', 1)) || ' '
        || letters(split_part(trim(n.full), ' ', -1)))) end as aliases,
    known(list_transform(homes_of, lambda a: replace(upper(a.postcode), ' ', ''))) as postcodes,
    known(list_transform(homes_of, lambda a:
        nullif(regexp_replace(upper(a.house), '[^\\p{L}0-9]', '', 'g'), '')
        || ' ' || compact(a.street))) as homes,
    known(list_transform(homes_of, lambda a: compact(a.street))) as streets,
    known(list_transform(homes_of, lambda a: compact(a.town))) as towns,
    known(string_split(coalesce(phones, ''), chr(31))) as phones,
    known(string_split(coalesce(lower(emails), ''), chr(31))) as emails,
    known(string_split(coalesce(vehicles, ''), chr(31))) as vehicles,
    known(string_split(coalesce(other_ids, ''), chr(31))) as other_ids,
    known([pnc_id]) as pncs,
    known([cro]) as cros
from typed
"""

# What a record must have to be resolvable at all (matching.md section 2), strongest first.
_KIND = f"""
    case when g is not null and s is not null and dob is not null
            and length(g) > 1 and length(s) > 1 and not new_year(dob)
        then case when coalesce(births, 0) < {COMMON_NAME_BIRTHS}
            then {ANCHOR} else {COMMON_ANCHOR} end
    when len(phones) + len(pncs) + len(cros) + len(emails) + len(other_ids) > 0
        or ((g is not null or s is not null)
            and (len(postcodes) > 0 or dob is not null or len(vehicles) > 0))
        or (g is not null and s is not null and len(streets) > 0)
        then {SPARSE}
    else {THIN} end
"""

_RECORDS = f"""
create or replace table record as
with births as (
    select g, s, count(distinct dob) as births from normal
    where g is not null and s is not null group by g, s having births >= {COMMON_NAME_BIRTHS})
select *, case kind
    when {ANCHOR} then hash('anchor', g, s, dob)
    when {THIN} then null
    else hash(g, m, s, dob, y0, y1, sex, {", ".join(LISTS)}) end as content
from (select normal.*, ({_KIND})::utinyint as kind from normal left join births using (g, s))
"""

_NODES = f"""
create or replace table node as
with grouped as (
    select content, min(kind) as kind, min(g) as g, min(s) as s, max(m) as m, min(dob) as dob,
        min(y0) as y0, max(y1) as y1, max(sex) as sex,
        {", ".join(f"list({name}) filter (len({name}) > 0) as {name}" for name in LISTS)},
        count(*) as n
    from record where kind < {THIN} group by content),
gathered as (
    select * replace ({", ".join(f"merged({name}) as {name}" for name in LISTS)}) from grouped)
select row_number() over (order by content) - 1 as unique_id, gathered.*,
    g || ' ' || s as gs, towns[1] as town, kind < {SPARSE} as anchor,
    coalesce(known_as.formal, []) as formal
from gathered left join known_as using (g)
"""


def build(space: Workspace) -> None:
    """Make tables `node`, `member` (id, node; node is NULL for a thin record), `pnc_seen`
    (node, pnc, n records) and the name frequencies that scoring needs.
    """
    space.run(_NORMALISED)
    space.run(_RECORDS)
    space.run("drop table normal")
    given_names.build(space)
    space.run(_NODES)
    space.run(
        """create or replace table member as
        select record.id, node.unique_id as node from record left join node using (content)"""
    )
    space.run(
        """create or replace table pnc_seen as
        select unique_id as node, record.pncs[1] as pnc, count(*) as n
        from record join node using (content) where len(record.pncs) > 0 group by all"""
    )


def frequencies(space: Workspace) -> None:
    """Tables `tf_gs`, `tf_g`, `tf_s`, `tf_town`: how common each name and town is.

    A full name is counted by its distinct contents (`node`), less two: a rare name's two nodes
    may be one person's own. So few records cannot make a rare name look common; never below what
    its parts would give by chance, nor below RAREST_NAME.
    """
    for column, value in (("g", "g"), ("s", "s"), ("town", "towns[1]")):
        space.run(
            f"""create or replace table tf_{column} as
            select {column}, n / sum(n) over () as tf_{column} from (
                select {value} as {column}, count(*) as n from record
                where {value} is not null group by 1)"""
        )
    space.run(
        f"""create or replace table tf_gs as
        with full_name as (select g, s, count(*) as n from node where gs is not null group by g, s)
        select g || ' ' || s as gs,
            greatest((n - 2) / sum(n) over (), tf_g * tf_s, {RAREST_NAME}) as tf_gs
        from full_name join tf_g using (g) join tf_s using (s)"""
    )
