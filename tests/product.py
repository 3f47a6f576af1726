"""The product on servers of its own, for tests that stop, freeze or starve them.

product = Product(folder, {"OPENSEARCH_NODES": "3"})
product.up(); product.migrate()
with product.web() as (address, pid): ...
product.down()

Nothing here touches the servers of `make test`.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.embedded import stack
from deploy.embedded.home import Home

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 240  # for any command
OURS = (
    *("DATABASE_URL", "REDIS_URL", "OPENSEARCH_", "SECRET_KEY", "AUDIT_"),
    *("WMP_", "DJANGO_", "PYTEST_"),
)
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
_TOKENS = """
from datetime import timedelta
from knox.models import AuthToken
from wmp_search import demonstration
from wmp_search.access.models import Officer
demonstration.make_accounts()
for name in {names!r}:
    print(AuthToken.objects.create(Officer.objects.get(username=name), timedelta(hours=2))[1])
"""


@dataclass
class Product:
    """Its folder, and what its processes find in their environment."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """A clean one: nothing of the test run that starts it."""
        clean = {k: v for k, v in os.environ.items() if not any(part in k for part in OURS)}
        ours = {"WMP_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "wmp_search.settings.dev"}
        return {**clean, **ours, **self.settings}

    @property
    def run_env(self) -> dict[str, str]:
        """The addresses of its servers, as the launcher wrote them."""
        lines = (self.var / "run.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def up(self, *names: str) -> None:
        """Start its servers, all or the named ones; those that run stay."""
        self._servers("up", names)

    def down(self, *names: str) -> None:
        """Stop them; their data stays."""
        self._servers("down", names)

    def _servers(self, what: str, names: tuple[str, ...]) -> None:
        only = [word for name in names for word in ("--only", name)]
        command = [sys.executable, "-m", "deploy.embedded", what, "--test", "--var", str(self.var)]
        subprocess.run(
            [*command, *only], cwd=ROOT, env=self.environment, check=True, timeout=SECONDS
        )

    def pids(self, server: str) -> list[int]:
        """Processes of a server by where they work, the oldest first; of OpenSearch by node."""
        return list(stack.SERVERS[server].running(Home(self.var, test=True)))

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Begin `manage.py` with these words, in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def manage(self, *words: str, **more: str) -> str:
        """Run `manage.py` to its end; what it said. It must succeed."""
        process = self.start(*words, **more)
        said, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, said[-2000:]
        return said

    def migrate(self) -> None:
        """Make the key of the audit trail and the tables, as the owner of the tables."""
        subprocess.run(
            [sys.executable, "-m", "audit.keys", str(self.var / "audit" / "signing-key.pem")],
            cwd=ROOT, env=self.environment, check=True,
        )  # fmt: skip
        self.manage("migrate", "-v0", DATABASE_URL=self.run_env["OWNER_DATABASE_URL"])

    def number(self, query: str, url: str = "OWNER_DATABASE_URL") -> int:
        """The one number that a query gives; 0 while the database is away."""
        try:
            with psycopg.connect(self.run_env[url], connect_timeout=2) as found:
                row = found.execute(query).fetchone()
        except psycopg.OperationalError:
            return 0
        return int(row[0]) if row and row[0] is not None else 0

    @contextlib.contextmanager
    def background(self, name: str, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m` with these words until the block ends; what it says is in log/NAME.log."""
        with (self.var / "log" / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore:You're running the worker", "-m", *words],
                cwd=ROOT, env={**self.environment, **more}, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    @contextlib.contextmanager
    def web(self) -> Iterator[tuple[str, int]]:
        """The web server as `make run` starts it; its address and its process."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = ["gunicorn", "wmp_search.wsgi", "-b", f"127.0.0.1:{port}", "-k", "gthread"]
        command += ["-w", "2", "--threads", "24", "--no-control-socket", "--log-level", "warning"]
        with self.background("web", *command) as process:
            _until_it_answers(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}", process.pid

    def tokens(self, *names: str) -> list[str]:
        """A token of the API for each of these demonstration accounts."""
        said = self.manage("shell", "-v0", "-c", _TOKENS.format(names=names))
        return said.split()[-len(names) :]


def ask(url: str, token: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """One search of people over the API under PURPOSE: the status, and the answer if there is one.

    0: the web server itself did not answer.
    """
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{url}/api/v1/people/search",
        json.dumps({"purpose": PURPOSE, **body}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with _direct().open(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {"said": error.read().decode(errors="replace")[:300]}
    except OSError as error:
        return 0, {"said": str(error)}


def _direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _until_it_answers(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            _direct().open(url, timeout=5).close()
            return
        time.sleep(0.2)
    pytest.fail(f"{url} does not answer")
