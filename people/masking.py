"""Which records are masked: those of victims of sexual offences, and by hand (policing.md C8).

By rule: the record is a victim's, and the offence code or the words of the offence or of the event
name a sexual offence. By hand: the records of a standing restriction of that level. Masked is tier
2; the tier before stands in `unmasked_tier`. Set-based, in the caller's transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from people import events, lens

WORDS = r"\m(rape[ds]?|sexual(ly)?|indecent(ly)?|voyeur\w*)\M"
EVIDENCE = (
    "people_name",
    "people_birthdate",
    "people_identifier",
    "people_address",
    "people_warningmarker",
)

_TOUCHED = "CREATE TEMP TABLE remasked (person_id bigint, record_id bigint) ON COMMIT DROP"
_CHANGE = """
    WITH named AS (
        SELECT record_id AS id FROM ({events}) AS event
            WHERE sexual AND role = 'victim' AND {of_event}
        UNION SELECT r.id FROM people_nominalrecord r
            WHERE role = 'victim' AND event_summary ~* %(words)s AND deleted_at IS NULL AND {among}
        UNION SELECT unnest(records) FROM people_restriction
            WHERE level = 'masked' AND lifted_at IS NULL),
    done AS (
        UPDATE people_nominalrecord r SET changed_at = %(at)s,
            unmasked_tier = CASE WHEN named.id IS NOT NULL THEN r.tier END,
            tier = CASE WHEN named.id IS NOT NULL THEN 2
                        WHEN r.tier = 2 THEN r.unmasked_tier ELSE r.tier END
        FROM people_nominalrecord o LEFT JOIN named ON named.id = o.id
        WHERE r.id = o.id AND {among}
          AND (named.id IS NOT NULL AND o.tier < 2
               OR named.id IS NULL AND o.unmasked_tier IS NOT NULL)
        RETURNING r.id)
    INSERT INTO remasked
    SELECT l.person_id, done.id FROM done LEFT JOIN people_link l ON l.record_id = done.id
"""
_RETIER = """
    UPDATE {table} e SET tier = s.tier
    FROM (SELECT e.id, min(r.tier) AS tier
          FROM {table} e CROSS JOIN LATERAL unnest(e.records) AS attesting(id)
          JOIN people_nominalrecord r ON r.id = attesting.id AND r.deleted_at IS NULL
          WHERE e.person_id IN (SELECT person_id FROM remasked) GROUP BY e.id) s
    WHERE s.id = e.id AND s.tier <> e.tier
"""
_PEOPLE = """
    WITH changed AS (
        UPDATE people_person p SET tiers = s.tiers, version = p.version + 1
        FROM (SELECT l.person_id, array_agg(DISTINCT r.tier ORDER BY r.tier) AS tiers
              FROM people_link l
              JOIN people_nominalrecord r ON r.id = l.record_id AND r.deleted_at IS NULL
              WHERE l.person_id IN (SELECT person_id FROM remasked) GROUP BY l.person_id) s
        WHERE p.id = s.person_id AND p.status = 'current' RETURNING p.id)
    INSERT INTO search_outboxentry (entity, entity_id) SELECT 'person', id FROM changed
    RETURNING entity_id
"""
# the loader has given a masked record the tier of its source again
_KEEP = """
    UPDATE people_nominalrecord SET unmasked_tier = tier, tier = 2
    WHERE unmasked_tier IS NOT NULL AND tier < 2
"""


_followers: list[Callable[[Sequence[int]], None]] = []


def register(follower: Callable[[Sequence[int]], None]) -> None:
    """`follower(people)` is called in the transaction that masked or unmasked their evidence:
    people may not import what stands above it.
    """
    if follower not in _followers:
        _followers.append(follower)


_AMONG, _OF_EVENT = "r.id = ANY(%(only)s)", "record_id = ANY(%(only)s)"


def apply(at: datetime, only: Sequence[int] | None = None) -> int:
    """Mask and unmask so that it is as the rule and the restrictions say, among all records or
    `only` these; returns how many records changed. Evidence, people and their documents follow.

    Survivorship (ranks and dates of what stays visible) follows with the next resolution, which
    `at` on the records asks for.
    """
    among, of_event = ("true", "true") if only is None else (_AMONG, _OF_EVENT)
    values: dict[str, Any] = {"words": WORDS, "at": at, "only": list(only or ())}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.remasked")
        cursor.execute(_TOUCHED)
        change = _CHANGE.format(events=events.every(), among=among, of_event=of_event)
        cursor.execute(change, values)
        changed = int(cursor.rowcount)
        if changed:
            _follow(cursor)
    return changed


def _follow(cursor: CursorWrapper) -> None:
    for table in EVIDENCE:
        cursor.execute(_RETIER.format(table=table))
    cursor.execute(_PEOPLE)
    people = [pk for (pk,) in cursor.fetchall()]
    lens.refresh(people)
    for follow in _followers:
        follow(people)


def keep(cursor: CursorWrapper) -> None:
    """Records that were masked before a delivery stay so until the rule is applied again."""
    cursor.execute(_KEEP)
