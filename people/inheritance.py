"""Restrictions survive resolution: they go where the records go that they were set on.

Whoever takes a record of a restricted person takes the restriction, whether people were joined or
parted; so the joined person has every restriction of both, and every part keeps it until somebody
reviews it. One restriction (`root`) stands once on a person. Runs in the golden transaction.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from audit import record
from audit.actions import Action

_FIND = """
    CREATE TEMP TABLE inherited ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('people_restriction', 'id')) AS id, taken.*
    FROM (SELECT DISTINCT ON (r.root, l.person_id) r.id AS source, l.person_id
          FROM people_restriction r CROSS JOIN LATERAL unnest(r.records) AS covered(id)
          JOIN people_link l ON l.record_id = covered.id AND l.person_id <> r.person_id
          WHERE r.lifted_at IS NULL AND NOT EXISTS (
              SELECT 1 FROM people_restriction s WHERE s.root = r.root
                AND s.person_id = l.person_id AND s.lifted_at IS NULL)
          ORDER BY r.root, l.person_id, r.id) AS taken
"""
_COPY = """
    INSERT INTO people_restriction (id, person_id, root, level, reason, notice, owner_unit_id,
        owner_id, records, review_on, set_at, inherited_at, lifted_reason)
    SELECT i.id, i.person_id, r.root, r.level, r.reason, r.notice, r.owner_unit_id, r.owner_id,
        r.records, r.review_on, r.set_at, now(), ''
    FROM inherited i JOIN people_restriction r ON r.id = i.source
"""
_GRANTS = """
    INSERT INTO {table} ({owner}, {columns})
    SELECT i.id, {columns} FROM inherited i JOIN {table} t ON t.{owner} = i.source
"""
_TABLES = (
    ("people_restriction_units", "restriction_id", "unit_id"),
    ("people_restrictionuserpermission", "content_object_id", "user_id, permission_id"),
    ("people_restrictiongrouppermission", "content_object_id", "group_id, permission_id"),
)
# a merged person is nobody any more: its restrictions stand on those who took the records
_MOVED = """
    UPDATE people_restriction r SET lifted_at = now(), lifted_reason = 'Moved with its records'
    FROM people_person p
    WHERE p.id = r.person_id AND p.status = 'merged' AND r.lifted_at IS NULL
"""
_GROW = """
    UPDATE people_restriction r SET records = s.records
    FROM (SELECT r.id, array_agg(DISTINCT known.id ORDER BY known.id) AS records
          FROM people_restriction r
          CROSS JOIN LATERAL (SELECT unnest(r.records) AS id
              UNION SELECT l.record_id FROM people_link l WHERE l.person_id = r.person_id) known
          WHERE r.lifted_at IS NULL GROUP BY r.id) s
    WHERE s.id = r.id AND s.records <> r.records
"""
_BUMP = """
    WITH changed AS (
        UPDATE people_person p SET version = version + (updated_at <> now())::int
        FROM inherited i WHERE p.id = i.person_id RETURNING p.id)
    INSERT INTO search_outboxentry (entity, entity_id) SELECT DISTINCT 'person', id FROM changed
    RETURNING entity_id
"""


def carry_on() -> int:
    """Give each restriction to the people who took a record of it; returns how many were given.

    Records that came to a restricted person are covered from now on, too. Recorded in the trail.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.inherited")
        cursor.execute(_FIND)
        given = int(cursor.rowcount)
        if given:
            _copy(cursor)
        cursor.execute(_MOVED)
        cursor.execute(_GROW)
    return given


def masked_by_hand() -> list[int]:
    """The records of standing restrictions of the level masked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(records) FROM people_restriction"
            " WHERE level = 'masked' AND lifted_at IS NULL"
        )
        return [pk for (pk,) in cursor.fetchall()]


def _copy(cursor: CursorWrapper) -> None:
    cursor.execute(_COPY)
    for table, owner, columns in _TABLES:
        cursor.execute(_GRANTS.format(table=table, owner=owner, columns=columns))
    cursor.execute(_BUMP)
    people = [str(pk) for (pk,) in cursor.fetchall()]
    cursor.execute("SELECT id FROM inherited ORDER BY id")
    restrictions = [pk for (pk,) in cursor.fetchall()]
    record.event(
        record.Entry(
            action=Action.RESTRICTION_CHANGED,
            actor=record.SYSTEM,
            subject_kind="person",
            subject_ids=people,
            result_count=len(people),
            detail={"why": "Records were joined or parted", "restrictions": restrictions},
        )
    )
