"""Which records a run must look at: all of them, or those changed since the kept working set.

A delta reads the changed records, and those that share a node with one; nothing else is read,
compared or scored again. The rest of a run sees one set of tables either way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.resolution import nodes
from ingest.resolution.kept import Kept
from ingest.resolution.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Records:
    """Where live records come from.

    `live(space)` makes table `live` (id, changed_at). `read(space, ids)` makes view `nominal` of
    all, or of those that the query `ids` names in a column id, and counts them; later calls
    replace the view.
    """

    live: Callable[[Workspace], None]
    read: Callable[[Workspace, str | None], int]


@dataclass(frozen=True, slots=True)
class Change:
    """What a run looked at: counts of records, and the first node number that is new."""

    whole: bool
    records: int
    added: int = 0
    changed: int = 0
    deleted: int = 0
    reread: int = 0  # unchanged, but of a node that changed
    first_node: int = 0

    @property
    def touched(self) -> int:
        """Records added, changed or deleted."""
        return self.added + self.changed + self.deleted


def everything(space: Workspace, records: Records, kept: Kept) -> Change:
    """Tables node, mark, member, pnc_seen and the term frequencies, from all live records."""
    with space.stage("read"):
        count = records.read(space, None)
    with space.stage("nodes"):
        nodes.normalise(space)
        nodes.find_common_names(space)
        nodes.classify(space)
        space.run("drop table normal")
        kept.add(space, "mark", nodes.MARK)
        nodes.build(space)
        space.run("drop table record; alter table fresh_node rename to node")
        _finish(space, kept)
    return Change(whole=True, records=count, added=count)


def compare(space: Workspace, records: Records) -> Change:
    """Tables `due` (ids to read) and `stale` (old marks that no longer hold), and their counts."""
    records.live(space)
    space.run(
        """create or replace table due as
        select id from live anti join old_mark using (id, changed_at);
        create or replace table stale as
        select old_mark.*, due.id is not null as is_live from old_mark left join due using (id)
        where due.id is not null
            or not exists (select 1 from live where live.id = old_mark.id)"""
    )
    due = int(space.value("select count(*) from due"))
    changed = int(space.value("select count(*) from stale where is_live"))
    stale = int(space.value("select count(*) from stale"))
    return Change(
        whole=False,
        records=int(space.value("select count(*) from live")),
        added=due - changed,
        changed=changed,
        deleted=stale - changed,
        first_node=int(space.value("select coalesce(max(unique_id), -1) + 1 from old_node")),
    )


def part(space: Workspace, records: Records, kept: Kept, change: Change) -> int:
    """The tables of `everything` from the old ones and what changed; counts records reread.

    Nodes never change: one whose records did dies, and its records get a node of a new number.
    """
    space.run("create or replace table touched (content ubigint)")
    records.read(space, "select id from due")
    nodes.normalise(space)
    _count_births(space)
    nodes.classify(space)
    kept.add(space, "mark", nodes.MARK)
    space.run("alter table record rename to changed_record")
    space.run(_TOUCHED)
    reread = records.read(space, "select id from again")
    nodes.normalise(space)
    nodes.classify(space)
    kept.add(space, "mark", nodes.MARK)
    kept.add(
        space, "mark",
        "from old_mark anti join stale using (id) anti join again using (id)",
    )  # fmt: skip
    space.run("insert into record by name from changed_record; drop table changed_record")
    nodes.build(space, first=change.first_node)
    space.run(
        """create or replace table node as
        from old_node anti join touched using (content);
        insert into node by name from fresh_node; drop table fresh_node; drop table record"""
    )
    _finish(space, kept)
    return reread


def _finish(space: Workspace, kept: Kept) -> None:
    kept.add(space, "node", "from node")
    kept.view(space, "mark")
    nodes.place_records(space)
    nodes.frequencies(space)


def _count_births(space: Workspace) -> None:
    """`common_name` among the names touched, and records whose name crossed the limit."""
    space.run(
        f"""create or replace table name_touched as
        select distinct g, s from (select g, s from normal union all select g, s from stale)
        where g is not null and s is not null;
        create or replace table staying as
        select old_mark.* from old_mark semi join name_touched using (g, s)
        anti join stale using (id);
        create or replace table common_name as
        select g, s from (select g, s, dob from staying
            union all select g, s, dob from normal semi join name_touched using (g, s))
        group by g, s having count(distinct dob) >= {nodes.COMMON_NAME_BIRTHS};
        create or replace table crossed as
        select id, content from staying left join (select *, true as is_common from common_name)
            using (g, s)
        where kind < {nodes.SPARSE}
            and (kind = {nodes.COMMON_ANCHOR}) is distinct from coalesce(is_common, false);
        drop table staying"""
    )


# Contents that change, and the unchanged records that they hold (`again`).
_TOUCHED = """
insert into touched
select distinct content from (
    select content from stale union all select content from changed_record
    union all select content from crossed)
where content is not null;
create or replace table again as
select id from old_mark semi join touched using (content) anti join stale using (id)
"""
