"""The real thing: a web server on servers of its own, each of which is stopped and started again.

It takes minutes, most of them for OpenSearch to start: `make test-slow`. The other outage tests
cut relays, are quick and run with `make test`.
"""

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
OURS = ("DATABASE_URL", "REDIS_URL", "OPENSEARCH_URL", "SECRET_KEY", "WMP_", "DJANGO_", "PYTEST_")
SEED = """
from tests.people_data import index, person, record
from wmp_search import demonstration
demonstration.make_accounts()
made = person(record("custody", given_names="Robert", surname="Featherstone"))
index()
print(made.pk)
"""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


@dataclass
class Product:
    """The running product: its folder, its environment, and an officer's browser."""

    var: Path
    environment: dict[str, str]
    address: str = ""
    person: int = 0
    opener: urllib.request.OpenerDirector = field(default_factory=urllib.request.build_opener)

    def servers(self, what: str, *names: str) -> None:
        only = [word for name in names for word in ("--only", name)]
        command = [PYTHON, "-m", "deploy.embedded", what, "--test", "--var", str(self.var), *only]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=180)

    def manage(self, *words: str, **more: str) -> str:
        ended = subprocess.run(
            [PYTHON, "manage.py", *words],
            cwd=ROOT,
            env={**self.environment, **more},
            check=True,
            capture_output=True,
            text=True,
            timeout=180,
        )
        return ended.stdout

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, body and Location; a form is sent with its token."""
        data = None
        if form is not None:
            data = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": self._token()}).encode()
        try:
            answer = self.opener.open(self.address + path, data, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def _token(self) -> str:
        for page in ("/purpose", "/notice", "/sign-in"):
            found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.ask(page)[1])
            if found:
                return found[1]
        pytest.fail("no page has a form")

    def until(self, path: str, status: int) -> None:
        end = time.monotonic() + 20
        while self.ask(path)[0] != status:
            assert time.monotonic() < end, path
            time.sleep(0.2)

    def audited(self, action: str) -> int:
        with psycopg.connect(_run_env(self.var)["AUDIT_DATABASE_URL"]) as connection:
            row = connection.execute(
                "SELECT count(*) FROM audit_event WHERE action = %s", [action]
            ).fetchone()
        assert row
        return int(row[0])


def _run_env(var: Path) -> dict[str, str]:
    lines = (var / "run.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    clean = {k: v for k, v in os.environ.items() if not any(part in k for part in OURS)}
    settings = {
        "WMP_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "wmp_search.settings.dev",
    }
    made = Product(tmp_path / "var", {**clean, **settings})
    made.servers("up")
    try:
        made.manage("migrate", "-v0", DATABASE_URL=_run_env(made.var)["OWNER_DATABASE_URL"])
        made.person = int(made.manage("shell", "-v0", "-c", SEED).split()[-1])
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        made.address = f"http://127.0.0.1:{port}"
        command = [PYTHON, "-m", "gunicorn", "wmp_search.wsgi", "-b", f"127.0.0.1:{port}"]
        command += ["-k", "gthread", "--threads", "4", "--no-control-socket"]
        web = subprocess.Popen(command, cwd=ROOT, env=made.environment)
        try:
            _sign_in(made)
            yield made
        finally:
            web.terminate()
            web.wait(30)
    finally:
        made.servers("down")


def _sign_in(product: Product) -> None:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    direct = urllib.request.ProxyHandler({})
    product.opener = urllib.request.build_opener(direct, jar, _Stay())
    end = time.monotonic() + 60
    while True:
        try:
            product.ask("/sign-in")
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.2)
    passwords = json.loads((product.var / "demo-accounts.json").read_text())
    form = {"username": "officer", "password": passwords["officer"]}
    assert product.ask("/sign-in", form)[0] == 302
    assert product.ask("/notice", {"next": "/"})[0] == 302
    purpose = {"code": "CRIME-INV", "reference": "20/123456/26"}
    assert product.ask("/purpose", purpose)[0] == 302


@pytest.mark.slow
def test_stopping_each_server_says_what_is_away_and_work_resumes(product: Product) -> None:
    view, purpose = f"/people/{product.person}", {"code": "STOP", "reference": "20/1/26"}
    results = product.ask("/people/search", {"text": "robert featherstone", **purpose})[2]
    assert "Featherstone" in product.ask(results)[1]
    assert "Featherstone" in product.ask(view)[1]

    product.servers("down", "redis")
    assert "Featherstone" in product.ask(results)[1]
    assert "Featherstone" in product.ask(view)[1]
    assert product.audited("person.viewed") == 2
    product.servers("up", "redis")

    product.servers("down", "opensearch")
    _is_plain(product.ask(results), "The search index is unavailable")
    assert "Featherstone" in product.ask(view)[1]
    product.servers("up", "opensearch")
    product.until(results, 200)
    assert "Featherstone" in product.ask(results)[1]

    seen = product.audited("person.viewed")
    product.servers("down", "postgres")
    for path in (view, results, "/"):
        _is_plain(product.ask(path), "The database is unavailable")
    product.servers("up", "postgres")
    product.until(view, 200)
    assert "Featherstone" in product.ask(view)[1]
    assert product.audited("person.viewed") == seen + 2


def _is_plain(answer: tuple[int, str, str], words: str) -> None:
    status, page, _ = answer
    assert status == 503
    assert words in page
    for leak in ("Featherstone", "Traceback", "psycopg", "OperationalError"):
        assert leak not in page
