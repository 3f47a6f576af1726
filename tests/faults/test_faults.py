"""Servers and processes are killed or frozen at every stage of the line.

Afterwards every record is there once, the index equals the database, the audit trail verifies.

Servers of its own, `kill -9`, no mocks: `make test-faults`. Each scenario brings a new delivery,
strikes while the named stage is at work, starts what died, refreshes once more, and compares.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "OPENSEARCH_URL", "SECRET_KEY", "WMP_", "DJANGO_", "PYTEST_")
ROWS = 3_000
SECONDS = 240
SOURCE = """
system = "trial"
title = "Trial system"
tier = "open"
trust = 50
retention_class = "mopi_3"
schedule = "0 * * * *"
delivery = "full"

[[stream]]
name = "people"
kind = "person"
path = "people.csv"
format = "csv"
key = ["ID"]
role = "suspect"

[stream.fields]
surname = "SURNAME"
given_names = "FORENAMES"
born_on = "DOB"
"""


@dataclass
class Line:
    """The whole line on servers of its own."""

    var: Path
    environment: dict[str, str]
    number: int = 0
    run_env: dict[str, str] = field(default_factory=dict)

    def up(self) -> None:
        self._servers("up")
        lines = (self.var / "run.env").read_text().splitlines()
        self.run_env = dict(line.split("=", 1) for line in lines)

    def down(self) -> None:
        self._servers("down")

    def _servers(self, what: str) -> None:
        command = [sys.executable, "-m", "deploy.embedded", what, "--test", "--var", str(self.var)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=SECONDS)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def manage(self, *words: str) -> str:
        process = self.start(*words)
        said, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, said[-2000:]
        return said

    def deliver(self) -> None:
        """Every delivery changes each row and replaces a tenth of them."""
        self.number += 1
        first = self.number * ROWS // 10
        rows = [
            f"{n},Surname{n}x{self.number},Given{n},19{60 + n % 40}-0{1 + n % 9}-1{n % 10}\n"
            for n in range(first, first + ROWS)
        ]
        path = self.var / "feeds" / "trial" / "people.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ID,SURNAME,FORENAMES,DOB\n" + "".join(rows))

    def ask(self, query: str) -> int:
        try:
            with psycopg.connect(self.run_env["OWNER_DATABASE_URL"], connect_timeout=2) as found:
                row = found.execute(query).fetchone()
        except psycopg.OperationalError:
            return 0
        return int(row[0]) if row else 0

    def pids(self, server: str) -> list[int]:
        """Processes of a server, by where they work, the oldest first."""
        from deploy.embedded import stack
        from deploy.embedded.home import Home

        return list(stack.SERVERS[server].running(Home(self.var, test=True)))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    var = tmp_path_factory.mktemp("faults") / "var"
    var.mkdir()
    clean = {k: v for k, v in os.environ.items() if not any(part in k for part in OURS)}
    sources = var / "sources"
    sources.mkdir()
    (sources / "trial.toml").write_text(SOURCE)
    settings = {
        "WMP_VAR": str(var),
        "SOURCES_DIRS": str(sources),
        "DJANGO_SETTINGS_MODULE": "wmp_search.settings.dev",
        "OPENSEARCH_TIMEOUT_SECONDS": "20",
    }
    made = Line(var, {**clean, **settings})
    made.up()
    try:
        subprocess.run(
            [sys.executable, "-m", "audit.keys", str(var / "audit" / "signing-key.pem")],
            cwd=ROOT, env=made.environment, check=True,
        )  # fmt: skip
        made.environment["DATABASE_URL"] = made.run_env["OWNER_DATABASE_URL"]
        made.manage("migrate", "-v0")
        del made.environment["DATABASE_URL"]
        made.manage("search_migrate")
        made.deliver()
        made.manage("refresh", "--source", "trial")
        yield made
    finally:
        made.down()


BUSY = {
    "load": "SELECT count(*) FROM ingest_batch WHERE state = 'loading'",
    "resolve": "SELECT count(*) FROM ingest_resolutionrun WHERE state = 'running'",
    "drain": "SELECT count(*) FROM search_outboxentry",
    "rebuild": "SELECT count(*) FROM search_indexbuild WHERE state = 'building'",
}


def when_busy(line: Line, stage: str, process: subprocess.Popen[str]) -> bool:
    """Wait for the stage; False if the process was done before it was seen."""
    end = time.monotonic() + SECONDS
    while not line.ask(BUSY[stage]):
        if process.poll() is not None:
            return False
        assert time.monotonic() < end, f"{stage} was never reached"
        time.sleep(0.02)
    return True


def killed(line: Line, victim: str, process: subprocess.Popen[str]) -> Callable[[], None]:
    """kill -9; what it takes to have it back."""
    if victim == "process":
        os.killpg(process.pid, signal.SIGKILL)
        return lambda: None
    for pid in line.pids(victim):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return line.up


def frozen(line: Line, victim: str, _process: subprocess.Popen[str]) -> Callable[[], None]:
    """Stopped for three seconds: sockets stay open and nothing answers."""
    pids = line.pids(victim)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(3)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return lambda: None


VICTIMS = ("process", "postgres", "redis", "opensearch")
SCENARIOS = [
    *(("killed", victim, stage) for victim in VICTIMS for stage in BUSY),
    *(("frozen", victim, stage) for victim in VICTIMS[1:] for stage in BUSY),
]


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize(("how", "victim", "stage"), SCENARIOS)
def test_the_line_survives(line: Line, how: str, victim: str, stage: str) -> None:
    line.deliver()
    rebuild = stage == "rebuild"
    words = ("search_migrate", "--force") if rebuild else ("refresh", "--source", "trial")
    process = line.start(*words)
    struck = when_busy(line, stage, process)
    bring_back = {"killed": killed, "frozen": frozen}[how](line, victim, process)
    if how == "killed" and victim != "process":
        bring_back()
    process.communicate(timeout=SECONDS)
    again(line, "search_migrate")
    again(line, "refresh", "--source", "trial")
    again(line, "search_drain")
    _as_it_should_be(line)
    assert struck, "the stage was over before it could be struck: raise ROWS"


def again(line: Line, *words: str) -> None:
    """As an operator or beat would: a few times, until the servers are all there."""
    for attempt in range(5):
        process = line.start(*words)
        said, _ = process.communicate(timeout=SECONDS)
        if process.returncode == 0:
            return
        time.sleep(1 + attempt)
    pytest.fail(f"{words} does not recover: {said[-2000:]}")


def _as_it_should_be(line: Line) -> None:
    live = "FROM ingest_sourcerecord WHERE deleted_at IS NULL"
    assert line.ask(f"SELECT count(*) {live}") == ROWS
    assert line.ask(f"SELECT count(DISTINCT source_ref) {live}") == ROWS
    now = f"x{line.number}"
    assert line.ask(f"SELECT count(*) {live} AND raw->>'SURNAME' LIKE '%{now}'") == ROWS
    assert line.ask("SELECT count(*) FROM people_nominalrecord WHERE deleted_at IS NULL") == ROWS
    assert line.ask("SELECT count(*) FROM ingest_batch WHERE state = 'loading'") == 0
    assert line.ask("SELECT count(*) FROM search_outboxentry") == 0
    said = line.manage("search_reconcile", "--documents")
    assert re.search(r"person: [\d,]+ documents, 0 missing, 0 stale, 0 surplus", said), said
    line.manage("audit_seal")
    line.manage("audit_verify")
