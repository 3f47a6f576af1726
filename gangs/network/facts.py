"""What records say of links, as SQL: from a person to what the person is linked with.

Temp table `graph_fact`: one row for a person, a node, a kind and an access label. Every part of it
selects person, dst, kind, acl, role, walks, record, system, first, last, known, grade, until.
Witnesses and those who report connect nobody: a link by such a role alone is never walked.
"""

from collections.abc import Mapping, Sequence

from django.db.backends.utils import CursorWrapper

from gangs.declared import rules
from gangs.models import Status
from gangs.network import keys
from gangs.network.models import SHIFT, Kind, Type
from people import contested

_AMONG = "{person} IN (SELECT id FROM graph_touched)"
KEPT = "gangs_unit"  # what stands for a system where the unit keeps it here
_ONLOOKER = "('witness', 'reporting')"


def _node(kind: Type, column: str) -> str:
    return f"({kind.value}::bigint << {SHIFT}) | {column}"


_RECORDS = """people_link l JOIN people_nominalrecord r ON r.id = l.record_id
        AND r.deleted_at IS NULL"""
_KNOWN = "coalesce(r.recorded_on, r.changed_at::date)"
_CRIMES = f"""
    SELECT l.person_id, {_node(Type.CRIME, "c.id")}, {Kind.CRIME.value}, 4 * r.tier + c.tier,
        i.role, i.role NOT IN {_ONLOOKER}, r.id, r.system,
        coalesce(c.occurred_from::date, c.month, c.reported_on, i.recorded_on),
        coalesce(c.occurred_from::date, c.month, c.reported_on, i.recorded_on),
        coalesce(i.recorded_on, {_KNOWN}), r.grade, NULL::date
    FROM {_RECORDS} JOIN crime_involvement i ON i.record_id = r.id AND i.deleted_at IS NULL
    JOIN crime_crime c ON c.id = i.crime_id AND c.deleted_at IS NULL WHERE {{among}}
"""
# a record of an event that is a recorded crime stands in that crime
_NAMED = f"""
    SELECT l.person_id, {_node(Type.CRIME, "c.id")}, {Kind.CRIME.value}, 4 * r.tier + c.tier,
        r.role, r.role NOT IN {_ONLOOKER}, r.id, r.system,
        coalesce(c.occurred_from::date, r.event_on, r.recorded_on),
        coalesce(c.occurred_from::date, r.event_on, r.recorded_on), {_KNOWN}, r.grade, NULL::date
    FROM {_RECORDS} JOIN crime_crime c ON c.crime_number = r.event_ref AND c.deleted_at IS NULL
    WHERE r.event_ref <> '' AND r.role <> 'unclassified' AND {{among}}
"""
_EVENTS = f"""
    SELECT l.person_id, n.id, CASE WHEN r.event_kind = 'intelligence'
            THEN {Kind.INTELLIGENCE.value} ELSE {Kind.EVENT.value} END, 5 * r.tier,
        r.role, r.role NOT IN {_ONLOOKER}, r.id, r.system, coalesce(r.event_on, r.recorded_on),
        coalesce(r.event_on, r.recorded_on), {_KNOWN}, r.grade, NULL::date
    FROM graph_event v JOIN people_nominalrecord r ON r.id = v.record_id
    JOIN people_link l ON l.record_id = r.id
    JOIN graph_node n ON n.type = v.type AND n.key = v.key WHERE {{among}}
"""
_PLACES = f"""
    SELECT a.person_id, n.id, {Kind.ADDRESS.value}, 5 * r.tier, r.role,
        r.role NOT IN {_ONLOOKER}, r.id, r.system, coalesce(a.lived_from, a.first_on),
        coalesce(a.lived_to, a.last_on), {_KNOWN}, r.grade, NULL::date
    FROM people_address a
    JOIN graph_place k USING (house, street, town, postcode)
    JOIN graph_node n ON n.type = {Type.ADDRESS.value} AND n.key = k.key
    CROSS JOIN LATERAL unnest(a.records) AS attesting(id)
    JOIN people_nominalrecord r ON r.id = attesting.id AND r.deleted_at IS NULL WHERE {{among}}
"""
_NUMBERS = f"""
    SELECT a.person_id, n.id, CASE a.kind WHEN 'phone' THEN {Kind.PHONE.value}
            ELSE {Kind.VEHICLE.value} END, 5 * r.tier, r.role,
        r.role NOT IN {_ONLOOKER}, r.id, r.system, a.first_on, a.last_on, {_KNOWN}, r.grade,
        NULL::date
    FROM people_identifier a JOIN graph_number k USING (kind, value)
    JOIN graph_node n ON n.type = k.type AND n.key = k.key
    CROSS JOIN LATERAL unnest(a.records) AS attesting(id)
    JOIN people_nominalrecord r ON r.id = attesting.id AND r.deleted_at IS NULL WHERE {{among}}
"""
_ASSOCIATES = f"""
    SELECT one.person_id, two.person_id, {Kind.STATED.value}, 5 * greatest(r.tier, o.tier),
        coalesce(nullif(s.words, ''), 'associate'), true, unnest(ARRAY[r.id, o.id]), s.system,
        coalesce(s.from_on, s.recorded_on), coalesce(s.recorded_on, s.from_on),
        coalesce(s.recorded_on, {_KNOWN}), s.grade, NULL::date
    FROM (SELECT id, record_id, other_id, words, system, from_on, recorded_on, grade
              FROM network_association WHERE deleted_at IS NULL
          UNION ALL SELECT id, other_id, record_id, words, system, from_on, recorded_on, grade
              FROM network_association WHERE deleted_at IS NULL) s
    JOIN people_link one ON one.record_id = s.record_id
    JOIN people_nominalrecord r ON r.id = s.record_id AND r.deleted_at IS NULL
    JOIN people_link two ON two.record_id = s.other_id
    JOIN people_nominalrecord o ON o.id = s.other_id AND o.deleted_at IS NULL
    WHERE one.person_id <> two.person_id AND {{among}}
"""
# an authorised membership and nothing else; whom a gang harms, and a child, has a link of another
# kind (F1, F2). It counts until it expires (F4).
_CHILD = "p.born_on > current_date - interval '18 years'"
_AFFILIATED = (
    f"({{m}}.status IN {(Status.MEMBER.value, Status.ASSOCIATE.value)} AND NOT {{child}})"
)
_KIND = f"""CASE WHEN {_AFFILIATED} THEN {Kind.AFFILIATED.value} ELSE {Kind.HARMED.value} END"""
_GANGS = f"""
    SELECT l.person_id, {_node(Type.GANG, "g.id")},
        {_KIND.format(m="m", child=f"coalesce({_CHILD}, false)")}, 5 * r.tier, m.status,
        {_AFFILIATED.format(m="m", child=f"coalesce({_CHILD}, false)")}, r.id,
        m.system, m.authorised_on, m.authorised_on, m.authorised_on, m.grade,
        (m.authorised_on + interval '{{months}} months')::date
    FROM {_RECORDS} JOIN gangs_membership m ON m.record_id = r.id AND m.deleted_at IS NULL
        AND m.status <> '{Status.REMOVED.value}'
    JOIN people_person p ON p.id = l.person_id
    JOIN gangs_gang g ON g.id = m.gang_id AND g.deleted_at IS NULL WHERE {{among}}
"""
# what the unit keeps is of the one person who holds all records that it cites (gangs.standing)
_KEPT = f"""
    SELECT w.person, {_node(Type.GANG, "g.id")},
        {_KIND.format(m="k", child=f"coalesce({_CHILD}, false)")}, 5 * w.tier, k.status,
        {_AFFILIATED.format(m="k", child=f"coalesce({_CHILD}, false)")}, unnest(k.cited),
        '{KEPT}', k.valid_from, k.authorised_on, (SELECT min(o.recorded_at)::date
            FROM gangs_keptmembership o WHERE o.root = k.root),
        (SELECT min(e.source || '/' || e.assessment || '/' || e.handling)
            FROM gangs_membershipevidence e WHERE e.membership_id = k.id), k.expires_on
    FROM gangs_keptmembership k JOIN gangs_gang g ON g.id = k.gang_id AND g.deleted_at IS NULL
    CROSS JOIN LATERAL (SELECT min(l.person_id) AS person, max(r.tier) AS tier
        FROM unnest(k.cited) AS c(id)
        LEFT JOIN people_nominalrecord r ON r.id = c.id AND r.deleted_at IS NULL
        LEFT JOIN people_link l ON l.record_id = r.id
        HAVING count(l.person_id) = count(*) AND count(DISTINCT l.person_id) = 1) w
    JOIN people_person p ON p.id = w.person
    WHERE k.superseded_at IS NULL AND k.status <> '{Status.REMOVED.value}' AND {{among}}
"""
_PARTS = {
    _CRIMES: "l.person_id", _NAMED: "l.person_id", _EVENTS: "l.person_id",
    _PLACES: "a.person_id", _NUMBERS: "a.person_id", _ASSOCIATES: "one.person_id",
    _GANGS: "l.person_id", _KEPT: "w.person",
}  # fmt: skip
_FACTS = """
    CREATE TEMP TABLE graph_fact ON COMMIT DROP AS
    SELECT said.person AS src, dst, kind, acl::smallint AS acl, bool_or(walks) AS walk,
        count(DISTINCT record)::int AS n, min(first) AS first_on, max(last) AS last_on,
        min(known) AS known_on, max(until) AS until,
        coalesce(min(nullif(grade, '')), '') AS grade,
        array_agg(DISTINCT role ORDER BY role) AS roles,
        array_agg(DISTINCT system ORDER BY system) AS systems,
        array_agg(DISTINCT record ORDER BY record) AS records
    FROM ({parts}) AS said(person, dst, kind, acl, role, walks, record, system, first, last, known,
        grade, until)
    JOIN people_person p ON p.id = said.person AND p.status = 'current'
    GROUP BY said.person, dst, kind, acl
"""
RELATIONS = f"""
    CREATE TEMP TABLE graph_fact ON COMMIT DROP AS
    SELECT {_node(Type.GANG, "s.gang_id")} AS src, {_node(Type.GANG, "s.other_id")} AS dst,
        {Kind.RELATION.value}::smallint AS kind, 0::smallint AS acl, false AS walk,
        count(*)::int AS n, min(coalesce(s.from_on, s.recorded_on)) AS first_on,
        max(coalesce(s.recorded_on, s.from_on)) AS last_on, min(s.recorded_on) AS known_on,
        max(s.to_on) AS until, coalesce(min(nullif(s.grade, '')), '') AS grade,
        array_agg(DISTINCT s.words ORDER BY s.words) AS roles,
        array_agg(DISTINCT s.system ORDER BY s.system) AS systems, '{{}}'::bigint[] AS records
    FROM (SELECT least(gang_id, other_id) AS gang_id, greatest(gang_id, other_id) AS other_id,
              words, grade, system, from_on, to_on, recorded_on
          FROM network_relation WHERE deleted_at IS NULL AND gang_id <> other_id
          UNION ALL SELECT one_id, other_id, kind, source || '/' || assessment || '/' || handling,
              '{KEPT}', valid_from, valid_to, recorded_at::date
          FROM gangs_gangrelation WHERE superseded_at IS NULL) s
    JOIN gangs_gang g ON g.id = s.gang_id AND g.deleted_at IS NULL
    JOIN gangs_gang o ON o.id = s.other_id AND o.deleted_at IS NULL
    GROUP BY s.gang_id, s.other_id
"""
# an event is a node where records of two people name it: most name one
SHARERS = f"""
    INSERT INTO graph_touched
    SELECT other.person_id FROM graph_touched t JOIN people_link l ON l.person_id = t.id
    JOIN people_nominalrecord r ON r.id = l.record_id AND r.event_ref <> ''
    JOIN people_nominalrecord s ON s.system = r.system AND s.event_ref = r.event_ref
        AND s.event_ref <> ''
    JOIN people_link other ON other.record_id = s.id
    UNION SELECT away.dst FROM graph_touched t JOIN graph_edge e ON e.src = t.id
        AND e.kind IN ({Kind.INTELLIGENCE.value}, {Kind.EVENT.value})
    JOIN graph_edge away ON away.src = e.dst
    ON CONFLICT DO NOTHING
"""
# people whose records, crimes, memberships or stated associates came or went since, or who were
# resolved or masked anew
CHANGED = """
    WITH batches AS (SELECT id FROM ingest_batch WHERE finished_at >= %(since)s),
    delivered AS (
        SELECT s.id, s.kind FROM ingest_sourcerecord s WHERE s.batch_id IN (SELECT id FROM batches)
        UNION SELECT s.id, s.kind FROM ingest_sourcerecord s
            WHERE s.deleted_at IS NOT NULL AND s.deleted_at >= %(since)s),
    records AS (
        SELECT id FROM people_nominalrecord WHERE changed_at >= %(since)s
        UNION SELECT i.record_id FROM delivered d JOIN crime_involvement i ON i.id = d.id
            WHERE d.kind = 'involvement'
        UNION SELECT i.record_id FROM crime_crime c JOIN crime_involvement i ON i.crime_id = c.id
            WHERE c.changed_at >= %(since)s
        UNION SELECT m.record_id FROM delivered d JOIN gangs_membership m ON m.id = d.id
            WHERE d.kind = 'membership'
        UNION SELECT m.record_id FROM gangs_gang g JOIN gangs_membership m ON m.gang_id = g.id
            WHERE g.changed_at >= %(since)s
        UNION SELECT unnest(ARRAY[a.record_id, a.other_id]) FROM delivered d
            JOIN network_association a ON a.id = d.id WHERE d.kind = 'association')
    SELECT l.person_id FROM records JOIN people_link l ON l.record_id = records.id
    UNION SELECT id FROM people_person WHERE updated_at >= %(since)s
    LIMIT %(most)s
"""


def gather(cursor: CursorWrapper, *, some: bool) -> None:
    """Make `graph_fact` for the people in `graph_touched`, or for all; nodes that are new too."""
    keys.gather(cursor, *(_among(column, some=some) for column in ("l.person_id", "a.person_id")))
    out = contested.unusable_anywhere()
    parts = [
        part.format(
            among=f"{_among(column, some=some)} AND {_usable(part, out)}", months=rules().months
        )
        for part, column in _PARTS.items()
    ]
    cursor.execute(_FACTS.format(parts=" UNION ALL ".join(parts)))


# what is restricted while it is contested makes no link (people.contested): kind, and the column
# of its rows; a record of a crime says that crime alone
_LIMITED = {
    _CRIMES: (contested.Kind.EVENT, "r.id", "c.crime_number = r.event_ref"),
    _NAMED: (contested.Kind.EVENT, "r.id", "true"),
    _EVENTS: (contested.Kind.EVENT, "r.id", "true"),
    _PLACES: (contested.Kind.ADDRESS, "a.id", "true"),
    _NUMBERS: (contested.Kind.NUMBER, "a.id", "true"),
}


def _usable(part: str, out: Mapping[str, Sequence[int]]) -> str:
    kind, column, where = _LIMITED.get(part, ("", "", ""))
    ids = ", ".join(str(int(pk)) for pk in out.get(kind, ()))
    return f"NOT ({column} IN ({ids}) AND {where})" if ids else "true"


def _among(person: str, *, some: bool) -> str:
    return _AMONG.format(person=person) if some else "true"
