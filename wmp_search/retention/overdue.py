"""Whose review is long overdue leaves front-line search, once the force decides so (E3).

Off until `rules.toml` says after how many days (`[overdue]`): on the first day it would hide most
legacy records. It is a restriction of its own `ROOT` that admits the roles which manage retention,
so that pages, searches and counts follow the one access rule; break-glass opens and reports it.
A review, or a new relevant event, lifts it. Switched off again, all of it is lifted.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action
from audit.record import SYSTEM, Entry, event
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.retention import rules

ROOT = uuid.UUID("4e3d0e30-0e03-4e03-8e03-00000e300e30")
WHY = "Review overdue: out of search until somebody has reviewed the record"
DONE = "Reviewed, not due any more, or the rule was switched off"
REVIEW_DAYS = 365
# the people who ought to be out of search; none where %(before)s is NULL
_DUE = """SELECT s.person_id FROM retention_standing s JOIN people_person p ON p.id = s.person_id
    WHERE p.status = 'current' AND s.review_on < %(before)s"""
_AMONG = "AND x.person_id = ANY(%(people)s)"
_LIFT = f"""
UPDATE people_restriction x SET lifted_at = %(now)s, lifted_reason = '{DONE}'
WHERE x.root = %(root)s AND x.lifted_at IS NULL AND NOT EXISTS ({_DUE}
    AND s.person_id = x.person_id) {{among}}
RETURNING x.person_id"""
_SET = f"""
WITH made AS (
    INSERT INTO people_restriction (person_id, root, level, reason, notice, owner_unit_id,
        owner_id, records, review_on, set_at, lifted_reason)
    SELECT x.person_id, %(root)s, 'restricted', '{WHY}', false, %(unit)s, %(owner)s, '{{{{}}}}',
        %(until)s, %(now)s, ''
    FROM ({_DUE}) x WHERE NOT EXISTS (SELECT FROM people_restriction r
        WHERE r.person_id = x.person_id AND r.root = %(root)s AND r.lifted_at IS NULL) {{among}}
    RETURNING id, person_id),
granted AS (
    INSERT INTO people_restrictiongrouppermission (content_object_id, group_id, permission_id)
    SELECT made.id, role.group_id, may.id
    FROM made CROSS JOIN access_role role CROSS JOIN auth_permission may
    WHERE role.retired_at IS NULL AND %(manage)s = ANY(role.permissions)
      AND may.codename = 'see_restricted')
SELECT person_id FROM made"""
_FOLLOW = """
WITH changed AS (
    UPDATE people_person SET version = version + 1 WHERE id = ANY(%(people)s) RETURNING id)
INSERT INTO search_outboxentry (entity, entity_id) SELECT 'person', id FROM changed"""


class NoOwnerError(Exception):
    """The rule is on and names nobody who answers for it."""


def settle(people: Sequence[int] | None = None, now: datetime | None = None) -> tuple[int, int]:
    """Bring everybody, or these people, in or out of search; how many went out and came back.

    Set-based. Raises NoOwnerError; nothing has changed then.
    """
    now = now or timezone.now()
    after = rules.load().overdue.leaves_search_after_days
    owner = _owner() if after else None
    asked: dict[str, Any] = {"root": ROOT, "now": now, "people": list(people or ())}
    asked["before"] = timezone.localdate(now) - timedelta(days=after) if after else None
    among = _AMONG if people is not None else ""
    with transaction.atomic():
        back = _rows(_LIFT.format(among=among), asked)
        out: list[int] = []
        if owner:
            asked |= {"unit": owner.unit_id, "owner": owner.pk}
            asked |= {"manage": Permission.RETENTION_MANAGE.value}
            asked["until"] = timezone.localdate(now) + timedelta(days=REVIEW_DAYS)
            out = _rows(_SET.format(among=among), asked)
        for action, touched in ((Action.RESTRICTION_LIFTED, back), (Action.RESTRICTION_SET, out)):
            _follow(action, touched)
    return len(out), len(back)


def _owner() -> Officer:
    name = rules.load().overdue.owner
    found = Officer.objects.filter(username=name, is_active=True, unit__isnull=False).first()
    if found is None:
        raise NoOwnerError(f"rules.toml: [overdue] owner: no active officer of a unit is {name!r}")
    return found


def _rows(statement: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [pk for (pk,) in cursor.fetchall()]


def _follow(action: Action, people: list[int]) -> None:
    if not people:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"people": people})
    event(
        Entry(
            action,
            SYSTEM,
            subject_kind="person",
            subject_ids=[str(pk) for pk in people],
            result_count=len(people),
            detail={"why": WHY if action == Action.RESTRICTION_SET else DONE},
        )
    )
