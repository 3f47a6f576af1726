"""Group, rule and review date of every person, set-based, over the person's whole record.

What a record says counts once as the record's own role and once for each event that names it, as
masks and the role lens do. A person has the strictest group of all of it. Only what changed is
written. `people_since` says whom a run, or a decision about a match, has touched.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ingest.registry import sources
from people import events
from people.models import Person
from wmp_search.retention import rules
from wmp_search.retention.models import Computed, Review

BEFORE = timedelta(minutes=10)  # a transaction that began before the last computing ended later

_COMPUTE = """
    WITH class(system, number) AS (SELECT * FROM unnest(%(systems)s::text[], %(groups)s::int[])),
    said AS (
        SELECT l.person_id, r.system, r.role, false AS sexual,
            least(coalesce(r.event_on, r.recorded_on, r.changed_at::date), %(today)s) AS on_day
        FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
        WHERE r.deleted_at IS NULL {among}
        UNION ALL
        SELECT l.person_id, r.system, e.role, coalesce(e.sexual, false),
            least(coalesce(r.event_on, r.recorded_on, r.changed_at::date), %(today)s)
        FROM ({events}) AS e JOIN people_nominalrecord r ON r.id = e.record_id
        JOIN people_link l ON l.record_id = r.id
        WHERE r.deleted_at IS NULL {among}),
    judged AS (
        SELECT person_id, on_day, role, {rule} AS rule, {group} AS number
        FROM said LEFT JOIN class USING (system)),
    together AS (
        SELECT person_id, min(number) AS number,
            (array_agg(rule ORDER BY number, rule))[1] AS rule, max(on_day) AS any_day,
            max(on_day) FILTER (WHERE role = ANY(%(resets)s)) AS relevant_day
        FROM judged GROUP BY person_id),
    dated AS (
        SELECT t.person_id, t.number, t.rule, p.born_on, v.reviewed_on,
            CASE WHEN t.number = 4 THEN any_day ELSE coalesce(relevant_day, any_day) END
                AS clear_from
        FROM together t JOIN people_person p ON p.id = t.person_id AND p.status = 'current'
        LEFT JOIN (SELECT person_id, max(decided_at)::date AS reviewed_on FROM retention_review
                   WHERE outcome = %(keep)s GROUP BY 1) v ON v.person_id = t.person_id),
    due AS (
        SELECT d.*, greatest(clear_from + make_interval(years => c.clear_years),
                reviewed_on + make_interval(years => c.again_years))::date AS usual,
            (born_on + make_interval(years => %(grown)s))::date AS grown_on,
            (born_on + make_interval(years => c.until_age))::date AS keep_until
        FROM dated d JOIN (SELECT * FROM unnest(%(numbers)s::int[], %(clear)s::int[],
            %(again)s::int[], %(until)s::int[])) AS c(number, clear_years, again_years, until_age)
            USING (number)),
    found AS (
        SELECT person_id, number, rule, clear_from, reviewed_on, keep_until,
            least(usual, keep_until, CASE WHEN clear_from < grown_on
                AND coalesce(reviewed_on < grown_on, true) THEN grown_on END) AS review_on
        FROM due)
    INSERT INTO retention_standing AS s (person_id, "group", rule, clear_from, reviewed_on,
        review_on, keep_until, computed_at)
    SELECT person_id, number, rule, clear_from, reviewed_on, review_on, keep_until, %(now)s
    FROM found
    ON CONFLICT (person_id) DO UPDATE SET "group" = EXCLUDED."group", rule = EXCLUDED.rule,
        clear_from = EXCLUDED.clear_from, reviewed_on = EXCLUDED.reviewed_on,
        review_on = EXCLUDED.review_on, keep_until = EXCLUDED.keep_until,
        computed_at = EXCLUDED.computed_at
    WHERE (s."group", s.rule, s.clear_from, s.reviewed_on, s.review_on, s.keep_until)
        IS DISTINCT FROM (EXCLUDED."group", EXCLUDED.rule, EXCLUDED.clear_from,
            EXCLUDED.reviewed_on, EXCLUDED.review_on, EXCLUDED.keep_until)
"""
_GONE = """
    DELETE FROM retention_standing s WHERE NOT EXISTS (
        SELECT FROM people_person p WHERE p.id = s.person_id AND p.status = 'current') {among}
"""
_AMONG = "AND {column} = ANY(%(people)s)"


def compute(person_ids: Sequence[int] | None = None, now: datetime | None = None) -> int:
    """Bring the standings of these people, or of all, up to date; how many were written."""
    now = now or timezone.now()
    some = person_ids is not None
    links, standings = (
        _AMONG.format(column=column) if some else "" for column in ("l.person_id", "s.person_id")
    )
    found = rules.load()
    when, judged = _cases(found)
    statement = _COMPUTE.format(events=events.every(), among=links, rule=when, group=judged)
    values = _values(found, now) | {"people": list(person_ids or ())}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        written = int(cursor.rowcount)
        cursor.execute(_GONE.format(among=standings), values)
    return written


def compute_touched(now: datetime | None = None) -> int:
    """The standings of whom resolution touched since the last time, and of who has none."""
    now = now or timezone.now()
    written = compute(people_since(), now)
    Computed.objects.update_or_create(pk=1, defaults={"at": now})
    return written


def people_since() -> list[int]:
    """Whom resolution or a decision touched since the last computing, and who has no standing."""
    last = Computed.objects.values_list("at", flat=True).first()
    current = Person.objects.filter(status=Person.Status.CURRENT)
    new = current.filter(retention=None).values_list("pk", flat=True)
    if last is None:
        return list(current.values_list("pk", flat=True))
    touched = Person.objects.filter(updated_at__gte=last - BEFORE).values_list("pk", flat=True)
    return sorted({*touched, *new})


def without() -> int:
    """How many current people have no group and no review date: none, once computed (E1)."""
    return Person.objects.filter(status=Person.Status.CURRENT, retention=None).count()


def _cases(found: rules.Rules) -> tuple[str, str]:
    """SQL of the rule and of the group of one saying; rules hold identifiers of ours only."""
    whens = [(_fits(rule), rule) for rule in found.rules if rule.id != rules.SOURCE_CLASS]
    last = f"coalesce(class.number, {found.classes['other']})"
    rule = " ".join(f"WHEN {fits} THEN '{one.id}'" for fits, one in whens)
    group = " ".join(f"WHEN {fits} THEN {one.group}" for fits, one in whens)
    return f"CASE {rule} ELSE '{rules.SOURCE_CLASS}' END", f"CASE {group} ELSE {last} END"


def _fits(rule: rules.Rule) -> str:
    said = ["sexual"] if rule.offence == "sexual" else []
    if rule.roles:
        said.append(f"role IN ({', '.join(repr(role) for role in rule.roles)})")
    return " AND ".join(said) or "true"


def _values(found: rules.Rules, now: datetime) -> dict[str, Any]:
    groups = list(found.groups.values())
    systems = {s.system: found.classes.get(s.retention_class) for s in sources().values()}
    known = {system: number for system, number in systems.items() if number is not None}
    return {
        "systems": list(known),
        "groups": list(known.values()),
        "numbers": [g.number for g in groups],
        "clear": [g.clear_years for g in groups],
        "again": [g.again_years for g in groups],
        "until": [g.until_age for g in groups],
        "resets": list(found.resets),
        "grown": found.review_at_age,
        "keep": Review.Outcome.KEEP.value,
        "today": timezone.localdate(now),
        "now": now,
    }
