"""Rules about how an officer works: hours, volume, breadth, reasons (7, 8, 10, 12; B7, H4, H5)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connections

from audit.oversight.rules.base import LOOKS, Finding, Pace, Rule, Window, findings, rule

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
# words that say nothing of why this person is looked at (Operation Scarborough, policing.md B7)
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a all and as at by check checks checking details enquiries enquiry for general in info
        information inquiry investigation is it job lookup me misc my na none of on ongoing other
        person please police policing purpose purposes reason records research routine search
        subject system test the this to various work""",
    )
)


@rule(
    "off_duty",
    "Looked while off duty",
    "Searches or pages outside the officer's shifts; without a roster, at hours of the day at "
    "which the officer was not active in four weeks.",
    pace=Pace.HOURLY,
    overall=["grace_hours"],
    looks=3,
    grace_hours=2,
)
def off_duty(window: Window, rule: Rule) -> Iterator[Finding]:
    """Judged by shifts only where some are known near the event; by habit after ten days of it."""
    grace = f"interval '{rule.value('grace_hours'):.0f} hours'"
    return findings(
        f"""
        WITH e AS (
            SELECT *, (at AT TIME ZONE 'Europe/London')::date AS day,
                   extract(hour FROM at AT TIME ZONE 'Europe/London')::int AS hour
            FROM audit_event
            WHERE at BETWEEN %(since)s AND %(until)s AND officer_id IS NOT NULL
              AND action IN ('person.searched', 'person.viewed')
        ), rostered AS (
            SELECT DISTINCT officer_id FROM oversight_shift
            WHERE starts_at BETWEEN %(since)s - interval '14 days' AND %(until)s
                  + interval '14 days'
        ), habits AS (
            SELECT officer_id, count(DISTINCT (at AT TIME ZONE 'Europe/London')::date) AS days,
                   array_agg(DISTINCT extract(hour FROM at AT TIME ZONE 'Europe/London')::int)
                       AS hours
            FROM audit_event
            WHERE at BETWEEN %(since)s - interval '28 days' AND %(since)s
              AND action IN ('person.searched', 'person.viewed')
              AND officer_id IN (SELECT officer_id FROM e EXCEPT TABLE rostered)
            GROUP BY officer_id
        ), off AS (
            SELECT e.* FROM e
            WHERE officer_id IN (TABLE rostered) AND NOT EXISTS (
                SELECT FROM oversight_shift s WHERE s.officer_id = e.officer_id
                AND e.at BETWEEN s.starts_at - {grace} AND s.ends_at + {grace}
                AND s.starts_at BETWEEN e.at - interval '2 days' AND e.at + interval '1 day')
            UNION ALL
            SELECT e.* FROM e JOIN habits h USING (officer_id)
            WHERE h.days >= 10 AND NOT h.hours && ARRAY[
                e.hour, (e.hour + 1) %% 24, (e.hour + 23) %% 24]
        ), g AS (
            SELECT officer_id, day, min(officer) AS officer, max(unit_id) AS unit_id,
                   min(roles) AS roles, array_agg(id ORDER BY at) AS events,
                   min(at) AS first_at, max(at) AS last_at, count(*) AS looks,
                   array_agg(DISTINCT hour) AS hours
            FROM off GROUP BY officer_id, day
        )
        SELECT officer_id || ':' || day AS key, officer_id, officer, unit_id, events, first_at,
               last_at, looks::float AS score,
               jsonb_build_object('looks', looks, 'hours', hours) AS facts
        FROM g WHERE looks >= {rule.limit("looks")}
        """,
        window,
    )


@rule(
    "volume",
    "Far more than peers",
    "In a day an officer opened far more different people than officers of the same roles in the "
    "same unit, or in the force where the unit is small.",
    pace=Pace.HOURLY,
    least=60,
    times=8,
)
def volume(window: Window, rule: Rule) -> Iterator[Finding]:
    """Above both `least` people and the peers' median + `times` x median deviation of 7 days."""
    return findings(
        f"""
        WITH {LOOKS}, counts AS (
            SELECT officer_id, day, roles, unit_id, count(DISTINCT person_id) AS people,
                   min(officer) AS officer, min(at) AS first_at, max(at) AS last_at
            FROM looks WHERE at BETWEEN %(since)s - interval '7 days' AND %(until)s
            GROUP BY officer_id, day, roles, unit_id
        ), middles AS (
            SELECT roles, unit_id, count(DISTINCT officer_id) AS peers,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY people) AS middle
            FROM counts GROUP BY GROUPING SETS ((roles, unit_id), (roles))
        ), spreads AS (
            SELECT m.roles, m.unit_id, m.middle, m.peers, greatest(1, percentile_cont(0.5)
                       WITHIN GROUP (ORDER BY abs(c.people - m.middle))) AS spread
            FROM middles m JOIN counts c ON c.roles = m.roles
             AND (m.unit_id IS NULL OR c.unit_id = m.unit_id)
            GROUP BY m.roles, m.unit_id, m.middle, m.peers
        ), g AS (
            SELECT c.*, p.middle, p.spread FROM counts c
            CROSS JOIN LATERAL (
                SELECT * FROM spreads s WHERE s.roles = c.roles
                AND (s.unit_id = c.unit_id AND s.peers >= 10 OR s.unit_id IS NULL)
                ORDER BY s.unit_id NULLS LAST LIMIT 1) p
            WHERE c.last_at >= %(since)s
        )
        SELECT g.officer_id || ':' || day AS key, g.officer_id, officer, g.unit_id,
               (SELECT array_agg(DISTINCT l.id) FROM looks l
                WHERE l.officer_id = g.officer_id AND l.at BETWEEN g.first_at AND g.last_at)
                   AS events,
               first_at, last_at, (people / greatest(middle, 1))::float AS score,
               jsonb_build_object('people', people, 'peers_middle', middle) AS facts
        FROM g WHERE people >= {rule.limit("least")}
                 AND people > middle + {rule.limit("times")} * spread
        """,
        window,
    )


@rule(
    "victims",
    "Looked at many female victims",
    "Many different female victims opened in a week without a linked task or event.",
    pace=Pace.HOURLY,
    people=12,
)
def victims(window: Window, rule: Rule) -> Iterator[Finding]:
    return findings(
        f"""
        WITH {LOOKS}, g AS (
            SELECT officer_id, to_char(day, 'IYYY-IW') AS week, min(officer) AS officer,
                   max(unit_id) AS unit_id, min(roles) AS roles, min(at) AS first_at,
                   max(at) AS last_at, array_agg(DISTINCT id) AS events,
                   array_agg(DISTINCT person_id) AS subjects
            FROM looks WHERE is_victim AND sex = 'F' AND NOT linked
             AND at BETWEEN %(since)s - interval '7 days' AND %(until)s
            GROUP BY officer_id, to_char(day, 'IYYY-IW')
        )
        SELECT officer_id || ':' || week AS key, officer_id, officer, unit_id, events, first_at,
               last_at, subjects, cardinality(subjects)::float AS score,
               jsonb_build_object('people', cardinality(subjects)) AS facts
        FROM g WHERE cardinality(subjects) >= {rule.limit("people")} AND last_at >= %(since)s
        """,
        window,
    )


@rule(
    "reasons",
    "Same or empty reasons",
    "Reasons repeated word for word on many searches, or made of words that say nothing. Goes to "
    "the supervisor's reviews, too; never more than a question.",
    pace=Pace.HOURLY,
    copies=20,
    empty=10,
)
def reasons(window: Window, rule: Rule) -> Iterator[Finding]:
    """Only reasons in words count: the same reference on twenty searches is good work."""
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            f"""
            WITH r AS (
                SELECT e.*, lower(regexp_replace(purpose_reference, '\\s+', ' ', 'g')) AS reason,
                       to_char(at AT TIME ZONE 'Europe/London', 'IYYY-IW') AS week
                FROM audit_event e
                WHERE at BETWEEN %(since)s - interval '7 days' AND %(until)s
                  AND action = 'person.searched' AND officer_id IS NOT NULL
                  AND purpose_reference <> '' AND NOT purpose_reference ~ '[0-9]'
                  AND NOT EXISTS (SELECT FROM oversight_taskevent t WHERE t.event_id = e.id)
            ), g AS (
                SELECT officer_id, week, reason, min(officer) AS officer, max(unit_id) AS unit_id,
                       min(roles) AS roles, array_agg(id ORDER BY at) AS events,
                       min(at) AS first_at, max(at) AS last_at
                FROM r GROUP BY officer_id, week, reason
            )
            SELECT officer_id, week, reason, officer, unit_id, events, first_at, last_at,
                   {rule.limit("copies")}, {rule.limit("empty")} FROM g
            """,
            {"since": window.since, "until": window.until},
        )
        rows = cursor.fetchall()
    weeks: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        weeks[row[0], row[1]].append(row)
    for (officer_id, week), used in weeks.items():
        if found := sorted(_poor(used), key=lambda row: row[6]):  # the earliest is reviewed
            yield Finding(
                key=f"{officer_id}:{week}",
                officer_id=officer_id,
                officer=used[0][3],
                unit_id=used[0][4],
                events=[event for row in found for event in row[5]],
                first_at=min(row[6] for row in found),
                last_at=max(row[7] for row in found),
                score=sum(len(row[5]) for row in found) / used[0][8],
                facts={"reasons": len(found), "searches": sum(len(row[5]) for row in found)},
            )


def _poor(used: list[Any]) -> list[Any]:
    """Of one officer's reasons of a week those that were copied too often or say nothing."""
    copied = [row for row in used if len(row[5]) >= row[8]]
    empty = [row for row in used if is_empty(row[2])]
    enough = sum(len(row[5]) for row in empty) >= used[0][9]
    return copied + [row for row in empty if enough and row not in copied]


def is_empty(reason: str) -> bool:
    """Whether a reason says nothing: few letters, one word again and again, keyboard runs,
    or only words that fit every search.
    """
    words = re.findall(r"[a-z']+", reason.casefold())
    joined = "".join(words)
    if len(set(joined)) <= 4 or len(set(words)) == 1:
        return True
    if any(joined[i : i + 5] in line for line in KEYBOARD for i in range(len(joined) - 4)):
        return True
    return set(words) <= EMPTY_WORDS
