"""Several sources loaded by several processes: the same outcome as one after the other."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from ingest import together
from ingest.models import Batch, SourceRecord
from ingest.pipeline import Plan, RefreshRunning, refresh
from people.models import NominalRecord
from tests.ingest.conftest import HEADER, PEOPLE, Feed
from wmp_search.search import workers

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEMS = ("first", "second", "third")


@pytest.fixture
def three(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Three systems, whose deliveries are large enough to be shared."""
    monkeypatch.setattr(together, "WORTH_A_SECOND_PROCESS", 1)
    for system in SYSTEMS:
        feed.source(PEOPLE.replace('"trial"', f'"{system}"'), system)
        rows = "".join(f"{n},Mapplethorpe,Zenobia,01/02/1990,{system}\n" for n in range(50))
        feed.file("people.csv", HEADER + rows, system)
    return feed


def test_each_source_is_loaded_once_by_one_of_two_processes(
    three: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, started, told = workers.pool, [], []

    def counted(*words: Any) -> Any:
        started.append(pool(*words))
        return started[-1]

    monkeypatch.setattr(workers, "pool", counted)
    plan = Plan(feeds=three.feeds, resolve=False, index=False)
    report = refresh(plan, lambda what, rows: told.append((what, rows)))
    assert len(started) == 1
    assert [(b.system, b.state, b.added) for b in report.batches] == [
        (system, Batch.State.LOADED, 50) for system in SYSTEMS
    ]
    assert NominalRecord.objects.count() == 150
    ids = sorted(SourceRecord.objects.values_list("id", flat=True))
    assert ids == list(range(ids[0], ids[0] + 150))
    assert set(told) >= {(f"{system}/people people.csv", 50) for system in SYSTEMS}
    assert refresh(plan).batches == []


def test_a_source_that_fails_stops_no_other(three: Feed) -> None:
    three.file("people.csv", "something else\n1\n", "second")
    batches = three.refresh()
    assert [(b.system, b.state) for b in batches] == [
        ("first", Batch.State.LOADED),
        ("second", Batch.State.FAILED),
        ("third", Batch.State.LOADED),
    ]
    assert not SourceRecord.objects.filter(system="second").exists()


def test_a_small_delivery_starts_no_process(three: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "WORTH_A_SECOND_PROCESS", 50 << 20)
    monkeypatch.setattr(workers, "pool", lambda *_: pytest.fail("a process was started"))
    assert len(three.refresh()) == 3


def test_a_refresh_waits_for_the_loading_processes_of_a_killed_one(three: Feed) -> None:
    s = connection.settings_dict
    with psycopg.connect(
        host=s["HOST"], port=s["PORT"], user=s["USER"], password=s["PASSWORD"], dbname=s["NAME"]
    ) as left_over:
        left_over.execute("SELECT pg_advisory_lock_shared(%s)", [together.LOADERS])
        with pytest.raises(RefreshRunning, match="still loading a file"):
            three.refresh()
        left_over.execute("SELECT pg_advisory_unlock_shared(%s)", [together.LOADERS])
    assert len(three.refresh()) == 3
