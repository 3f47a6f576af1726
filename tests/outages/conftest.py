"""Outages: short waits, and the audit connection alone behind a relay."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tests.relay import Relay


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool waits five seconds for a server that is away; a test need not."""
    for alias in ("default", "audit"):
        pool = connections[alias].settings_dict["OPTIONS"]["pool"]
        monkeypatch.setitem(pool, "timeout", 0.5)


@pytest.fixture
def audit_relay(transactional_db: None) -> Iterator[Relay]:
    """PostgreSQL behind a relay for the audit connection alone; the test commits."""
    real = connections["audit"].settings_dict
    host, port = real["HOST"], real["PORT"]
    with Relay(host, int(port)) as relay:
        _reconnect("127.0.0.1", relay.port)
        yield relay
        _reconnect(host, port)


def _reconnect(host: Any, port: Any) -> None:
    audit = connections["audit"]
    assert isinstance(audit, DatabaseWrapper)
    audit.close()
    audit.close_pool()
    audit.settings_dict.update(HOST=host, PORT=port)
