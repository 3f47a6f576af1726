"""From records to links: set-based, for the people touched or for everybody.

The caller's transaction holds all of it. What a link says is put together in `facts.py`; here the
difference between that and what stands is written, in both directions, and degrees follow.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from gangs.network import facts
from gangs.network.limits import COUNTED, CURATED, STEPS
from gangs.network.models import HIDDEN, SHIFT, Kind, State, Type
from people import lens
from people.models import Link

FEW = lens.FEW
_READ = """people_nominalrecord, crime_crime, crime_involvement, gangs_membership,
    network_association, graph_node, graph_edge"""
LOCK = 0x574D52  # the advisory lock of whoever writes links, until it commits
_KEY = ("src", "dst", "kind", "acl")
_SAID = (
    "walk", "n", "first_on", "last_on", "known_on", "until", "grade", "roles", "systems",
    "records",
)  # fmt: skip


def _list(columns: Iterable[str], of: str = "") -> str:
    """The columns as SQL, each of the table `of`."""
    return ", ".join(f"{of}.{column}" if of else column for column in columns)


# what stands from a touched person and is said no more, in both directions
_GONE = """
    CREATE TEMP TABLE graph_gone ON COMMIT DROP AS
    WITH gone AS (
        SELECT e.src, e.dst, e.kind, e.acl FROM graph_edge e
        WHERE {mine} AND NOT EXISTS (SELECT FROM graph_fact i WHERE i.src = e.src
            AND i.dst = e.dst AND i.kind = e.kind AND i.acl = e.acl))
    SELECT * FROM gone UNION SELECT dst, src, kind, acl FROM gone
"""
_DELETE = """
    DELETE FROM graph_edge e USING graph_gone g
    WHERE e.src = g.src AND e.dst = g.dst AND e.kind = g.kind AND e.acl = g.acl
"""
# what is new or says something else: rows that stand are neither locked nor written
_FRESH = f"""
    CREATE TEMP TABLE graph_fresh ON COMMIT DROP AS
    SELECT i.*, e.src IS NULL AS is_new FROM graph_fact i
    LEFT JOIN graph_edge e USING (src, dst, kind, acl)
    WHERE e.src IS NULL OR ({_list(_SAID, "e")}) IS DISTINCT FROM ({_list(_SAID, "i")})
"""
_MOVED = """
    CREATE TEMP TABLE graph_moved ON COMMIT DROP AS
    SELECT src AS node FROM graph_fresh WHERE is_new UNION SELECT src FROM graph_gone
"""
# A person's degree tells hubs alone and is told in STEPS, so that one link more does not write the
# links of everybody around.
_DEGREES = f"""
    CREATE TEMP TABLE graph_degree ON COMMIT DROP AS
    SELECT m.node, CASE WHEN EXISTS (SELECT FROM network_notalink x
            WHERE x.node_id = m.node AND x.ended_at IS NULL) THEN {CURATED}
        WHEN m.node >> {SHIFT} = {Type.PERSON.value}
            THEN least((count(*) + {STEPS - 1}) / {STEPS} * {STEPS}, {COUNTED})
        ELSE least(count(*), {COUNTED}) END::smallint AS degree
    FROM (SELECT e.src AS node, e.dst FROM graph_edge e JOIN graph_moved ON node = e.src
          UNION SELECT src, dst FROM graph_fresh WHERE is_new) AS m
    GROUP BY m.node
"""
# every link to a node tells the same degree: one of them says whether it has changed
_SPREAD = """
    WITH changed AS MATERIALIZED (
        SELECT d.node, d.degree FROM graph_degree d CROSS JOIN LATERAL (
            SELECT e.ddeg FROM graph_edge back JOIN graph_edge e ON e.src = back.dst
                AND e.dst = back.src AND e.kind = back.kind AND e.acl = back.acl
            WHERE back.src = d.node LIMIT 1) AS told
        WHERE told.ddeg <> d.degree)
    UPDATE graph_edge e SET ddeg = c.degree
    FROM changed c JOIN graph_edge back ON back.src = c.node
    WHERE e.src = back.dst AND e.dst = c.node AND e.kind = back.kind AND e.acl = back.acl
"""
_UPSERT = f"""
    INSERT INTO graph_edge ({_list(_KEY + _SAID)}, ddeg)
    SELECT {_list(_KEY + _SAID, "f")}, coalesce(d.degree, 0)
    FROM graph_fresh f LEFT JOIN graph_degree d ON d.node = f.dst
    ORDER BY f.src, f.last_on DESC NULLS LAST
    ON CONFLICT (src, dst, kind, acl) DO UPDATE SET
        ({_list(_SAID)}) = ROW({_list(_SAID, "EXCLUDED")})
"""
_WRITTEN_BY = ("graph_gone", "graph_fresh", "graph_moved", "graph_degree")
_NOTHING_FRESH = (
    "CREATE TEMP TABLE graph_fresh (src bigint, dst bigint, is_new bool) ON COMMIT DROP"
)
_LABEL = """
    UPDATE graph_node SET acl = coalesce(%(hidden)s::smallint,
        (SELECT min(acl) / 4 FROM graph_edge WHERE src = %(node)s), 0) WHERE id = %(node)s
"""


def refresh(people: Sequence[int] | None = None) -> int:
    """Bring the links of these people, or of all, up to date; how many rows records tell of.

    Call it in the transaction that changed records, links or events.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])  # one at a time
        if people is None:  # a first load has no statistics yet
            cursor.execute(f"ANALYZE {_READ}")
        _touched(cursor, people)
        facts.gather(cursor, some=people is not None)
        return _write(cursor, some=people is not None)


def rebuild() -> int:
    """Everything anew, in one transaction; rows that stand unchanged are not written."""
    return _bring(None, timezone.now())


def catch_up() -> int:
    """What records changed since the last time, as few people or, the first time, as all."""
    began = timezone.now()  # before it is asked what changed: what comes meanwhile is next
    since = State.objects.filter(pk=1).values_list("built_at", flat=True).first()
    return _bring(_changed_since(since) if since else None, began)


def _bring(people: Sequence[int] | None, began: datetime) -> int:
    """The links of these people, of all where it is None; up to date as of `began`."""
    with transaction.atomic():
        rows = 0 if people == [] else refresh(people)
        relations()
        State.objects.update_or_create(pk=1, defaults={"built_at": began})
    return rows


def is_due() -> bool:
    """Whether the links were never made though there are people."""
    never = not State.objects.filter(pk=1, built_at__isnull=False).exists()
    return never and Link.objects.exists()


def follow(people: Sequence[int] | None) -> None:
    """The links of people whom resolution has just written, in its transaction.

    None: too many; `catch_up` brings them, and whom a link no longer belongs to shows none of it
    until then (gangs.network.reading).
    """
    if (
        people is not None
        and len(people) <= FEW
        and State.objects.filter(pk=1, built_at__isnull=False).exists()
    ):
        refresh(people)


def membership_changed(records: Collection[int]) -> None:
    """What the unit keeps of whoever holds these records was authorised, reviewed or ended: in
    that transaction.
    """
    held = Link.objects.filter(record__in=list(records)).values_list("person", flat=True)
    follow(sorted(set(held)))


def relations() -> None:
    """The links between gangs, all of them: there are few."""
    with connection.cursor() as cursor:
        _drop(cursor, "graph_fact", "graph_touched")
        cursor.execute(facts.RELATIONS)
        _write(cursor, some=True, mine=f"e.kind = {Kind.RELATION.value}")


def curate(node: int, *, is_shown: bool) -> None:
    """Somebody has said that a place or number is no link, or taken it back. In a transaction.

    A place that is not shown keeps its links, which no step can reach (gangs.network.sight).
    """
    with connection.cursor() as cursor:
        cursor.execute(_LABEL, {"node": node, "hidden": None if is_shown else HIDDEN})
        _drop(cursor, "graph_fresh", "graph_moved", "graph_degree")
        cursor.execute(_NOTHING_FRESH)
        cursor.execute("CREATE TEMP TABLE graph_moved ON COMMIT DROP AS SELECT %s AS node", [node])
        cursor.execute(_DEGREES)
        cursor.execute(_SPREAD)


def _touched(cursor: CursorWrapper, people: Sequence[int] | None) -> None:
    """Temp table of the people to write; with them those who share an event with one."""
    _drop(cursor, "graph_touched", "graph_fact")
    cursor.execute("CREATE TEMP TABLE graph_touched (id bigint PRIMARY KEY) ON COMMIT DROP")
    if people is not None:
        cursor.execute(
            "INSERT INTO graph_touched SELECT DISTINCT unnest(%s::bigint[])", [list(people)]
        )
        cursor.execute(facts.SHARERS)
        cursor.execute("ANALYZE graph_touched")


def _write(cursor: CursorWrapper, *, some: bool, mine: str = "") -> int:
    """The difference between `graph_fact` and what stands. Both ways of a link are always written
    together: of some people only the way there is compared, of everybody both.
    """
    _drop(cursor, *_WRITTEN_BY)
    is_whole = bool(mine) or not some
    if is_whole:
        _back(cursor, "graph_fact", _SAID)
    cursor.execute("ANALYZE graph_fact")
    touched = "e.src IN (SELECT id FROM graph_touched)" if some else "e.src < (1::bigint << 56)"
    cursor.execute(_GONE.format(mine=mine or touched))
    cursor.execute(_DELETE)
    cursor.execute(_FRESH)
    if not is_whole:
        _back(cursor, "graph_fresh", (*_SAID, "is_new"))
    cursor.execute(_MOVED)
    cursor.execute("ANALYZE graph_fresh, graph_moved")
    cursor.execute(_DEGREES)
    cursor.execute("ANALYZE graph_degree")
    cursor.execute(_SPREAD)
    cursor.execute(_UPSERT)
    cursor.execute("SELECT count(*) FROM graph_fact")
    return int(cursor.fetchone()[0])


def _back(cursor: CursorWrapper, table: str, said: Sequence[str]) -> None:
    """Add the way back of each row of a temp table, unless it is there."""
    cursor.execute(
        f"INSERT INTO {table} ({_list((*_KEY, *said))})"
        f" SELECT f.dst, f.src, f.kind, f.acl, {_list(said, 'f')}"
        f" FROM {table} f LEFT JOIN {table} b ON b.src = f.dst AND b.dst = f.src"
        " AND b.kind = f.kind AND b.acl = f.acl WHERE b.src IS NULL"
    )


def _drop(cursor: CursorWrapper, *tables: str) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in tables)}")


def _changed_since(since: datetime) -> list[int] | None:
    """The people behind whatever was delivered, resolved or masked since; None: more than FEW."""
    with connection.cursor() as cursor:
        cursor.execute(facts.CHANGED, {"since": since, "most": FEW + 1})
        found = [pk for (pk,) in cursor.fetchall()]
    return found if len(found) <= FEW else None
