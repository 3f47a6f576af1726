"""The real thing: a web server on servers of its own, each of which is stopped and started again.

It takes minutes, most of them for OpenSearch to start: `make test-slow`. The other outage tests
cut relays, are quick and run with `make test`.
"""

import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.product import PURPOSE, Product

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
class Desk(Product):
    """The running product, and an officer's browser."""

    address: str = ""
    person: int = 0
    opener: urllib.request.OpenerDirector = field(default_factory=urllib.request.build_opener)

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
        query = f"SELECT count(*) FROM audit_event WHERE action = '{action}'"
        return self.number(query, "AUDIT_DATABASE_URL")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "var")
    made.up()
    try:
        made.migrate()
        made.person = int(made.manage("shell", "-v0", "-c", SEED).split()[-1])
        with made.web() as (made.address, _):
            _sign_in(made)
            yield made
    finally:
        made.down()


def _sign_in(desk: Desk) -> None:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    direct = urllib.request.ProxyHandler({})
    desk.opener = urllib.request.build_opener(direct, jar, _Stay())
    passwords = json.loads((desk.var / "demo-accounts.json").read_text())
    form = {"username": "officer", "password": passwords["officer"]}
    assert desk.ask("/sign-in", form)[0] == 302
    assert desk.ask("/notice", {"next": "/"})[0] == 302
    assert desk.ask("/purpose", PURPOSE)[0] == 302


@pytest.mark.slow
def test_stopping_each_server_says_what_is_away_and_work_resumes(desk: Desk) -> None:
    view, purpose = f"/people/{desk.person}", {"code": "STOP", "reference": "20/1/26"}
    results = desk.ask("/people/search", {"text": "robert featherstone", **purpose})[2]
    assert "Featherstone" in desk.ask(results)[1]
    assert "Featherstone" in desk.ask(view)[1]

    desk.down("redis")
    assert "Featherstone" in desk.ask(results)[1]
    assert "Featherstone" in desk.ask(view)[1]
    assert desk.audited("person.viewed") == 2
    desk.up("redis")

    desk.down("opensearch")
    _is_plain(desk.ask(results), "The search index is unavailable")
    assert "Featherstone" in desk.ask(view)[1]
    desk.up("opensearch")
    desk.until(results, 200)
    assert "Featherstone" in desk.ask(results)[1]

    seen = desk.audited("person.viewed")
    desk.down("postgres")
    for path in (view, results, "/"):
        _is_plain(desk.ask(path), "The database is unavailable")
    desk.up("postgres")
    desk.until(view, 200)
    assert "Featherstone" in desk.ask(view)[1]
    assert desk.audited("person.viewed") == seen + 2


def _is_plain(answer: tuple[int, str, str], words: str) -> None:
    status, page, _ = answer
    assert status == 503
    assert words in page
    for leak in ("Featherstone", "Traceback", "psycopg", "OperationalError"):
        assert leak not in page
