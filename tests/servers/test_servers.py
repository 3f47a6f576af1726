"""What every other test relies on: least privilege, own databases, relays that can be cut."""

import socket

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction

from tests.relay import Relay
from wmp_search.access.models import Role


def refused(alias: str, statement: str) -> bool:
    """Whether the role behind `alias` may not run `statement`."""
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM audit_event",
        "INSERT INTO audit_event DEFAULT VALUES",
        "DELETE FROM audit_event",
        "TRUNCATE access_role",
        "DROP TABLE access_role",
        "CREATE TABLE public.mine (id int)",
    ],
)
def test_the_application_role_cannot(statement: str) -> None:
    assert refused("default", statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET officer = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "SELECT count(*) FROM access_role",
        "SELECT count(*) FROM people_person",
    ],
)
def test_the_audit_role_cannot(statement: str) -> None:
    assert refused("audit", statement)


@pytest.mark.django_db
def test_the_roles_can_do_their_own_work() -> None:
    assert not refused("default", "CREATE TEMP TABLE mine (id int)")
    assert not refused("default", "DELETE FROM access_role WHERE false")
    assert not refused("audit", "SELECT count(*) FROM audit_event")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_committing_test_leaves_what_migrations_wrote(attempt: int) -> None:
    assert Role.objects.exists()
    Role.objects.all().delete()


def test_another_machine_is_out_of_reach() -> None:
    with pytest.raises(OSError, match="another machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_postgresql_can_be_cut_and_comes_back(postgres_relay: Relay) -> None:
    assert Role.objects.exists()
    postgres_relay.cut()
    with pytest.raises(OperationalError):
        Role.objects.exists()
    connections.close_all()  # as the end of a request does
    postgres_relay.restore()
    assert Role.objects.exists()
