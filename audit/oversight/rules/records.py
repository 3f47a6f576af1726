"""Rules about one record: a flurry of access, an export after a look, nobody reviewed it."""

from collections.abc import Iterator

from audit.oversight.rules.base import LOOKS, Finding, Pace, Rule, Window, findings, rule


@rule(
    "burst",
    "Flurry of access to one person",
    "Many different officers opened one person within an hour without a linked task or event.",
    overall=["officers"],
    officers=10,
)
def burst(window: Window, rule: Rule) -> Iterator[Finding]:
    """Persons first that had enough officers at all; only for those is each hour looked at."""
    least = rule.value("officers")
    return findings(
        f"""
        WITH {LOOKS}, late AS (
            SELECT * FROM looks WHERE NOT linked
            AND at >= %(since)s - interval '1 hour' AND at <= %(until)s
        ), hot AS (
            SELECT person_id FROM late GROUP BY person_id
            HAVING count(DISTINCT officer_id) >= {least:.0f}
        ), g AS (
            SELECT b.person_id, b.at AS until_at, min(a.at) AS first_at,
                   array_agg(DISTINCT a.id) AS events, count(DISTINCT a.officer_id) AS officers,
                   array_agg(DISTINCT a.officer_id) AS who
            FROM late b JOIN late a ON a.person_id = b.person_id
             AND a.at <= b.at AND a.at > b.at - interval '1 hour'
            WHERE b.person_id IN (SELECT person_id FROM hot) AND b.at >= %(since)s
            GROUP BY b.person_id, b.at
        )
        SELECT DISTINCT ON (person_id)
               person_id || ':' || (until_at AT TIME ZONE 'Europe/London')::date AS key,
               events, first_at, until_at AS last_at, ARRAY[person_id] AS subjects,
               officers::float AS score,
               jsonb_build_object('officers', officers, 'who', who) AS facts
        FROM g WHERE officers >= {least:.0f}
        ORDER BY person_id, officers DESC
        """,
        window,
    )


@rule(
    "unreviewed",
    "Emergency access that nobody reviewed",
    "Emergency access must be reviewed by a second person within 24 hours, and was not.",
    pace=Pace.HOURLY,
)
def unreviewed(window: Window, _rule: Rule) -> Iterator[Finding]:
    """The escalation of policing.md H6: what nobody decided until it was due, or asks about."""
    return findings(
        """
        SELECT event_id::text AS key, officer_id, officer, unit_id, ARRAY[event_id] AS events,
               event_at AS first_at, event_at AS last_at, 6::float AS score, '{}'::jsonb AS facts
        FROM oversight_reviewitem
        WHERE kind = 'break_glass' AND decided_at IS NULL
          AND event_at <= %(until)s - interval '24 hours'
        """,
        window,
    )


@rule(
    "view_export",
    "Exported right after a look",
    "A person was opened and exported or printed within minutes, without a linked task or event.",
    minutes=5,
)
def view_export(window: Window, rule: Rule) -> Iterator[Finding]:
    return findings(
        f"""
        WITH {LOOKS}, g AS (
            SELECT x.at, x.id, x.officer_id, x.officer, x.unit_id, x.roles, p.person_id
            FROM audit_event x CROSS JOIN LATERAL unnest(x.subject_ids) AS p (person_id)
            WHERE x.at BETWEEN %(since)s AND %(until)s AND x.subject_kind = 'person'
              AND x.action IN ('person.exported', 'person.printed') AND x.officer_id IS NOT NULL
        )
        SELECT g.officer_id || ':' || g.person_id || ':' || l.day AS key, g.officer_id,
               min(g.officer) AS officer, max(g.unit_id) AS unit_id,
               array_agg(DISTINCT l.id) || array_agg(DISTINCT g.id) AS events,
               min(l.at) AS first_at, max(g.at) AS last_at, ARRAY[g.person_id] AS subjects,
               6::float AS score,
               jsonb_build_object('seconds', min(extract(epoch FROM g.at - l.at))::int) AS facts
        FROM g JOIN looks l ON l.officer_id = g.officer_id AND l.person_id = g.person_id
         AND l.at BETWEEN g.at - {rule.limit("minutes")} * interval '1 minute' AND g.at
         AND l.at BETWEEN %(since)s - interval '1 hour' AND %(until)s
        WHERE NOT l.linked
        GROUP BY g.officer_id, g.person_id, l.day
        """,
        window,
    )
