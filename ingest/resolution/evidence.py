"""What is known of people, written as rows of evidence: only those that differ."""

from django.db import connection

from ingest.resolution.exchange import Transfer, as_array, copy_in_turn, temporary
from ingest.resolution.workspace import Workspace

# table → columns in PostgreSQL → SQL in DuckDB. All evidence begins with the same columns.
_OF_ALL = {
    "person_id": "person",
    "records": as_array("records"),
    "tier": "tier",
    "rank": "least(rank, 32767)",
    "first_on": "first_on",
    "last_on": "last_on",
}
TABLES: dict[str, dict[str, str]] = {
    "people_name": {
        "kind": "kind",
        "given_names": "left(given_names, 120)",
        "surname": "left(surname, 80)",
    },
    "people_birthdate": {"born_on": "born_on", "precision": "precision"},
    "people_identifier": {"kind": "kind", "value": "left(value, 120)"},
    "people_address": {
        name: f"left({name}, {size})"
        for name, size in (("house", 60), ("street", 120), ("town", 60), ("postcode", 8))
    }
    | {"lived_from": "lived_from", "lived_to": "lived_to"},
    "people_warningmarker": {
        "code": "code",
        "label": "left(label, 120)",
        "set_on": "set_on",
        "review_on": "review_on",
    },
}


def write(space: Workspace, *, first: bool) -> None:
    """What is known of touched people. Rows that stay as they were are not written again: most of
    what is known of somebody is what was known before.
    """
    columns = {table: _OF_ALL | own for table, own in TABLES.items()}
    if first:
        copy_in_turn(space, [Transfer(f"from {t}", t, c) for t, c in columns.items()])
        return
    for table, named in columns.items():
        temporary(f"incoming_{table}", f"AS SELECT {', '.join(named)} FROM {table} LIMIT 0")
    copy_in_turn(space, [Transfer(f"from {t}", f"incoming_{t}", c) for t, c in columns.items()])
    for table, named in columns.items():
        _replace_what_differs(table, tuple(named))


def _replace_what_differs(table: str, columns: tuple[str, ...]) -> None:
    """The table itself is looked through once: `held` is what it says of the people touched."""
    names = ", ".join(columns)
    held, incoming = (", ".join(f"{of}.{c}" for c in columns) for of in ("h", "i"))
    same = f"i.person_id = h.person_id AND ({held}) IS NOT DISTINCT FROM ({incoming})"
    temporary(
        "held",
        f"AS SELECT t.id, {', '.join(f't.{c}' for c in columns)} FROM {table} t"
        " JOIN touched ON t.person_id = touched.id",
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE held, incoming_{table}")
        cursor.execute(
            f"""DELETE FROM {table} t USING held h WHERE t.id = h.id
            AND NOT EXISTS (SELECT FROM incoming_{table} i WHERE {same})"""
        )
        cursor.execute(
            f"""INSERT INTO {table} ({names}) SELECT {incoming} FROM incoming_{table} i
            WHERE NOT EXISTS (SELECT FROM held h WHERE {same}) ORDER BY i.person_id, i.rank"""
        )
