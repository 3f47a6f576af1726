"""Three real OpenSearch nodes: one is killed while searches go on, and no search fails."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.embedded import java, opensearch, processes, stack
from deploy.embedded.home import Home, ServerError
from wmp_search.search import client, sync

INDEX, DOCUMENTS, THREADS = "wmp-cluster", 2_000, 4
SHARE = 30  # searches of each thread


@pytest.fixture
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Home]:
    if not java.find().compiles:
        pytest.skip("no JDK: several OpenSearch nodes were not tried")
    monkeypatch.delenv("OPENSEARCH_URL", raising=False)
    monkeypatch.setenv("OPENSEARCH_NODES", "3")
    monkeypatch.setenv("OPENSEARCH_HEAP", "384m")
    made = Home(tmp_path / "var", test=True)
    try:
        settings.OPENSEARCH_URL = stack.up(made, ["opensearch"])["OPENSEARCH_URL"]
        client.client.cache_clear()
        yield made
    finally:
        client.client.cache_clear()
        stack.reset(made)


def filled() -> None:
    """As `sync` leaves an index, but for how long the cluster waits for a lost node."""
    kept = {**sync.SERVING, "unassigned.node_left.delayed_timeout": "0s", "number_of_shards": 1}
    client.create_index(INDEX, {"properties": {"n": {"type": "integer"}}}, {"index": kept})
    client.bulk(client.BulkAction(INDEX, str(n), 1, {"n": n}) for n in range(DOCUMENTS))
    client.refresh(INDEX)
    assert client.replicated(INDEX)


def searched(end: threading.Event) -> int:
    """Search until `end`, and SHARE times at least: how often. An answer that fails or lacks its
    document raises.
    """
    chosen, times = random.Random(7), 0  # noqa: S311 - not a secret
    while not end.is_set() or times < SHARE:
        wanted = chosen.randrange(DOCUMENTS)
        body = {"query": {"term": {"n": wanted}}}
        beside = [client.Aside(INDEX, body)] if times % 2 else []
        hits = client.search(INDEX, body, beside=beside)["hits"]["hits"]
        assert [hit["_id"] for hit in hits] == [str(wanted)]
        times += 1
    return times


def node_with(what: str) -> int:
    """The number of the node that leads the cluster, or holds the first copy of the index."""
    cat = client.client().cat
    if what == "leads":
        name = cat.cluster_manager(format="json")[0]["node"]
    else:
        rows = cat.shards(index=INDEX, format="json")
        name = next(row["node"] for row in rows if row["prirep"] == "p")
    return int(name.partition("-")[2] or 1)


def test_no_search_fails_when_a_node_is_killed(home: Home) -> None:
    filled()
    for what in ("leads", "holds the first copy"):
        end = threading.Event()
        with ThreadPoolExecutor(THREADS) as pool:
            searches = [pool.submit(searched, end) for _ in range(THREADS)]
            time.sleep(1)
            folder = home.var / ("opensearch", "opensearch-2", "opensearch-3")[node_with(what) - 1]
            os.kill(processes.in_folder(folder, "java")[0], signal.SIGKILL)
            time.sleep(5)
            end.set()
        assert sum(search.result() for search in searches) > 100
        assert client.replicated(INDEX)
        assert client.count(INDEX) == DOCUMENTS
        assert len(opensearch.running(home)) == 2
        assert not stack.whole(home, "opensearch")
        stack.up(home, ["opensearch"])  # as the supervisor does: the others stay
        assert stack.whole(home, "opensearch")
        assert client.replicated(INDEX)
    assert client.count(INDEX) == DOCUMENTS


def test_a_number_of_nodes_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for nonsense in ("0", "ten", "-3", "12"):
        monkeypatch.setenv("OPENSEARCH_NODES", nonsense)
        with pytest.raises(ServerError, match="from 1 to 9"):
            opensearch.nodes()
