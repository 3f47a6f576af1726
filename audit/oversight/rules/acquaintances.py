"""Rules 1 to 4 and 13: an officer looks at themselves or at people whom they know (H2).

They read `Match`: where the collector found that a person or a question met personnel data.
"""

from collections.abc import Iterator

from audit.oversight.rules.base import OWN_EVENT, Finding, Rule, Window, findings, rule

# One row for each officer, other officer (about) and day among the matches of the window
MATCHED = """
WITH m AS (
    SELECT m.*, (m.event_at AT TIME ZONE 'Europe/London')::date AS day,
           bool_or(m.relation = 'self' AND m.kind NOT IN ('address', 'postcode')
                   AND m.about_id = m.officer_id) OVER (PARTITION BY m.event_id) AS is_self,
           bool_or(m.kind = 'address') OVER (PARTITION BY m.event_id, m.person_id) AS same_home
    FROM oversight_match m
    WHERE m.event_at >= %(since)s - interval '{back}' AND m.event_at <= %(until)s
), g AS (
    SELECT {key} AS key, m.officer_id, min(e.officer) AS officer, max(e.unit_id) AS unit_id,
           array_agg(DISTINCT m.event_id) AS events, min(m.event_at) AS first_at,
           max(m.event_at) AS last_at, count(DISTINCT m.event_id) AS looks,
           array_remove(array_agg(DISTINCT m.person_id), '') AS subjects,
           array_agg(DISTINCT m.kind) AS kinds, min(m.about_id) AS about_id,
           min(e.roles) AS roles
    FROM m JOIN audit_event e ON e.at = m.event_at AND e.id = m.event_id
    LEFT JOIN oversight_subject s ON s.person_id = m.person_id
    WHERE {condition}
    GROUP BY key, m.officer_id
)
SELECT key, officer_id, officer, unit_id, events, first_at, last_at, subjects,
       {score}::float AS score,
       jsonb_build_object('kinds', kinds, 'looks', looks, 'about', about_id) AS facts
FROM g WHERE looks >= {least} AND last_at >= %(since)s
"""


def _matched(  # noqa: PLR0913 - the parts of one statement
    window: Window, rule: Rule, *, key: str, condition: str, score: float, back: str = "0"
) -> Iterator[Finding]:
    least = rule.limit("looks")
    parts = {"key": key, "condition": condition, "score": score, "least": least, "back": back}
    return findings(MATCHED.format(**parts), window)


@rule(
    "self",
    "Looked up themselves",
    "A search or a page met the officer's own name and date of birth, phone, email, vehicle or "
    "collar number.",
    looks=1,
)
def oneself(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || m.day",
        condition="m.about_id = m.officer_id AND m.relation = 'self' "
        "AND m.kind NOT IN ('address', 'postcode')",
        score=10,
    )


@rule(
    "family",
    "Looked up family or household",
    "A person at the officer's own address, or somebody whom personnel data names as household.",
    looks=1,
)
def family(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || m.person_id || ':' || m.day",
        condition="m.about_id = m.officer_id AND NOT m.is_self AND (m.relation = 'household' "
        "AND m.kind <> 'postcode' OR m.relation = 'self' AND m.kind = 'address')",
        score=9,
    )


@rule(
    "colleague",
    "Looked up a colleague",
    "A search or a page met the personnel data of another officer or of their household, and its "
    "purpose names no event of that person.",
    looks=1,
)
def colleague(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || m.about_id || ':' || m.day",
        # officers are victims of crime, too: whoever works on that crime looks them up
        condition="m.about_id <> m.officer_id AND m.kind <> 'postcode' "
        f"AND m.relation <> 'associate' AND NOT {OWN_EVENT}",
        score=6,
    )


@rule(
    "neighbour",
    "Looked up neighbours",
    "People whose postcode is that of the officer's home, looked at more than once in a month.",
    looks=2,
)
def neighbour(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || to_char(m.day, 'YYYY-MM')",
        condition="m.about_id = m.officer_id AND m.relation = 'self' AND m.kind = 'postcode' "
        "AND NOT m.same_home AND NOT m.is_self",
        score=5,
        back="31 days",
    )


@rule(
    "own_file",
    "Looked at intelligence about themselves",
    "The officer opened a person with the officer's own particulars of whom intelligence is held.",
    looks=1,
)
def own_file(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || m.person_id || ':' || m.day",
        condition="m.about_id = m.officer_id AND m.relation = 'self' "
        "AND m.kind NOT IN ('address', 'postcode') AND s.in_intelligence",
        score=10,
    )


@rule(
    "associate",
    "Looked up a declared associate",
    "Somebody whom the officer declared as a notifiable association was searched for or opened.",
    looks=1,
)
def associate(window: Window, rule: Rule) -> Iterator[Finding]:
    return _matched(
        window,
        rule,
        key="m.officer_id || ':' || m.person_id || ':' || m.day",
        condition="m.about_id = m.officer_id AND m.relation = 'associate' "
        "AND m.kind <> 'postcode'",
        score=8,
    )
