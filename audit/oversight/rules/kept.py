"""Rules that read what professional standards keep: listed people, cases, closed accounts."""

from collections.abc import Iterator

from audit.oversight.rules.base import LOOKS, Finding, Pace, Rule, Window, findings, rule


@rule(
    "canary",
    "Touched a canary record",
    "A made-up person, whom no policing purpose leads to, was opened or stood in a result.",
)
def canary(window: Window, _rule: Rule) -> Iterator[Finding]:
    """A later result that only lists the person leaves `opened` of the same day as it is."""
    return findings(
        """
        SELECT e.officer_id || ':' || c.person_id || ':'
                 || (e.at AT TIME ZONE 'Europe/London')::date AS key,
               e.officer_id, min(e.officer) AS officer, max(e.unit_id) AS unit_id,
               array_agg(e.id ORDER BY e.at) AS events, min(e.at) AS first_at,
               max(e.at) AS last_at, ARRAY[c.person_id] AS subjects,
               CASE WHEN bool_or(e.action <> 'person.searched') THEN 10 ELSE 7 END::float AS score,
               jsonb_strip_nulls(jsonb_build_object(
                   'opened', nullif(bool_or(e.action <> 'person.searched'), false))) AS facts
        FROM audit_event e
        JOIN oversight_listedperson c ON e.subject_ids @> ARRAY[c.person_id]::varchar[]
        WHERE c.why = 'canary' AND e.at BETWEEN %(since)s AND %(until)s
          AND e.subject_kind = 'person' AND e.officer_id IS NOT NULL AND e.action LIKE 'person.%%'
          AND e.officer_id <> c.set_by
        GROUP BY e.officer_id, c.person_id, (e.at AT TIME ZONE 'Europe/London')::date
        """,
        window,
    )


@rule(
    "public_figure",
    "Opened somebody in the public eye",
    "A person on the list of those in the public eye was opened without a linked task or event.",
    looks=1,
)
def public_figure(window: Window, rule: Rule) -> Iterator[Finding]:
    """Opened only: a common name lists a famous person in an honest search."""
    return _by_day(
        window,
        rule,
        before="""seen AS MATERIALIZED (
            SELECT e.at, e.id, p.person_id FROM oversight_listedperson p
            JOIN audit_event e ON e.subject_ids @> ARRAY[p.person_id]::varchar[]
             AND e.at BETWEEN %(since)s - interval '1 day' AND %(until)s
            WHERE p.why = 'figure' AND p.set_by <> e.officer_id
        )""",
        looks="""seen s JOIN looks l ON l.at = s.at AND l.id = s.id AND l.person_id = s.person_id
            WHERE NOT l.linked""",
        score=8,
    )


def _by_day(
    window: Window, rule: Rule, *, before: str, looks: str, score: int
) -> Iterator[Finding]:
    """One finding for each officer, person and day with enough of these looks.

    `before`: the query that they are sought by; `looks`: what stands behind FROM, with `looks l`.
    """
    return findings(
        f"""
        WITH {LOOKS}, {before}, g AS (
            SELECT l.officer_id, l.person_id, l.day, min(l.officer) AS officer,
                   max(l.unit_id) AS unit_id, min(l.roles) AS roles, min(l.at) AS first_at,
                   max(l.at) AS last_at, array_agg(l.id ORDER BY l.at) AS events
            FROM {looks}
            GROUP BY l.officer_id, l.person_id, l.day
        )
        SELECT officer_id || ':' || person_id || ':' || day AS key, officer_id, officer, unit_id,
               events, first_at, last_at, ARRAY[person_id] AS subjects, {score}::float AS score,
               jsonb_build_object('looks', cardinality(events)) AS facts
        FROM g WHERE cardinality(events) >= {rule.limit("looks")} AND last_at >= %(since)s
        """,
        window,
    )


@rule(
    "complaint",
    "Opened a person who complained",
    "Somebody complained that an officer made contact. This officer opened that person shortly "
    "before or after, with or without a link. At most 168 hours count.",
    pace=Pace.HOURLY,
    hours=72,
)
def complaint(window: Window, rule: Rule) -> Iterator[Finding]:
    """Judged when the look happens and when the complaint is entered, whichever is later."""
    return findings(
        f"""
        WITH {LOOKS}, near AS MATERIALIZED (
            SELECT e.at, e.id, p.id AS complaint, p.person_id, p.contact_at
            FROM oversight_listedperson p
            JOIN audit_event e ON e.subject_ids @> ARRAY[p.person_id]::varchar[]
             AND e.at BETWEEN p.contact_at - interval '7 days' AND p.contact_at + interval '7 days'
            WHERE p.why = 'contact' AND p.set_by <> e.officer_id
             AND (e.at BETWEEN %(since)s AND %(until)s
                  OR p.set_at BETWEEN %(since)s AND %(until)s)
        ), g AS (
            SELECT l.*, n.complaint, extract(epoch FROM l.at - n.contact_at) / 3600 AS hours
            FROM near n JOIN looks l ON l.at = n.at AND l.id = n.id AND l.person_id = n.person_id
        )
        SELECT officer_id || ':' || complaint AS key, officer_id, min(officer) AS officer,
               max(unit_id) AS unit_id, array_agg(id ORDER BY at) AS events, min(at) AS first_at,
               max(at) AS last_at, array_agg(DISTINCT person_id) AS subjects, 8::float AS score,
               jsonb_build_object('looks', count(*), 'linked', bool_and(linked), 'from_contact',
                                  round((array_agg(hours ORDER BY abs(hours)))[1], 1)) AS facts
        FROM g WHERE abs(hours) <= {rule.limit("hours")} GROUP BY officer_id, complaint
        """,
        window,
    )


@rule(
    "own_case",
    "Opened somebody in a case about them",
    "An officer whom an open case is about opened a person who stands in its alerts or events, "
    "after the case was opened.",
    looks=1,
)
def own_case(window: Window, rule: Rule) -> Iterator[Finding]:
    return _by_day(
        window,
        rule,
        before="""mine AS (
            SELECT c.officer_id, c.opened_at, s.person_id
            FROM oversight_case c JOIN oversight_alert a ON a.case_id = c.id
            CROSS JOIN LATERAL unnest(a.subjects) AS s (person_id)
            WHERE c.closed_at IS NULL
            UNION
            SELECT c.officer_id, c.opened_at, s.person_id
            FROM oversight_case c JOIN oversight_caseevent x ON x.case_id = c.id
            JOIN audit_event e ON e.at = x.event_at AND e.id = x.event_id
            CROSS JOIN LATERAL unnest(e.subject_ids) AS s (person_id)
            WHERE c.closed_at IS NULL AND e.subject_kind = 'person'
             AND e.action <> 'person.searched'
        )""",
        looks="""looks l
            WHERE l.at BETWEEN %(since)s - interval '1 day' AND %(until)s
             AND EXISTS (SELECT FROM mine m WHERE m.officer_id = l.officer_id
                 AND m.person_id = l.person_id AND l.at > m.opened_at)""",
        score=10,
    )


@rule(
    "closed_account",
    "Closed account used",
    "An account that was closed (somebody left, was suspended or changed duty) did something, "
    "or its password was tried again and again.",
    tries=3,
)
def closed_account(window: Window, rule: Rule) -> Iterator[Finding]:
    """Anything that got in counts once; of attempts that failed, `tries` in a day."""
    return findings(
        f"""
        WITH closed AS MATERIALIZED (
            SELECT * FROM (
                SELECT DISTINCT ON (s.officer_id) s.officer_id::bigint, e.at AS closed_at, e.action
                FROM audit_event e CROSS JOIN LATERAL unnest(e.subject_ids) AS s (officer_id)
                WHERE e.action IN ('officer.deactivated', 'officer.activated')
                 AND e.at <= %(until)s
                ORDER BY s.officer_id, e.at DESC) last
            WHERE action = 'officer.deactivated'
        ), g AS (
            SELECT e.officer_id, (e.at AT TIME ZONE 'Europe/London')::date AS day,
                   min(e.officer) AS officer, max(e.unit_id) AS unit_id, min(e.roles) AS roles,
                   array_agg(e.id ORDER BY e.at) AS events, min(e.at) AS first_at,
                   max(e.at) AS last_at, count(*) AS tries,
                   bool_or(e.action <> 'session.sign_in_failed') AS got_in
            FROM closed c JOIN audit_event e ON e.officer_id = c.officer_id AND e.at > c.closed_at
            WHERE e.at BETWEEN %(since)s - interval '1 day' AND %(until)s
             AND e.action NOT IN ('session.signed_out', 'session.ended_everywhere')
            GROUP BY e.officer_id, day
        )
        SELECT officer_id || ':' || day AS key, officer_id, officer, unit_id, events, first_at,
               last_at, CASE WHEN got_in THEN 10 ELSE 5 END::float AS score,
               jsonb_build_object('tries', tries, 'got_in', got_in) AS facts
        FROM g WHERE (got_in OR tries >= {rule.limit("tries")}) AND last_at >= %(since)s
        """,
        window,
    )
