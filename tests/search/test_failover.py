"""OPENSEARCH_URL names several nodes: what one of them does not answer, another does."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from tests.relay import Relay
from wmp_search.search import client

INDEX = f"{django_settings.OPENSEARCH_PREFIX}-failover"


@pytest.fixture
def nodes(settings: Any) -> Iterator[tuple[Relay, Relay]]:
    """Two ways to the same server, each of which can be cut or hung."""
    real = urlsplit(settings.OPENSEARCH_URL)
    host, port = str(real.hostname), real.port or 9200
    client.create_index(INDEX, {"properties": {"n": {"type": "integer"}}}, {})
    client.bulk([client.BulkAction(INDEX, "1", 1, {"n": 1})])
    client.refresh(INDEX)
    with Relay(host, port) as one, Relay(host, port) as other:
        settings.OPENSEARCH_URL = f"http://127.0.0.1:{one.port}, http://127.0.0.1:{other.port}"
        client.client.cache_clear()
        yield one, other
    settings.OPENSEARCH_URL = real.geturl()
    client.client.cache_clear()
    client.drop_index(INDEX)


def found() -> int:
    beside = client.Aside(INDEX, {"query": {"term": {"n": 1}}})
    plain = client.search(INDEX, {"query": {"match_all": {}}})
    client.search(INDEX, {"query": {"match_all": {}}}, beside=[beside])
    return len(plain["hits"]["hits"]) + len(beside.ids or ())


def test_a_node_that_is_gone_is_passed_over(nodes: tuple[Relay, Relay]) -> None:
    assert found() == 2
    nodes[0].cut()
    assert [found() for _ in range(10)] == [2] * 10
    assert client.count(INDEX) == 1
    nodes[0].restore()
    nodes[1].cut()
    assert [found() for _ in range(10)] == [2] * 10


def test_a_node_that_hangs_costs_one_search_half_its_time(
    nodes: tuple[Relay, Relay], settings: Any
) -> None:
    settings.OPENSEARCH_TIMEOUT_SECONDS = 2.0
    nodes[0].hang()
    begun = time.monotonic()
    assert [found() for _ in range(4)] == [2] * 4
    assert time.monotonic() - begun < 2  # one wait of a second, not a second one


def test_an_alias_is_found_past_a_node_that_is_gone(nodes: tuple[Relay, Relay]) -> None:
    nodes[0].cut()
    client.point_alias(f"{INDEX}-alias", INDEX)
    assert client.aliased(f"{INDEX}-alias") == [INDEX]
    assert client.aliased(f"{INDEX}-unknown") == []


def test_without_any_node_the_answer_comes_in_the_time_of_one_search(
    nodes: tuple[Relay, Relay],
) -> None:
    for node in nodes:
        node.cut()
    begun = time.monotonic()
    with pytest.raises(client.SearchUnavailable):
        client.search(INDEX, {"query": {"match_all": {}}})
    assert time.monotonic() - begun < django_settings.OPENSEARCH_TIMEOUT_SECONDS
