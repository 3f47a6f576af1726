"""An index is built aside, verified and swapped; the one in use is never harmed."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from people.index import SPEC
from tests.people_data import person, record
from wmp_search.search import client, index, outbox, sync, workers
from wmp_search.search.models import IndexBuild

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_large_sets_are_built_and_drained_by_two_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "CHUNK", 2)
    monkeypatch.setattr(outbox, "WORTH_A_SECOND_PROCESS", 3)
    pool, started = workers.pool, []

    def counted() -> Any:
        started.append(pool())
        return started[-1]

    monkeypatch.setattr(workers, "pool", counted)
    for number in range(5):
        person(record(given_names="Zenobia", surname=f"Mapplethorpe{number}"))
    (build,) = sync.migrate()
    assert build.documents == 5
    assert outbox.drain() == 5
    assert len(started) == 2


@pytest.fixture(autouse=True)
def _only_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_specs", {"person": SPEC})


@pytest.fixture
def people() -> None:
    for given in ("Amina", "Boris", "Carys"):
        person(record(given_names=given, surname="Holloway"))


def _redeclare(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> index.IndexSpec:
    changed = replace(SPEC, **changes)
    monkeypatch.setattr(index, "_specs", {"person": changed})
    return changed


def test_the_first_migration_builds_what_the_database_holds(people: None) -> None:
    (build,) = sync.migrate()
    assert build.documents == client.count(SPEC.alias) == 3
    assert build.state == "live"


def test_an_unchanged_declaration_is_left_alone(people: None) -> None:
    sync.migrate()
    assert sync.migrate() == []


def test_a_changed_document_version_builds_a_new_index_and_keeps_one_for_rollback(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = sync.migrate()
    changed = _redeclare(monkeypatch, document_version=901)
    (second,) = sync.migrate()
    assert client.aliased(SPEC.alias) == [second.name] != [first.name]
    assert set(client.indices(f"{SPEC.alias}-*")) == {first.name, second.name}
    _redeclare(monkeypatch, document_version=902)
    (third,) = sync.migrate()
    assert set(client.indices(f"{SPEC.alias}-*")) == {second.name, third.name}
    assert sync.rollback(changed) == second.name
    assert client.aliased(SPEC.alias) == [second.name]


def test_a_build_that_lacks_documents_does_not_replace_the_live_index(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (live,) = sync.migrate()
    outbox.drain()
    _redeclare(monkeypatch, document_version=903, expected=lambda: 4)
    with pytest.raises(sync.BuildFailed, match="holds 3 documents, the database expects 4"):
        sync.migrate()
    assert client.aliased(SPEC.alias) == [live.name]
    assert client.indices(f"{SPEC.alias}-*") == [live.name]
    assert IndexBuild.objects.filter(state="failed").count() == 1


def test_a_field_that_the_mapping_does_not_know_is_refused(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_stray_field(ids: Any) -> Any:
        for document in SPEC.documents(ids):
            stray = None if document.source is None else document.source | {"stray": 1}
            yield document._replace(source=stray)

    _redeclare(monkeypatch, document_version=904, documents=with_a_stray_field)
    with pytest.raises(client.SearchError, match="strict_dynamic_mapping"):
        sync.migrate()


def test_what_changes_while_a_build_runs_reaches_the_new_index(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync.migrate()
    outbox.drain()

    def changed_meanwhile(after: int, limit: int) -> list[int]:
        ids = SPEC.ids_after(after, limit)
        if not ids:  # everything was read; now somebody is added and drained
            person(record(given_names="Latecomer", surname="Holloway"))
            outbox.drain()
        return ids

    _redeclare(monkeypatch, document_version=905, ids_after=changed_meanwhile)
    (build,) = sync.migrate()
    assert build.documents == 4


def test_builds_that_a_killed_process_left_are_cleared_away(people: None) -> None:
    name = SPEC.build_name("killed")
    client.create_index(name, SPEC.mapping, SPEC.settings)
    left = IndexBuild.objects.create(entity="person", name=name)
    sync.migrate()
    left.refresh_from_db()
    assert left.state == "failed"
    assert name not in client.indices(f"{SPEC.alias}-*")


def test_only_one_process_may_build(owner_connection: Any) -> None:
    owner_connection.execute("SELECT pg_advisory_lock(%s)", [sync._LOCK])
    with pytest.raises(CommandError, match="Another process is building"):
        call_command("search_migrate")
    # a closed connection gives its locks back a moment later: the next test would meet this one
    owner_connection.execute("SELECT pg_advisory_unlock(%s)", [sync._LOCK])


def test_reconciliation_reports_a_document_that_should_not_be_there(people: None) -> None:
    sync.migrate()
    outbox.drain()
    assert sync.reconcile_counts() == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_person WHERE given_names = 'Boris'")
    assert sync.reconcile_counts() == [sync.Difference("person", 2, 3)]
    with pytest.raises(CommandError):
        call_command("search_reconcile")
