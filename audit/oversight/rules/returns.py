"""Rules about coming back: to one person, to a victim, to a case long closed, to no result."""

from collections.abc import Iterator

from audit.oversight.rules.base import (
    LOOKS,
    Finding,
    Pace,
    Rule,
    Window,
    findings,
    reference,
    rule,
)


@rule(
    "no_link",
    "Came back to one person without a task",
    "One officer opened the same person on several days of a fortnight, and no purpose named a "
    "task or an event of that person.",
    pace=Pace.HOURLY,
    days=4,
)
def no_link(window: Window, rule: Rule) -> Iterator[Finding]:
    return repeated(window, rule, "NOT l.is_victim", "14 days")


@rule(
    "victim",
    "Repeated looks at one victim",
    "One officer opened the same victim or vulnerable person on several days of 30, and no "
    "purpose named a task or an event of that person.",
    pace=Pace.HOURLY,
    days=3,
)
def victim(window: Window, rule: Rule) -> Iterator[Finding]:
    return repeated(window, rule, "l.is_victim", "30 days")


def repeated(window: Window, rule: Rule, condition: str, back: str) -> Iterator[Finding]:
    """Pairs of officer and person of the window that met on at least `days` days, unlinked."""
    return findings(
        f"""
        WITH {LOOKS}, now AS (
            SELECT DISTINCT officer_id, person_id FROM looks l
            WHERE l.at BETWEEN %(since)s AND %(until)s AND NOT linked AND {condition}
        ), g AS (
            SELECT l.officer_id, l.person_id, min(l.officer) AS officer,
                   max(l.unit_id) AS unit_id, min(l.roles) AS roles, min(l.at) AS first_at,
                   max(l.at) AS last_at, array_agg(l.id ORDER BY l.at) AS events,
                   count(DISTINCT l.day) AS days
            FROM looks l JOIN now USING (officer_id, person_id)
            WHERE l.at BETWEEN %(until)s - interval '{back}' AND %(until)s AND NOT l.linked
            GROUP BY l.officer_id, l.person_id
        )
        SELECT officer_id || ':' || person_id || ':' || to_char(last_at, 'YYYY-MM') AS key,
               officer_id, officer, unit_id, events, first_at, last_at,
               ARRAY[person_id] AS subjects, days::float AS score,
               jsonb_build_object('days', days, 'looks', cardinality(events)) AS facts
        FROM g WHERE days >= {rule.limit("days")}
        """,
        window,
    )


@rule(
    "closed_case",
    "Used a case closed long ago",
    "One officer opened the same person on several days of 30 for an event of that person that "
    "ended years ago, and no task of the officer or the unit named it.",
    pace=Pace.HOURLY,
    years=3,
    days=2,
)
def closed_case(window: Window, rule: Rule) -> Iterator[Finding]:
    """An old reference stands on the person's page: whoever wants a pretext copies it there."""
    return findings(
        f"""
        WITH {LOOKS}, old AS (
            SELECT l.*, r.ended_on
            FROM looks l JOIN oversight_subject s ON s.person_id = l.person_id
            CROSS JOIN LATERAL unnest(s."references", s.ended_on) AS r (reference, ended_on)
            WHERE l.at BETWEEN %(until)s - interval '30 days' AND %(until)s AND l.linked
             AND r.reference = {reference("l.purpose_reference")}
             AND r.ended_on < l.day - 365 * {rule.limit("years", "l")}::int
             AND NOT EXISTS (SELECT FROM oversight_taskevent t WHERE t.event_id = l.id)
        ), g AS (
            SELECT officer_id, person_id, min(officer) AS officer, max(unit_id) AS unit_id,
                   min(roles) AS roles, min(at) AS first_at, max(at) AS last_at,
                   array_agg(id ORDER BY at) AS events, count(DISTINCT day) AS days,
                   max(ended_on) AS ended_on
            FROM old GROUP BY officer_id, person_id
        )
        SELECT officer_id || ':' || person_id || ':' || to_char(last_at, 'YYYY-MM') AS key,
               officer_id, officer, unit_id, events, first_at, last_at,
               ARRAY[person_id] AS subjects, days::float AS score,
               jsonb_build_object('days', days, 'ended_on', ended_on) AS facts
        FROM g WHERE days >= {rule.limit("days")} AND last_at >= %(since)s
        """,
        window,
    )


@rule(
    "nothing_found",
    "Kept searching for somebody who is not there",
    "The same name or number was searched for on several days of 30, each time with no result "
    "and without a task: it may be a private matter.",
    pace=Pace.HOURLY,
    days=3,
)
def nothing_found(window: Window, rule: Rule) -> Iterator[Finding]:
    """Words in any order are one name. The key holds no name, so a month is one occurrence."""
    return findings(
        f"""
        WITH asked AS (
            SELECT e.*, (e.at AT TIME ZONE 'Europe/London')::date AS day,
                   (SELECT string_agg(w, ' ' ORDER BY w) FROM regexp_split_to_table(lower(
                       coalesce(nullif(e.query #>> '{{understood,name}}', ''),
                                e.query #>> '{{understood,identifier}}')), ' +') w) AS words
            FROM audit_event e
            WHERE e.at BETWEEN %(until)s - interval '30 days' AND %(until)s
             AND e.action = 'person.searched' AND e.result_count = 0 AND e.officer_id IS NOT NULL
             AND NOT e.detail ? 'batch'
             AND NOT EXISTS (SELECT FROM oversight_taskevent t WHERE t.event_id = e.id)
        ), g AS (
            SELECT officer_id, words, min(officer) AS officer, max(unit_id) AS unit_id,
                   min(roles) AS roles, min(at) AS first_at, max(at) AS last_at,
                   array_agg(id ORDER BY at) AS events, count(DISTINCT day) AS days
            FROM asked WHERE words <> '' GROUP BY officer_id, words
        )
        SELECT officer_id || ':' || to_char(last_at, 'YYYY-MM') AS key, officer_id, officer,
               unit_id, events, first_at, last_at, days::float AS score,
               jsonb_build_object('days', days, 'searches', cardinality(events)) AS facts
        FROM g WHERE days >= {rule.limit("days")} AND last_at >= %(since)s
        """,
        window,
    )
