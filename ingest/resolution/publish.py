"""DuckDB → PostgreSQL: the changed people, in one transaction, set-based."""

from django.db import connection
from django.utils import timezone

from ingest.resolution import evidence
from ingest.resolution.exchange import as_array, copy_in, copy_out, send_ids, temporary
from ingest.resolution.workspace import Workspace
from people import inheritance, lens, masking

_PERSON = {
    "id": "id",
    "content_hash": "'\\x' || content_hash",
    "tiers": as_array("tiers"),
    "record_count": "record_count",
    "systems": as_array("systems"),
    "roles": as_array("roles"),
    "is_mention": "is_mention",
    "last_seen_on": "last_seen_on",
    "weakest_link": "weakest_link",
    "given_names": "left(given_names, 120)",
    "surname": "left(surname, 80)",
    "born_on": "born_on",
    "born_precision": "born_precision",
    "sex": "sex",
}
_LINK = {
    "record_id": "id",
    "person_id": "person",
    "method": """case when record_count = 1 then 'single' when by_hand then 'human'
        when weight is null then 'exact' else 'model' end""",
    "weight": "case when record_count > 1 then weight end",
}


def everything(space: Workspace, run_id: int | str) -> int:
    """Write golden people, evidence, links and outbox; count people touched. In a transaction.

    `run_id`: the run of all links, or the column of `person_of` that holds it.
    """
    first = not _any("people_link")
    with space.stage("write_people"):
        _touched(space)
        if not first:
            _clear()
        _people(space, first=first)
        _redirects()
    with space.stage("write_evidence"):
        evidence.write(space, first=first)
    with space.stage("write_links"):
        _links(space, run_id, first=first)
    with space.stage("write_the_rest"):
        return _follow(first=first)


def _follow(*, first: bool) -> int:
    """What follows from people and links: statistics, masks, the role lens, the outbox."""
    few = None if first else few_touched()
    if few is None:
        # what this transaction has written is planned for as if the tables were as before
        _execute(f"ANALYZE people_person, people_link, {', '.join(evidence.TABLES)}")
    _protect(few)
    count = _outbox()
    if few is None:
        _execute("ANALYZE search_outboxentry")
    return count


def _protect(few: list[int] | None) -> None:
    """Restrictions go where their records went; masks and the role lens follow."""
    inheritance.carry_on()
    by_hand = inheritance.masked_by_hand()
    if by_hand:
        masking.apply(timezone.now(), by_hand)
    lens.refresh(few)


def few_touched() -> list[int] | None:
    """The ids of the people touched where they are few; None: look at everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM touched LIMIT %s", [lens.FEW + 1])
        ids = [pk for (pk,) in cursor.fetchall()]
    return ids if len(ids) <= lens.FEW else None


def reserve_people(count: int) -> int:
    """The first of `count` consecutive ids: only resolution makes people, one run at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('people_person', 'id')")
        sequence = cursor.fetchone()[0]
        cursor.execute(
            "SELECT min(n) FROM (SELECT nextval(%s) AS n FROM generate_series(1, %s))",
            [sequence, count],
        )
        return int(cursor.fetchone()[0])


def _any(table: str) -> bool:
    return bool(_value(f"SELECT EXISTS (SELECT 1 FROM {table})"))


def _value(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _touched(space: Workspace) -> None:
    """Temp tables: the people to write, to redirect, to withdraw, and the records now gone."""
    temporary("touched", "(id bigint PRIMARY KEY, target bigint, state text)")
    copy_in(
        space,
        """from (select person, null::bigint as target, 'current' as state from changed
            union all select person, target, 'merged' from redirect
            union all select person, null, 'withdrawn' from withdrawn)""",
        "touched",
        {"id": "person", "target": "target", "state": "state"},
    )
    temporary("gone", "(record_id bigint PRIMARY KEY)")
    copy_in(
        space, "from (from previous anti join person_of using (id))", "gone", {"record_id": "id"}
    )
    _execute("ANALYZE touched")


def _clear() -> None:
    """Take away the links of records that are gone."""
    for table in ("people_link", "ingest_linkchange"):
        _execute(f"DELETE FROM {table} USING gone WHERE {table}.record_id = gone.record_id")


def _people(space: Workspace, *, first: bool) -> None:
    if first:
        new = {"version": "1", "status": "'current'", "updated_at": f"'{_value('SELECT now()')}'"}
        copy_in(space, "from golden order by id", "people_person", _PERSON | new)
        return
    columns = ", ".join(_PERSON)
    target = "incoming_person"
    temporary(target, f"AS SELECT {columns} FROM people_person LIMIT 0")
    copy_in(space, "from golden", target, _PERSON)
    _execute(
        f"""INSERT INTO people_person ({columns}, version, status, updated_at)
        SELECT {columns}, 1, 'current', now() FROM {target} ORDER BY id {_ON_CONFLICT}"""
    )


_ON_CONFLICT = f"""ON CONFLICT (id) DO UPDATE SET
    {", ".join(f"{c} = EXCLUDED.{c}" for c in _PERSON if c != "id")},
    version = people_person.version + 1, status = 'current', merged_into_id = NULL,
    updated_at = now()"""


def _redirects() -> None:
    """Merged and withdrawn people keep their row and number, and nothing else."""
    _execute(
        """UPDATE people_person p SET status = touched.state, merged_into_id = touched.target,
            version = version + 1, updated_at = now(), given_names = '', surname = '',
            born_on = NULL, born_precision = '', sex = '', record_count = 0, systems = '{}',
            roles = '{}', tiers = '{}', last_seen_on = NULL, weakest_link = NULL,
            is_mention = FALSE, content_hash = ''
        FROM touched WHERE p.id = touched.id AND touched.state <> 'current'"""
    )


_DIFFERS = """AS SELECT n.*, l.person_id AS person_before, l.weight AS weight_before
    FROM incoming_link n LEFT JOIN people_link l USING (record_id)
    WHERE (l.person_id, l.method, l.weight) IS DISTINCT FROM (n.person_id, n.method, n.weight)"""
_CHANGES = """INSERT INTO ingest_linkchange (run_id, record_id, person_before, person_after,
        method, weight_before, weight)
    SELECT run_id, record_id, person_before, person_id, method, weight_before, weight
    FROM differing_link WHERE person_before <> person_id"""


def recall(space: Workspace) -> None:
    """Table `former` (id, person): from whom a merge last took each record in `parted`."""
    send_ids(space, "from parted", "parted_record")
    copy_out(
        space,
        """SELECT DISTINCT ON (c.record_id) c.record_id, c.person_before
        FROM ingest_linkchange c JOIN pg_temp.parted_record p ON p.id = c.record_id
        JOIN people_person gone ON gone.id = c.person_before AND gone.status = 'merged'
        ORDER BY c.record_id, c.id DESC""",
        "former",
        {"id": "BIGINT", "person": "BIGINT"},
    )


def _links(space: Workspace, run_id: int | str, *, first: bool) -> None:
    source = (
        """from person_of join (select id as person, record_count from golden) using (person)"""
    )
    columns = _LINK | {"run_id": str(run_id)}
    if first:
        copy_in(space, source, "people_link", columns)
        return
    temporary("incoming_link", "AS SELECT * FROM people_link LIMIT 0")
    copy_in(space, source, "incoming_link", columns)
    names = ", ".join(columns)
    _execute("ANALYZE incoming_link")
    temporary("differing_link", _DIFFERS)
    _execute(_CHANGES)
    # of all links only those that differ: a conflict locks, and so writes, what stays, too
    _execute(
        f"""INSERT INTO people_link ({names}) SELECT {names} FROM differing_link
        ON CONFLICT (record_id) DO UPDATE SET person_id = EXCLUDED.person_id,
            method = EXCLUDED.method, weight = EXCLUDED.weight, run_id = EXCLUDED.run_id"""
    )


def _outbox() -> int:
    _execute(
        """INSERT INTO search_outboxentry (entity, entity_id)
        SELECT 'person', id FROM touched ORDER BY id"""
    )
    return int(str(_value("SELECT count(*) FROM touched")))
