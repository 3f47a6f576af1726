"""Draining the outbox: nothing lost, nothing twice, a late write loses."""

from typing import Any

import pytest
from django.db import connection
from opensearchpy.exceptions import TransportError

from people.index import SPEC
from people.models import Name, Person
from people.search import PersonCriteria, search
from tests.people_data import index, person, record
from tests.search.scopes import EVERYTHING
from wmp_search.search import client, outbox
from wmp_search.search.client import SearchUnavailable
from wmp_search.search.models import IndexBuild, OutboxEntry

pytestmark = pytest.mark.django_db


def _found(name: str) -> list[int]:
    client.refresh(SPEC.alias)
    matches = search(PersonCriteria(name=name), EVERYTHING).matches
    return [match.person_id for match in matches]


def _rename(someone: Person, surname: str, version: int) -> None:
    Name.objects.filter(person=someone).update(surname=surname)
    Person.objects.filter(pk=someone.pk).update(version=version, surname=surname)
    outbox.queue("person", [someone.pk])


def test_a_change_is_found_after_draining_and_its_entries_are_gone() -> None:
    someone = person(record(given_names="Petronella", surname="Ashdown"))
    index()
    _rename(someone, "Winterbourne", version=4)
    outbox.queue("person", [someone.pk])  # twice in the outbox is one job
    assert outbox.drain() == 2
    assert outbox.backlog() == 0
    assert _found("Petronella Winterbourne") == [someone.pk]


def test_draining_twice_changes_nothing() -> None:
    someone = person(record(given_names="Petronella", surname="Ashdown"))
    index()
    before = client.count(SPEC.alias)
    outbox.queue("person", [someone.pk])
    outbox.drain()
    client.refresh(SPEC.alias)
    assert client.count(SPEC.alias) == before


def test_a_late_write_with_an_older_version_loses() -> None:
    someone = person(record(given_names="Petronella", surname="Ashdown"))
    index()
    stale = next(iter(SPEC.documents([someone.pk])))
    _rename(someone, "Winterbourne", version=4)
    outbox.drain()
    client.bulk([client.BulkAction(SPEC.alias, stale.doc_id, stale.version, stale.source)])
    assert _found("Petronella Winterbourne") == [someone.pk]


def test_a_person_without_evidence_any_more_disappears() -> None:
    someone = person(record(given_names="Petronella", surname="Ashdown"))
    index()
    Person.objects.filter(pk=someone.pk).update(status="withdrawn", version=4)
    outbox.queue("person", [someone.pk])
    outbox.drain()
    assert _found("Petronella Ashdown") == []


def test_a_person_whose_row_is_gone_disappears() -> None:
    someone = person(record(given_names="Petronella", surname="Ashdown"))
    index()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_person WHERE id = %s", [someone.pk])
    outbox.queue("person", [someone.pk])
    outbox.drain()
    assert _found("Petronella Ashdown") == []


def test_without_an_index_the_entries_wait() -> None:
    IndexBuild.objects.all().delete()
    person(record(given_names="Petronella", surname="Ashdown"))
    assert outbox.drain() == 0
    assert OutboxEntry.objects.count() == 1


def test_while_opensearch_is_away_the_entries_wait(opensearch_relay: object) -> None:
    index()
    person(record(given_names="Petronella", surname="Ashdown"))
    opensearch_relay.cut()  # type: ignore[attr-defined]
    with pytest.raises(client.SearchUnavailable):
        outbox.drain()
    assert OutboxEntry.objects.count() == 1
    opensearch_relay.restore()  # type: ignore[attr-defined]
    assert outbox.drain() == 1


def test_all_entries_of_an_id_are_one_job_wherever_they_stand() -> None:
    index()
    outbox.queue("person", [900_000, 900_001, 900_000, 900_002, 900_000])
    assert outbox.drain(1) == 3
    assert set(OutboxEntry.objects.values_list("entity_id", flat=True)) == {900_001, 900_002}


def test_draining_stops_at_its_limit() -> None:
    index()
    outbox.queue("person", list(range(900_000, 900_010)))
    assert outbox.drain(4) == 4
    assert outbox.backlog() == 6


def test_one_batch_takes_few_queries_whatever_its_size(
    django_assert_max_num_queries: object,
) -> None:
    index()
    for number in range(30):
        person(record(given_names="Many", surname=f"Person{number}"))
    # one of them: what is contested of the batch
    with django_assert_max_num_queries(27):  # type: ignore[operator]
        assert outbox.drain() == 30


@pytest.mark.parametrize(
    ("kind", "asked"), [("circuit_breaking_exception", 3), ("cluster_block_exception", 1)]
)
def test_a_node_short_of_room_is_given_some_and_a_full_disk_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, kind: str, asked: int
) -> None:
    calls: list[Any] = []

    class Node:
        def bulk(self, **words: Any) -> dict[str, Any]:
            calls.append(words)
            if len(calls) < 3:
                raise TransportError(429, kind, {})
            return {"errors": False}

    monkeypatch.setattr(client, "client", Node)
    monkeypatch.setattr(client, "BUSY_PAUSES", (0, 0))
    done = client.BulkAction("wmp-test", "1", 1, {"n": 1})
    if asked == 1:
        with pytest.raises(SearchUnavailable):
            client.bulk([done])
    else:
        client.bulk([done])
    assert len(calls) == asked
