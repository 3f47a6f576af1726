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

# Distinct address texts are a quarter of the records: the costliest texts are read once each.
_HOMES = """
create or replace table home as
with typed as (
    select addresses, from_json(addresses,
        '[{"house":"VARCHAR","street":"VARCHAR","town":"VARCHAR","postcode":"VARCHAR"}]')
        as homes_of
    from (select distinct addresses from nominal where addresses is not null))
select addresses,
    known(list_transform(homes_of, lambda a: replace(upper(a.postcode), ' ', ''))) as postcodes,
    known(list_transform(homes_of, lambda a:
        nullif(regexp_replace(upper(a.house), '[^\\p{L}0-9]', '', 'g'), '')
        || ' ' || compact(a.street))) as homes,
    known(list_transform(homes_of, lambda a: compact(a.street))) as streets,
    known(list_transform(homes_of, lambda a: compact(a.town))) as towns
from typed
"""

_NORMALISED = """
create or replace table normal as
select id,
    letters(split_part(trim(given_names), ' ', 1)) as g,
    letters(split_part(trim(given_names), ' ', 2)) as m,
    letters(surname) as s,
    case when born_precision = 'D' then strftime(born_on, '%Y-%m-%d') end as dob,
    (year(born_on) - (coalesce(born_precision, '') = 'A')::int)::smallint as y0,
    (year(born_on) + (coalesce(born_precision, '') = 'A')::int)::smallint as y1,
    nullif(sex, '') as sex,
    case when names is null then [] else known(list_transform(
        from_json(names, '[{"kind":"VARCHAR","full":"VARCHAR"}]'), lambda n:
            letters(split_part(trim(n.full), ' ', 1)) || ' '
            || letters(split_part(trim(n.full), ' ', -1)))) end as aliases,
    coalesce(postcodes, []) as postcodes, coalesce(homes, []) as homes,
    coalesce(streets, []) as streets, coalesce(towns, []) as towns,
    known(string_split(coalesce(phones, ''), chr(31))) as phones,
    known(string_split(coalesce(lower(emails), ''), chr(31))) as emails,
    known(string_split(coalesce(vehicles, ''), chr(31))) as vehicles,
    known(string_split(coalesce(other_ids, ''), chr(31))) as other_ids,
    known([pnc_id]) as pncs,
    known([cro]) as cros,
    changed_at, system
from nominal left join home using (addresses)
"""

# What a record must have to be resolvable at all (matching.md section 2), strongest first.
_KIND = f"""
    case when g is not null and s is not null and dob is not null
            and length(g) > 1 and length(s) > 1 and not new_year(dob)
        then case when is_common then {COMMON_ANCHOR} else {ANCHOR} end
    when len(phones) + len(pncs) + len(cros) + len(emails) + len(other_ids) > 0
        or ((g is not null or s is not null)
            and (len(postcodes) > 0 or dob is not null or len(vehicles) > 0))
        or (g is not null and s is not null and len(streets) > 0)
        then {SPARSE}
    else {THIN} end
"""

# Names in common use, of those in `normal`; a delta counts over all records (delta.py).
_BIRTHS = f"""
create or replace table common_name as
select g, s from normal where g is not null and s is not null group by g, s
having count(distinct dob) >= {COMMON_NAME_BIRTHS}
"""

_RECORDS = f"""
create or replace table record as
select *, case kind
    when {ANCHOR} then hash('anchor', g, s, dob)
    when {THIN} then null
    else hash(g, m, s, dob, y0, y1, sex, {", ".join(LISTS)}) end as content
from (select normal.*, ({_KIND})::utinyint as kind
    from normal left join (select *, true as is_common from common_name) using (g, s))
"""

_SIZES = f"""
create or replace table content_size as
select content, count(*) as n, row_number() over (order by content) - 1 + {{first}} as unique_id
from record where kind < {THIN} group by content
"""

# Four nodes in five are one record and pass as they are. Of the others each list is gathered from
# its values, which takes a third of the time of merging lists.
_VALUES = " union all ".join(
    f"select distinct content, {number} as k, unnest({name}) as v from of_several"
    for number, name in enumerate(LISTS)
)
_GATHERED = ", ".join(
    f"coalesce(list(v order by v) filter (k = {number}), []) as {name}"
    for number, name in enumerate(LISTS)
)
_NODES = f"""
create or replace table fresh_node as
with of_several as (
    select record.* from record semi join (from content_size where n > 1) using (content)),
scalars as (
    select content, min(kind) as kind, min(g) as g, min(s) as s, max(m) as m, min(dob) as dob,
        min(y0) as y0, max(y1) as y1, max(sex) as sex
    from of_several group by content),
lists as (select content, {_GATHERED} from ({_VALUES}) group by content),
gathered as (
    select scalars.*, {", ".join(f"coalesce({name}, []) as {name}" for name in LISTS)}
    from scalars left join lists using (content)
    union all by name
    select content, kind, g, s, m, dob, y0, y1, sex, {", ".join(LISTS)}
    from record semi join (from content_size where n = 1) using (content))
select unique_id, gathered.*, n,
    g || ' ' || s as gs, towns[1] as town, kind < {SPARSE} as anchor,
    coalesce(known_as.formal, []) as formal, coalesce(spelt_as.spellings, []) as spellings,
    coalesce(g in (select word from honorific), false) as honorific
from gathered join content_size using (content) left join known_as using (g)
    left join spelt_as using (s)
"""

# What the kept working set remembers of a record: enough to tell whether it changed, which node
# it is in, and how common names, towns and identifiers are.
MARK = """select id, changed_at, system, kind, content, g, s, dob, towns[1] as town, pncs[1] as pnc
    from record"""


def normalise(space: Workspace) -> None:
    """View `nominal` → table `normal`: names, dates and places in comparable form."""
    space.run(_HOMES)
    space.run(_NORMALISED)
    space.run("drop table home")


def find_common_names(space: Workspace) -> None:
    """Table `common_name` (g, s) from `normal`, where that holds all records."""
    space.run(_BIRTHS)


def classify(space: Workspace) -> None:
    """Table `record`: `normal` with kind and content, the hash of what makes records one node."""
    space.run(_RECORDS)


def build(space: Workspace, *, first: int = 0) -> None:
    """Table `fresh_node` of the contents in `record`, numbered from `first`."""
    given_names.build(space)
    space.run(_SIZES.format(first=first))
    space.run(_NODES)
    space.run("drop table content_size")


def of_few(space: Workspace) -> None:
    """`node`, `mark`, `member` and `pnc_seen` of the records in `nominal` alone."""
    normalise(space)
    find_common_names(space)
    classify(space)
    build(space)
    space.run(f"alter table fresh_node rename to node; create or replace table mark as {MARK}")
    place_records(space)


def place_records(space: Workspace) -> None:
    """`mark`, `node` → tables `member` (id, node; node is NULL for a thin record) and `pnc_seen`
    (node, pnc, n records).
    """
    space.run(
        """create or replace table member as
        select mark.id, node.unique_id as node from mark left join node using (content)"""
    )
    space.run(
        """create or replace table pnc_seen as
        select unique_id as node, pnc, count(*) as n
        from mark join node using (content) where pnc is not null group by all"""
    )


def frequencies(space: Workspace) -> None:
    """Tables `tf_gs`, `tf_g`, `tf_s`, `tf_town`: how common each name and town is.

    A full name is counted by its distinct contents (`node`), less two: a rare name's two nodes
    may be one person's own. So few records cannot make a rare name look common; never below what
    its parts would give by chance, nor below RAREST_NAME.
    """
    for column in ("g", "s", "town"):
        space.run(
            f"""create or replace table tf_{column} as
            select {column}, n / sum(n) over () as tf_{column} from (
                select {column}, count(*) as n from mark
                where {column} is not null group by 1)"""
        )
    space.run(
        f"""create or replace table tf_gs as
        with full_name as (select g, s, count(*) as n from node where gs is not null group by g, s)
        select g || ' ' || s as gs,
            greatest((n - 2) / sum(n) over (), tf_g * tf_s, {RAREST_NAME}) as tf_gs
        from full_name join tf_g using (g) join tf_s using (s)"""
    )
