"""Differences of ids and versions are counted and repaired; no search notices a swap."""

import threading
import time
from typing import Any

import pytest
from django.core.management import call_command

from people.index import SPEC
from people.models import Person
from tests.people_data import person, record
from wmp_search.search import client, index, outbox, reconcile, sync
from wmp_search.search.client import BulkAction
from wmp_search.search.models import OutboxEntry, Reconciliation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_specs", {"person": SPEC})


@pytest.fixture
def people() -> list[Person]:
    made = [
        person(record(given_names=g, surname="Holloway"))
        for g in ("Amina", "Boris", "Carys", "Dai")
    ]
    sync.migrate()
    OutboxEntry.objects.all().delete()
    return made


def compared() -> tuple[int, int, int]:
    (found,) = reconcile.reconcile()
    return found.missing, found.stale, found.surplus


def test_an_index_that_agrees_has_no_drift(people: list[Person]) -> None:
    assert compared() == (0, 0, 0)
    assert Reconciliation.objects.get().checked == 4


def test_missing_stale_and_surplus_documents_are_counted_and_repaired(
    people: list[Person],
) -> None:
    documents = {d.doc_id: d for d in SPEC.documents([p.pk for p in people]) if d.source}
    lost, old, *_ = documents.values()
    client.bulk([BulkAction(SPEC.alias, lost.doc_id, None, None)])
    Person.objects.update(version=7)  # changed without an outbox entry: a defect
    client.bulk([BulkAction(SPEC.alias, "9999999-0", 1, old.source)])
    client.refresh(SPEC.alias)
    assert compared() == (1, 3, 1)
    outbox.drain()
    client.bulk([BulkAction(SPEC.alias, "9999999-0", None, None)])
    assert compared() == (0, 0, 0)


def test_what_waits_in_the_outbox_is_no_difference(people: list[Person]) -> None:
    Person.objects.update(version=7)
    outbox.queue("person", [p.pk for p in people])
    assert compared() == (0, 0, 0)


def test_a_rollback_brings_what_has_changed_since(
    people: list[Person], capsys: pytest.CaptureFixture[str]
) -> None:
    sync.migrate(force=True)
    Person.objects.filter(pk=people[0].pk).update(version=9)
    outbox.queue("person", [people[0].pk])
    outbox.drain()
    call_command("search_migrate", rollback="person")
    assert "1 documents had changed since and were indexed again" in capsys.readouterr().out
    assert compared() == (0, 0, 0)


def test_no_search_fails_or_misses_a_document_while_indices_are_built_and_swapped(
    people: list[Person],
) -> None:
    """A prober asks all the time; three rebuilds and a rollback go on behind it."""
    answers: list[int | str] = []
    stop = threading.Event()
    client.refresh(SPEC.alias)
    body = {"query": {"match_all": {}}, "track_total_hits": True, "size": 10}

    def probe() -> None:
        while not stop.is_set():
            try:
                answers.append(int(client.search(SPEC.alias, body)["hits"]["total"]["value"]))
            except Exception as error:  # noqa: BLE001 (every failure counts)
                answers.append(type(error).__name__)
            time.sleep(0.005)

    prober = threading.Thread(target=probe)
    prober.start()
    try:
        for _ in range(3):
            sync.migrate(force=True)
        sync.rollback(SPEC)
    finally:
        stop.set()
        prober.join()
    assert len(answers) > 20
    wrong: list[Any] = [a for a in answers if a != 4]
    assert wrong == []
