"""The network between the line and its servers is slow, or breaks again and again.

The line reaches one server through a relay (tests/relay.py); the server itself is well. Redis is
reached by a Celery worker, the others by the commands.
"""

import time
from urllib.parse import urlsplit

import pytest

from deploy.embedded import stack
from tests.faults.line import BUSY, REBUILD, REFRESH, ROWS, Line, as_it_should_be, when_busy
from tests.product import SECONDS
from tests.relay import Relay

pytestmark = [pytest.mark.slow, pytest.mark.faults]
SLOW_SECONDS = 0.02  # for whatever arrives at once, each way
FLAPS = 6


def addresses(line: Line, server: str, port: int) -> dict[str, str]:
    """The server's addresses, moved to a port of this machine."""
    found = {}
    for name in stack.SERVERS[server].VARIABLES:
        url = urlsplit(line.run_env[name])
        user = url.netloc.rpartition("@")[0]
        host = f"{user}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}"
        found[name] = url._replace(netloc=host).geturl()
    return found


def relay_to(line: Line, server: str) -> Relay:
    url = urlsplit(line.run_env[stack.SERVERS[server].VARIABLES[0]])
    return Relay(str(url.hostname), url.port or 0)


def flap(relay: Relay) -> None:
    """Cut and restored, every half second."""
    for _ in range(FLAPS):
        relay.cut()
        time.sleep(0.25)
        relay.restore()
        time.sleep(0.25)


@pytest.mark.parametrize(
    ("server", "stage"),
    [
        *(("postgres", stage) for stage in ("load", "resolve", "drain", "rebuild")),
        *(("opensearch", stage) for stage in ("drain", "rebuild")),
    ],
)
def test_the_line_survives_a_network_that_breaks(line: Line, server: str, stage: str) -> None:
    line.deliver()
    with relay_to(line, server) as relay:
        through = addresses(line, server, relay.port)
        process = line.start(*(REBUILD if stage == "rebuild" else REFRESH), **through)
        struck = when_busy(line, stage, process)
        flap(relay)
        process.communicate(timeout=SECONDS)
    line.recover()
    as_it_should_be(line)
    assert struck, "the stage was over before it could be struck: raise ROWS"


@pytest.mark.parametrize("server", ["postgres", "opensearch"])
def test_the_line_is_whole_over_a_slow_network(line: Line, server: str) -> None:
    line.deliver()
    with relay_to(line, server) as relay:
        relay.slow(SLOW_SECONDS)
        through = addresses(line, server, relay.port)
        line.manage(*REFRESH, **through)
        line.manage(*REBUILD, **through)
    as_it_should_be(line)


def test_a_worker_whose_broker_comes_and_goes_works_on(line: Line) -> None:
    worker = ["celery", "-A", "wmp_search", "worker", "-l", "warning", "-Q", "refresh", "-c", "1"]
    with relay_to(line, "redis") as relay:
        through = addresses(line, "redis", relay.port)
        with line.background("worker", *worker, **through) as process:
            line.deliver()
            queue(line)
            struck = when_busy(line, "load", process)
            flap(relay)
            _resolved(line)
            line.deliver()
            queue(line)
            _resolved(line)
    line.recover()
    as_it_should_be(line)
    assert struck


def queue(line: Line) -> None:
    """As beat does, over a network that works."""
    task = "from ingest.tasks import refresh_source; refresh_source.delay('trial')"
    line.manage("shell", "-v0", "-c", task)


def _resolved(line: Line) -> None:
    """Wait until the worker has made people of the last delivery."""
    rows = (
        f"SELECT count(*) FROM ingest_sourcerecord WHERE raw->>'SURNAME' LIKE '%x{line.delivered}'"
    )
    end = time.monotonic() + SECONDS
    while line.number(rows) != ROWS or line.number(BUSY["resolve"]):
        assert time.monotonic() < end, "the worker did not take up its work again"
        time.sleep(0.5)
