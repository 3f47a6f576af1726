"""Restrictions that outlive a backup: the standing ones as a ledger keeps them, and back again.

Ids only, no reasons and no names. After a restore the ledger wins where both know a restriction;
one that the backup lacks is set again on whoever its records belong to, to be reviewed. One that
was lifted since stays: its owner lifts it again.
"""

import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from people import masking

REASON = "Set again from the ledger after a restore; the reason was not kept there"
_STANDING = """
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'root', r.root, 'level', r.level, 'notice', r.notice,
        'owner_unit_id', r.owner_unit_id, 'owner_id', r.owner_id, 'records', r.records,
        'review_on', r.review_on, 'set_at', r.set_at,
        'units', ARRAY(SELECT unit_id FROM people_restriction_units
                       WHERE restriction_id = r.id ORDER BY 1),
        'users', ARRAY(SELECT user_id FROM people_restrictionuserpermission
                       WHERE content_object_id = r.id ORDER BY 1),
        'groups', ARRAY(SELECT group_id FROM people_restrictiongrouppermission
                        WHERE content_object_id = r.id ORDER BY 1)) ORDER BY r.id), '[]')::text
    FROM people_restriction r WHERE r.lifted_at IS NULL
"""
_LEDGER = """
    CREATE TEMP TABLE ledger ON COMMIT DROP AS SELECT * FROM jsonb_to_recordset(%s::jsonb) AS x(
        id bigint, root uuid, level text, notice boolean, owner_unit_id bigint, owner_id bigint,
        records bigint[], review_on date, set_at timestamptz, units bigint[], users bigint[],
        groups bigint[])
"""
_CHANGE = """
    UPDATE people_restriction r SET level = l.level, notice = l.notice, records = l.records,
        owner_unit_id = l.owner_unit_id, owner_id = l.owner_id, review_on = l.review_on
    FROM ledger l WHERE r.id = l.id AND r.root = l.root AND r.lifted_at IS NULL
      AND EXISTS (SELECT FROM access_unit WHERE id = l.owner_unit_id)
      AND EXISTS (SELECT FROM access_officer WHERE id = l.owner_id)
"""
_SET = """
    INSERT INTO people_restriction (person_id, root, level, reason, notice, owner_unit_id,
        owner_id, records, review_on, set_at, inherited_at, lifted_reason)
    SELECT DISTINCT ON (l.root, k.person_id) k.person_id, l.root, l.level, %s, l.notice,
        l.owner_unit_id, l.owner_id, l.records, l.review_on, l.set_at, now(), ''
    FROM ledger l CROSS JOIN LATERAL unnest(l.records) AS covered(id)
    JOIN people_link k ON k.record_id = covered.id
    JOIN access_unit u ON u.id = l.owner_unit_id JOIN access_officer o ON o.id = l.owner_id
    WHERE NOT EXISTS (SELECT FROM people_restriction s WHERE s.root = l.root
        AND s.person_id = k.person_id AND s.lifted_at IS NULL)
    ORDER BY l.root, k.person_id, l.id DESC
"""
_HELD = """
    CREATE TEMP TABLE held ON COMMIT DROP AS
    SELECT r.id AS restriction, l.units, l.users, l.groups FROM people_restriction r
    CROSS JOIN LATERAL (SELECT * FROM ledger WHERE ledger.root = r.root
        ORDER BY ledger.id = r.id DESC, ledger.id DESC LIMIT 1) l WHERE r.lifted_at IS NULL
"""
_LET_IN = (
    ("people_restriction_units", "restriction_id", "unit_id", "units", "access_unit"),
    (
        "people_restrictionuserpermission",
        "content_object_id",
        "user_id",
        "users",
        "access_officer",
    ),
    ("people_restrictiongrouppermission", "content_object_id", "group_id", "groups", "auth_group"),
)
_SEE = "SELECT id FROM auth_permission WHERE codename = 'see_restricted'"
_LEFT = """
    SELECT DISTINCT l.root::text FROM ledger l WHERE NOT EXISTS (
        SELECT FROM people_restriction r WHERE r.root = l.root AND r.lifted_at IS NULL) ORDER BY 1
"""


def standing() -> list[dict[str, Any]]:
    """Every standing restriction as the ledger keeps it."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        rows: list[dict[str, Any]] = json.loads(cursor.fetchone()[0])
    return rows


def set_again(rows: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Make the restrictions stand as the ledger says; how many were set, and the roots of those
    that could not be: none of their records, or not their owner, is in the backup.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LEDGER, [json.dumps(rows)])
        cursor.execute(_CHANGE)
        cursor.execute(_SET, [REASON])
        made = int(cursor.rowcount)
        cursor.execute(_HELD)
        for table, owner, who, column, known in _LET_IN:
            see = "" if table.endswith("units") else ", permission_id"
            value = f", ({_SEE})" if see else ""
            cursor.execute(f"DELETE FROM {table} WHERE {owner} IN (SELECT restriction FROM held)")
            cursor.execute(
                f"INSERT INTO {table} ({owner}, {who}{see}) SELECT restriction, k.id{value} "
                f"FROM held CROSS JOIN LATERAL unnest({column}) AS u(id) JOIN {known} k USING (id)"
            )
        cursor.execute(_LEFT)
        left = [root for (root,) in cursor.fetchall()]
        masking.apply(timezone.now())
    return made, left
