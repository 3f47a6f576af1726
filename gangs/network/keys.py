"""Nodes that exist in the table of links alone: what makes an address, phone, vehicle or event one
thing, as temp tables `graph_place`, `graph_number` and `graph_event`, and as rows of graph_node.
"""

from collections.abc import Iterator, Sequence

from django.db.backends.utils import CursorWrapper

from gangs.network.models import HIDDEN, SHIFT, Type
from people import identifiers
from people.holdings import same_address
from people.models import Address, Identifier

CHUNK = 50_000
_SHARED_EVENTS = f"""
    CREATE TEMP TABLE graph_event ON COMMIT DROP AS
    SELECT r.id AS record_id, r.tier, CASE WHEN r.event_kind = 'intelligence'
            THEN {Type.INTELLIGENCE.value} ELSE {Type.EVENT.value} END AS type,
        r.system || '|' || r.event_ref AS key, initcap(replace(
            coalesce(nullif(r.event_kind, ''), 'event'), '_', ' ')) || ' ' || r.event_ref AS label
    FROM people_link l JOIN people_nominalrecord r ON r.id = l.record_id
        AND r.deleted_at IS NULL
    WHERE r.event_ref <> '' AND {{among}}
        AND EXISTS (SELECT FROM people_nominalrecord s JOIN people_link other
            ON other.record_id = s.id WHERE s.system = r.system AND s.event_ref = r.event_ref
            AND s.event_ref <> '' AND s.deleted_at IS NULL AND other.person_id <> l.person_id)
        AND NOT EXISTS (SELECT FROM crime_crime c WHERE c.crime_number = r.event_ref
            AND c.deleted_at IS NULL)
"""
_ADD_NODES = f"""
    INSERT INTO graph_node AS n (id, type, key, label, acl)
    SELECT (type::bigint << {SHIFT}) | nextval('graph_node_number'), type, key, label, tier
    FROM (SELECT type, key, min(label) AS label, min(tier) AS tier FROM ({{found}}) AS found
          GROUP BY type, key) AS fresh
    WHERE NOT EXISTS (SELECT FROM graph_node s
        WHERE s.type = fresh.type AND s.key = fresh.key AND (s.acl <= fresh.tier))
    ON CONFLICT (type, key) DO UPDATE SET acl = EXCLUDED.acl
    WHERE n.acl > EXCLUDED.acl AND n.acl <> {HIDDEN}
"""
_FOUND_EVENTS = "SELECT type, key, label, tier FROM graph_event"
_FOUND_PLACES = f"""
    SELECT {Type.ADDRESS.value} AS type, k.key, k.label, a.tier FROM people_address a
    JOIN graph_place k USING (house, street, town, postcode) WHERE {{among}}
"""
_FOUND_NUMBERS = """
    SELECT k.type, k.key, a.value AS label, a.tier FROM people_identifier a
    JOIN graph_number k USING (kind, value) WHERE {among}
"""
_KIND_OF = {
    Identifier.Kind.PHONE.value: Type.PHONE.value,
    Identifier.Kind.VEHICLE.value: Type.VEHICLE.value,
}


def gather(cursor: CursorWrapper, of_link: str, of_evidence: str) -> None:
    """Make the temp tables, and the nodes that are new. The conditions say for whom: on
    `people_link l` and on rows of evidence `a`.
    """
    for table in ("graph_event", "graph_place", "graph_number"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(_SHARED_EVENTS.format(among=of_link))
    _places(cursor, of_evidence)
    _numbers(cursor, of_evidence)
    for found in (_FOUND_EVENTS, _FOUND_PLACES, _FOUND_NUMBERS):
        cursor.execute(_ADD_NODES.format(found=found.format(among=of_evidence)))
    cursor.execute("ANALYZE graph_event, graph_place, graph_number")


def _places(cursor: CursorWrapper, among: str) -> None:
    """Temp table of each way of writing an address and the key they share: the same as on the page
    of associates and in search.
    """
    cursor.execute(
        "CREATE TEMP TABLE graph_place (house text, street text, town text, postcode text,"
        " key text, label text) ON COMMIT DROP"
    )
    cursor.execute(
        f"""SELECT DISTINCT house, street, town, postcode FROM people_address a
        WHERE house <> '' AND (postcode <> '' OR street <> '') AND {among}"""
    )
    for rows in _chunks(cursor.fetchall()):
        ways = [Address(house=h, street=s, town=t, postcode=p) for h, s, t, p in rows]
        keyed = [(*row, same_address(w), str(w)) for row, w in zip(rows, ways, strict=True)]
        _keep(cursor, "graph_place", keyed, 6)


def _numbers(cursor: CursorWrapper, among: str) -> None:
    cursor.execute(
        "CREATE TEMP TABLE graph_number (kind text, value text, key text, type smallint)"
        " ON COMMIT DROP"
    )
    cursor.execute(
        f"""SELECT DISTINCT kind, value FROM people_identifier a
        WHERE kind IN ('phone', 'vehicle') AND {among}"""
    )
    for rows in _chunks(cursor.fetchall()):
        keyed = [(kind, v, identifiers.key(kind, v), str(_KIND_OF[kind])) for kind, v in rows]
        _keep(cursor, "graph_number", keyed, 4)


def _keep(
    cursor: CursorWrapper, table: str, rows: Sequence[tuple[str, ...]], columns: int
) -> None:
    holes = ", ".join(["%s::text[]"] * columns)
    names = ", ".join(f"c{n}" for n in range(columns - 1))
    last = f"c{columns - 1}{'::smallint' if table == 'graph_number' else ''}"
    cursor.execute(
        f"INSERT INTO {table} SELECT {names}, {last} FROM unnest({holes}) AS u({names},"
        f" c{columns - 1})",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _chunks(rows: Sequence[tuple[str, ...]]) -> Iterator[Sequence[tuple[str, ...]]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
