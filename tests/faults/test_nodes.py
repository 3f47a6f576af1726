"""The whole product on three OpenSearch nodes: one is killed while officers search."""

import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.embedded import java
from tests.product import SECONDS, Product, ask

OFFICERS = ("officer", "sergeant", "analyst")
PEOPLE = 2_000


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    if not java.find().compiles:
        pytest.skip("no JDK: several OpenSearch nodes were not tried")
    nodes = {"OPENSEARCH_NODES": "3", "OPENSEARCH_HEAP": "512m"}
    made = Product(tmp_path / "var", {**nodes, "REQUESTS_AT_ONCE": str(len(OFFICERS))})
    made.up()
    try:
        made.migrate()
        made.manage("search_migrate")
        made.manage("load_demonstration", "--people", str(PEOPLE))
        yield made
    finally:
        made.down()


def opensearch(product: Product, node: int, path: str, body: Any = None) -> Any:
    """What the cluster answers at a node."""
    url = product.run_env["OPENSEARCH_URL"].split(",")[node] + path
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, data, {"Content-Type": "application/json"}, method="PUT" if body else "GET"
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=100) as answer:
        return json.load(answer)


def names(product: Product) -> list[str]:
    """Whole names that stand in open records."""
    query = (
        "SELECT DISTINCT given_names || ' ' || surname FROM people_nominalrecord"
        " WHERE tier = 0 AND given_names <> '' AND surname <> '' ORDER BY 1 LIMIT 200"
    )
    with psycopg.connect(product.run_env["OWNER_DATABASE_URL"]) as connection:
        return [row[0] for row in connection.execute(query)]


@pytest.mark.slow
@pytest.mark.faults
def test_no_search_fails_when_one_of_three_nodes_is_killed(product: Product) -> None:
    delay = {"index.unassigned.node_left.delayed_timeout": "1s"}
    opensearch(product, 0, "/_all/_settings", delay)
    assert opensearch(product, 0, "/_cluster/health")["number_of_nodes"] == 3
    before = opensearch(product, 0, "/wmp-person/_count")["count"]
    assert before >= PEOPLE
    asked, end = names(product), threading.Event()
    answers: list[tuple[int, dict[str, Any]]] = []

    def search(address: str, token: str) -> None:
        for name in cycle(asked):
            answers.append(ask(address, token, name=name))
            if end.is_set():
                return

    def more(number: int) -> None:
        wanted, last = len(answers) + number, time.monotonic() + SECONDS
        while len(answers) < wanted and time.monotonic() < last:
            time.sleep(0.1)

    with product.web() as (address, _), ThreadPoolExecutor(len(OFFICERS)) as pool:
        searching = [pool.submit(search, address, token) for token in product.tokens(*OFFICERS)]
        more(40)
        leading = opensearch(product, 0, "/_cat/cluster_manager?format=json")[0]["node"]
        victim = int(leading.partition("-")[2] or 1) - 1
        os.kill(product.pids("opensearch")[victim], signal.SIGKILL)
        left = next(node for node in range(3) if node != victim)
        more(60)
        health = opensearch(product, left, "/_cluster/health?wait_for_status=green&timeout=90s")
        more(20)
        end.set()
        for one in searching:
            one.result()

    failed = [answer for answer in answers if answer[0] != 200]
    assert not failed, (len(failed), len(answers), failed[:3])
    assert len(answers) >= 120
    assert all(answer["results"] for _, answer in answers)
    assert (health["status"], health["number_of_nodes"]) == ("green", 2)
    assert opensearch(product, left, "/wmp-person/_count")["count"] == before

    product.up("opensearch")
    health = opensearch(product, left, "/_cluster/health?wait_for_status=green&timeout=90s")
    assert (health["status"], health["number_of_nodes"]) == ("green", 3)
    product.manage("search_reconcile", "--documents")
    audited = "SELECT count(*) FROM audit_event WHERE action = 'person.searched'"
    assert product.number(audited, "AUDIT_DATABASE_URL") == len(answers)
