"""The audit table accepts new rows and nothing else, from whomever; tested by trying."""

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from audit.actions import Action
from audit.record import SYSTEM, Entry, event

STATEMENTS = {
    "SELECT": "SELECT count(*) FROM {table}",
    "INSERT": "INSERT INTO {table} SELECT * FROM {table}",
    "UPDATE": "UPDATE {table} SET officer = 'nobody'",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table}",
}


def current_partition(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relname = 'audit_event_' || "
        "to_char(now(), 'YYYY_MM')"
    ).fetchone()
    assert row
    return str(row[0])


def refusal(alias: str, statement: str) -> str:
    """The database's own words; empty if it did what it was told."""
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("word", STATEMENTS)
def test_the_application_has_no_right_at_all_on_the_trail(
    word: str, owner_connection: psycopg.Connection
) -> None:
    for table in ("audit_event", current_partition(owner_connection), "audit_event_other"):
        said = refusal("default", STATEMENTS[word].format(table=table))
        assert "permission denied" in said, table


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_writer_of_the_trail_cannot_change_it(word: str) -> None:
    event(Entry(action=Action.PERSON_VIEWED, actor=SYSTEM))
    said = refusal("audit", STATEMENTS[word].format(table="audit_event"))
    assert "permission denied" in said


@pytest.mark.parametrize("word", STATEMENTS)
def test_the_writer_cannot_reach_round_the_table_to_its_parts(
    word: str, owner_connection: psycopg.Connection
) -> None:
    table = current_partition(owner_connection)
    assert "permission denied" in refusal("audit", STATEMENTS[word].format(table=table))


@pytest.mark.django_db
def test_the_writer_cannot_read_or_change_anything_but_the_trail() -> None:
    for table in ("people_person", "people_name", "access_officer", "django_session"):
        assert "permission denied" in refusal("audit", f"SELECT 1 FROM {table}"), table


@pytest.mark.parametrize("word", ["UPDATE", "DELETE", "TRUNCATE"])
def test_a_trigger_refuses_even_the_owner(word: str, owner_connection: psycopg.Connection) -> None:
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute(
            "INSERT INTO audit_event SELECT gen_random_uuid(), now(), 'x', gen_random_uuid(), "
            "NULL, '', NULL, '{}', '', '', NULL, '', '', '', '{}', '{}', '[]', NULL, '{}', ''"
        )
        for table in ("audit_event", current_partition(owner_connection)):
            statement = STATEMENTS[word].format(table=table)
            with (
                pytest.raises(psycopg.Error, match="append-only"),
                owner_connection.transaction(),
            ):
                owner_connection.execute(statement.encode())


@pytest.mark.django_db
def test_the_writer_can_add_and_read() -> None:
    event(Entry(action=Action.PERSON_VIEWED, actor=SYSTEM))
    assert refusal("audit", STATEMENTS["SELECT"].format(table="audit_event")) == ""


def test_every_month_for_years_has_its_own_part(owner_connection: psycopg.Connection) -> None:
    row = owner_connection.execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"
    ).fetchone()
    assert row
    assert row[0] >= 12 * 6 + 1


@pytest.mark.django_db
@pytest.mark.parametrize("alias", ["default", "audit"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("audit_seal", "header"),
        ("audit_checkpoint", "place"),
        ("audit_hold", "reason"),
        ("audit_expiry", "statement"),
    ],
)
def test_seals_and_what_belongs_to_them_only_grow(table: str, column: str, alias: str) -> None:
    statements = [f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}", f"TRUNCATE {table}"]
    if alias == "default":
        statements += [f"INSERT INTO {table} SELECT * FROM {table}", f"SELECT * FROM {table}"]
    for statement in statements:
        assert "permission denied" in refusal(alias, statement), statement
