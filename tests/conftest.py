"""Every test runs on the real servers: PostgreSQL, Redis and OpenSearch of `make test`.

What a test gets:
- `@pytest.mark.django_db` covers both database aliases (wmp_app, wmp_audit) and is rolled back.
- `@pytest.mark.django_db(transaction=True)`, `transactional_db` and `live_server` commit; then the
  worker's database is cloned anew from the migrated template (about 0.1 s), so what migrations
  wrote is there again. Use them when several connections must see the same rows, else not.
- `owner_connection`: the role that owns the tables, for what the application may not do.
- index names begin with settings.OPENSEARCH_PREFIX, the worker's own; removed at the end.
- `opensearch_relay`, `redis_relay`, `postgres_relay` (tests/relay.py): the server behind a relay
  that this test alone may cut, restore or hang.
- `page` (pytest-playwright) drives the machine's Chromium; without one such tests skip and say so.
- sockets reach this machine only.
"""

import ipaddress
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import urllib3
from django.conf import settings as django_settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import TransactionTestCase

from tests import databases
from tests.relay import Relay

# Playwright's own event loop runs in the thread of the test
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# the shell is the same engine without windows, and takes a fifth less
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that may use the database may use both aliases: no page works without its audit."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker is None and not fixtures & {"db", "transactional_db", "live_server"}:
            continue
        arguments: dict[str, Any] = dict(marker.kwargs) if marker else {}
        arguments.setdefault("databases", ["default", "audit"])
        item.add_marker(pytest.mark.django_db(**arguments), append=False)


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        inet = self.family in {socket.AF_INET, socket.AF_INET6}
        if inet and address[0] != "localhost" and not ipaddress.ip_address(address[0]).is_loopback:
            raise OSError("a test tried to reach another machine")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The worker's own database, cloned from the template; again after each committing test."""
    source, name = databases.template(), str(django_settings.DATABASES["default"]["NAME"])

    def clone_again(_case: TransactionTestCase) -> None:
        _close_connections()
        databases.clone(name, source)

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.clone(name, source)
        patch.setattr(TransactionTestCase, "_fixture_teardown", clone_again)
        yield
        _close_connections()
        with databases.owner() as connection:
            databases.drop(connection, name)


def _close_connections() -> None:
    for connection in connections.all():
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


@pytest.fixture(scope="session", autouse=True)
def _no_index_stays() -> Iterator[None]:
    yield
    url, mine = django_settings.OPENSEARCH_URL, django_settings.OPENSEARCH_PREFIX
    try:
        found = urllib3.request("GET", f"{url}/_cat/indices/wmp-test-*?format=json&h=index")
    except urllib3.exceptions.HTTPError:
        return  # a run of pure functions needs no server
    for index in (row["index"] for row in found.json()):
        run = re.match(r"wmp-test-(\d+)-", index)
        if index.startswith(f"{mine}-") or (run and not Path(f"/proc/{run[1]}").exists()):
            urllib3.request("DELETE", f"{url}/{index}")


@pytest.fixture(autouse=True)
def _no_purpose_is_remembered() -> None:
    """The list of purposes that another test changed and rolled back is not kept in memory."""
    from wmp_search.access import purposes

    purposes.forget()


@pytest.fixture(autouse=True)
def _no_source_is_approved() -> None:
    """No page asks the database for sources approved on the pages, until a test approves one."""
    from ingest import registry

    registry.remember_none()


@pytest.fixture
def owner_connection(db: None) -> Iterator[psycopg.Connection]:
    """The worker's database as wmp_owner, outside the test's transaction."""
    with databases.owner(str(django_settings.DATABASES["default"]["NAME"])) as connection:
        yield connection


@pytest.fixture
def opensearch_relay(settings: Any) -> Iterator[Relay]:
    """OpenSearch behind a relay; the client of this process uses it for one test."""
    from wmp_search.search.client import client

    parts = urlsplit(settings.OPENSEARCH_URL)
    with Relay(str(parts.hostname), parts.port or 9200) as relay:
        settings.OPENSEARCH_URL = f"http://127.0.0.1:{relay.port}"
        client.cache_clear()
        yield relay
    client.cache_clear()


@pytest.fixture
def redis_relay(settings: Any) -> Iterator[Relay]:
    """Redis behind a relay, for the broker too."""
    parts = urlsplit(settings.REDIS_URL)
    with Relay(str(parts.hostname), parts.port or 6379) as relay:
        address = parts.netloc.rpartition(":")[0]
        settings.REDIS_URL = parts._replace(netloc=f"{address}:{relay.port}").geturl()
        settings.CELERY_BROKER_URL = settings.REDIS_URL
        yield relay


@pytest.fixture
def postgres_relay(transactional_db: None) -> Iterator[Relay]:
    """PostgreSQL behind a relay, for both aliases; the test commits."""
    real = {alias: dict(connections[alias].settings_dict) for alias in ("default", "audit")}
    with Relay(real["default"]["HOST"], int(real["default"]["PORT"])) as relay:
        _move(dict.fromkeys(real, ("127.0.0.1", relay.port)))
        yield relay
        _move({alias: (old["HOST"], old["PORT"]) for alias, old in real.items()})


def _move(addresses: dict[str, tuple[str, int]]) -> None:
    _close_connections()
    for alias, (host, port) in addresses.items():
        connections[alias].settings_dict.update(HOST=host, PORT=port)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the machine's own Chromium."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("NO CHROMIUM ON PATH: browser tests did not run (apt install chromium)")
    return {"executable_path": program, "args": CHROMIUM_FLAGS}
