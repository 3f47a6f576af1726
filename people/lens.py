"""The role lens (policing.md C2): at which tiers a person was only ever harmed or helped.

Kept in `Person.harmed_at` so that SQL and the index decide by the same value. A role counts where
the record, and for roles in events the event, are at or below the tier; a record that only names
somebody ("unclassified") has the roles of its events instead, as in people.roles.
"""

from collections.abc import Sequence

from django.db import connection

from people import events
from people.summary import HARMED_ROLES

# a golden row written in this very transaction has its new version already
_REFRESH = """
    WITH of_events AS (
        SELECT record_id, min(tier) AS any_at, min(tier) FILTER (WHERE role <> ALL(%(harmed)s))
            AS other_at
        FROM ({events}) AS event {of_these} GROUP BY record_id),
    said AS (
        SELECT l.person_id, r.tier, r.role, any_at, other_at
        FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
        LEFT JOIN of_events e ON e.record_id = r.id
        WHERE r.deleted_at IS NULL AND {among}),
    judged AS (
        SELECT person_id, {flags}
        FROM said GROUP BY person_id),
    found AS (
        SELECT person_id, array_remove(ARRAY[{tops}]::smallint[], NULL) AS tops FROM judged),
    changed AS (
        UPDATE people_person p SET harmed_at = coalesce(tops, '{{}}'),
            version = p.version + (p.updated_at <> now())::int
        FROM people_person l LEFT JOIN found ON found.person_id = l.id
        WHERE p.id = l.id AND p.status = 'current' AND {people}
          AND p.harmed_at IS DISTINCT FROM coalesce(tops, '{{}}')
        RETURNING p.id)
    INSERT INTO search_outboxentry (entity, entity_id) SELECT 'person', id FROM changed
"""


# only ever harmed at a tier: there are records at or below it, and every one says so
_FLAG = """bool_and(CASE WHEN other_at <= {top} THEN false
        WHEN role = 'unclassified' THEN coalesce(any_at <= {top}, false)
        ELSE role = ANY(%(harmed)s) END) FILTER (WHERE tier <= {top}) AS at_{top}"""
_TOPS = (0, 1, 2)
FEW = 200_000  # of more than so many people or records, everybody's is looked at
_OF_THESE = """WHERE record_id = ANY(ARRAY(
        SELECT record_id FROM people_link WHERE person_id = ANY(%(people)s)))"""


def refresh(person_ids: Sequence[int] | None = None) -> int:
    """Bring `harmed_at` up to date for these people, or for all; returns how many changed.

    Queues their documents. Call it in the transaction that changed records, links or events.
    """
    some = person_ids is not None
    sql = _REFRESH.format(
        events=events.every(),
        flags=", ".join(_FLAG.format(top=top) for top in _TOPS),
        tops=", ".join(f"CASE WHEN at_{top} THEN {top} END" for top in _TOPS),
        of_these=_OF_THESE if some else "",
        among="l.person_id = ANY(%(people)s)" if some else "true",
        people="l.id = ANY(%(people)s)" if some else "true",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"harmed": sorted(HARMED_ROLES), "people": list(person_ids or ())})
        return int(cursor.rowcount)
