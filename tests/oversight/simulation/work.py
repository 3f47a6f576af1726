"""What officers do in a day of the simulation, written into the trail by one statement.

Assumed, none of it measured in a force: response teams work ten-hour shifts two early, two late,
two nights, four off; the rest work office days. Four fifths of what an officer opens is named by
its crime or by a task of the unit, the rest by another number or by words. Detectives and abuse
investigators come back to their own people, neighbourhood officers to their own nominals. Three
officers in a thousand copy one reason. One shift in 500 is worked without being in the roster. One
page in 400 is exported afterwards. Once a day half a unit looks at one person within the hour.
"""

from datetime import date, timedelta

import psycopg

from tests.oversight.simulation.population import FIRST_PERSON, UNITS, VICTIM_EVERY

# a number in [0, 1) that depends on the text alone
CHANCE = """
CREATE OR REPLACE FUNCTION sim_chance(text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (hashtextextended($1, 2026) & 4294967295) / 4294967296.0::float8 $$
"""
# who works from when to when on a day; `roster` false: nobody entered it
DUTY = """
SELECT s.*, c.day, roster, (c.day + CASE
    WHEN kind <> 'response' OR turn IN (0, 1) THEN time '07:00'
    WHEN turn IN (2, 3) THEN time '14:00' ELSE time '20:00' END
  ) AT TIME ZONE 'Europe/London' AS starts_at
FROM sim_staff s
CROSS JOIN (SELECT d::date AS day FROM generate_series(%(since)s::date, %(until)s, '1 day') d) c
CROSS JOIN LATERAL (SELECT (c.day - date '2026-01-01' + n / 60) %% 10 AS turn) t
CROSS JOIN LATERAL (SELECT CASE WHEN kind = 'response' THEN turn < 6
    ELSE extract(isodow FROM c.day) < 6 AND sim_chance('off' || n || c.day) < 0.9
    END AS roster) p
WHERE roster OR sim_chance('extra' || n || c.day) < 0.002
"""
SHIFTS = f"""
INSERT INTO oversight_shift (officer_id, starts_at, ends_at)
SELECT id, starts_at, starts_at + interval '10 hours' FROM ({DUTY}) d WHERE roster
"""
EVENTS = f"""
WITH duty AS ({DUTY}), job AS (
    SELECT d.*, j, d.n || ':' || d.day || ':' || j AS k
    FROM duty d CROSS JOIN generate_series(1, CASE d.kind WHEN 'analyst' THEN 12 WHEN 'response'
        THEN 4 ELSE 5 END) j
    WHERE sim_chance('job' || d.n || d.day || j) < %(density)s
), topic AS (
    SELECT job.*, starts_at + sim_chance('t' || k) * interval '590 minutes' AS at,
        sim_chance('mode' || k) < CASE kind WHEN 'detective' THEN 0.6 WHEN 'abuse' THEN 0.7
            WHEN 'neighbourhood' THEN 0.3 ELSE 0 END AS is_own,
        sim_chance('ref' || k) AS r, n %% 331 = 7 AS copies,
        floor(%(people)s / {UNITS})::int AS in_area
    FROM job
), aim AS (
    SELECT t.*, {FIRST_PERSON} + unit_no + {UNITS} * CASE
        WHEN NOT is_own THEN floor(sim_chance('who' || k) * in_area)::int
        WHEN kind = 'abuse' THEN {VICTIM_EVERY} * floor(sim_chance('own' || n || ':'
            || floor(sim_chance('slot' || k) * 15) || ':' || extract(month FROM day))
            * in_area / {VICTIM_EVERY})::int
        ELSE floor(sim_chance('own' || n || ':' || floor(sim_chance('slot' || k) * 8))
            * in_area)::int END AS person
    FROM topic t
), named AS (
    SELECT a.*, CASE
        WHEN copies AND NOT is_own THEN 'stop check'
        WHEN r < CASE WHEN is_own THEN 0.9 ELSE 0.7 END THEN
            '20/' || (100000 + person - {FIRST_PERSON}) || '/26'
        WHEN r < CASE WHEN is_own THEN 0.92 ELSE 0.8 END THEN 'OP/' || unit_id || '/26'
        WHEN r < 0.93 THEN 'Log ' || floor(sim_chance('log' || k) * 9000 + 1000)
        ELSE (ARRAY['male','female','two youths','driver','caller','witness','group','rider'])
               [1 + floor(sim_chance('a' || k) * 8)::int]
          || (ARRAY[' near the station',' at the market',' behind the school',' by the canal',
                    ' in the car park',' on the high street',' at the club',' outside the court'])
               [1 + floor(sim_chance('b' || k) * 8)::int]
          || (ARRAY[' acting oddly',' with a knife',' reported missing',' selling drugs',
                    ' fighting',' known to residents'])[1 + floor(sim_chance('c' || k) * 6)::int]
        END AS reference
    FROM aim a
), incident AS (
    SELECT d.*, starts_at + interval '3 hours'
            + sim_chance('m' || d.n || d.day) * interval '55 minutes' AS at,
        {FIRST_PERSON} + unit_no + {UNITS}
            * floor(sim_chance('major' || d.day) * %(people)s / {UNITS})::int AS person,
        CASE WHEN sim_chance('mr' || d.n || d.day) < 0.85 THEN 'OP/' || unit_id || '/26'
             ELSE 'the stabbing in town' END AS reference, 'major' || d.n || ':' || d.day AS k
    FROM duty d
    WHERE kind = 'response' AND unit_no = floor(sim_chance('unit' || d.day) * {UNITS})
), doing AS (
    SELECT n, id, username, unit_id, roles, reference, k, at, person FROM named
    UNION ALL
    SELECT n, id, username, unit_id, roles, reference, k, at, person FROM incident
), step AS (
    SELECT *, 'person.searched' AS action, at AS moment, ARRAY[person::text] || (
        SELECT array_agg(
            ({FIRST_PERSON} + floor(sim_chance('x' || k || q) * %(people)s)::int)::text)
        FROM generate_series(1, 1 + floor(sim_chance('w' || k) * 4)::int) q) AS subjects
    FROM doing WHERE k NOT LIKE 'major%%'
    UNION ALL
    SELECT *, 'person.viewed', at + interval '40 seconds', ARRAY[person::text] FROM doing
    UNION ALL
    SELECT *, 'person.exported', at + interval '4 minutes', ARRAY[person::text] FROM doing
    WHERE sim_chance('export' || k) < 0.0025
)
INSERT INTO audit_event
SELECT gen_random_uuid(), moment, action, gen_random_uuid(), id, username, unit_id, roles,
    'CRIME-INV', reference, NULL, '', '', 'person', subjects,
    CASE action WHEN 'person.searched' THEN jsonb_build_object('text', 'made up', 'understood',
        jsonb_build_object('name', 'robin lane' || n, 'born_on', '1980-02-03')) ELSE '{{}}' END,
    '[]', cardinality(subjects), '{{}}', sha256((k || action || at)::bytea), NULL
FROM step WHERE moment < %(end)s
"""


def prepare(owner: psycopg.Connection, since: date, until: date) -> None:
    """The shifts of the whole time, as personnel tells them."""
    owner.execute(CHANCE)
    given = {"since": since - timedelta(days=2), "until": until + timedelta(days=2)}
    owner.execute(SHIFTS, given)
    owner.execute("ANALYZE oversight_shift")
    owner.commit()


def day(owner: psycopg.Connection, on: date, *, people: int, density: float) -> int:
    """Write what was done in the shifts that began on this day; returns the number of events.

    `density`: the share of the jobs that leads to a search at all, 0 to 1.
    """
    given = {
        "since": on, "until": on, "people": people, "density": density,
        "end": f"{on + timedelta(days=2)} 00:00+00",
    }  # fmt: skip
    count = owner.execute(EVENTS, given).rowcount
    owner.commit()
    return count
