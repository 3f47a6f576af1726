"""Traces as a collector gets them: what they tell, and that they name nobody.

Web server and worker are processes of their own, as in production; the collector is a server of
this test that speaks OTLP over HTTP.
"""

import gzip
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.officers import officer, signed_in
from tests.people_data import index, person, record
from wmp_search import tracing

ROOT = Path(__file__).parents[2]
ADDRESS_ENV = "OTEL_EXPORTER_OTLP_ENDPOINT"
NAMES = ("Zebulon", "Quillfeather", "Xanthe", "Ywvkquist")
WHY = {"code": "CRIME-INV", "reference": "20/987654/26"}
SECONDS = 120

_WEB = """
import sys
from wmp_search.settings import test
test.CELERY_TASK_ALWAYS_EAGER = False  # a real worker takes it
from wmp_search.wsgi import application
from wsgiref.simple_server import make_server, WSGIRequestHandler
WSGIRequestHandler.log_message = lambda *_: None
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Collector(ThreadingHTTPServer):
    """Keeps what it was sent, raw and unpacked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: set[str] = set()
        self.raw: list[bytes] = []

    def spans(self) -> list[Span]:
        found = []
        for body in list(self.raw):
            request = ExportTraceServiceRequest()
            request.ParseFromString(body)
            for resource in request.resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return found


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.paths.add(self.path)
        self.server.raw.append(body)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: Any) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def until(what: str, is_so: Any) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def texts(span: Span) -> dict[str, str]:
    return {a.key: a.value.string_value or str(a.value.int_value) for a in span.attributes}


@pytest.mark.django_db(transaction=True)
def test_a_search_is_one_trace_from_request_to_task_and_names_nobody(
    collector: Collector,
) -> None:
    person(record("custody", given_names="Zebulon", surname="Quillfeather"))
    index()
    session = signed_in(officer("supervisor")).cookies["session"].value
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "wmp_search.settings.test",
        ADDRESS_ENV: f"http://127.0.0.1:{collector.server_port}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",  # milliseconds between two deliveries
    }
    worker = ["-m", "celery", "-A", "wmp_search", "--quiet", "worker", "-P", "prefork", "-c", "1",
              "-Q", "interactive", "--without-gossip", "-l", "warning"]  # fmt: skip
    with (
        subprocess.Popen([sys.executable, *worker], cwd=ROOT, env=environment) as working,
        subprocess.Popen(
            [sys.executable, "-c", _WEB],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as serving,
    ):
        try:
            assert serving.stdout is not None
            web = f"http://127.0.0.1:{int(serving.stdout.readline())}"
            _ask(web, session, "/people/search?q=Xanthe", text="Zebulon Quillfeather")
            _ask(web, session, "/people/lists", text="Zebulon Quillfeather\nXanthe Ywvkquist 1990")
            until("the list's spans did not come", lambda: _is_there(collector.spans()))
        finally:
            working.terminate()
            serving.terminate()
    spans = collector.spans()
    assert collector.paths == {"/v1/traces"}
    sent = b"".join(collector.raw).lower()
    for secret in (*NAMES, WHY["reference"], WHY["code"], session):
        assert secret.lower().encode() not in sent, secret
    _is_whole(spans)


def _ask(web: str, session: str, path: str, **fields: str) -> None:
    """As a browser does: the page's form token, then the form, then where it leads."""
    http = urllib3.PoolManager()
    page = http.request("GET", f"{web}/people/lists", headers={"Cookie": f"session={session}"})
    cookie = page.headers["Set-Cookie"]
    token = cookie.partition("csrf=")[2].partition(";")[0]
    headers = {
        "Cookie": f"session={session}; csrf={token}",
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
        "tracestate": "who=Ywvkquist",
        "baggage": "who=Ywvkquist",
    }
    form = urlencode({**WHY, **fields})
    answer = http.request("POST", f"{web}{path}", body=form, headers=headers, redirect=False)
    assert answer.status == 303, answer.data[:2000]
    shown = http.request("GET", web + answer.headers["Location"], headers=headers)
    assert shown.status == 200


def _is_there(spans: list[Span]) -> bool:
    """Whether a task that was run and the request that asked for it have both come."""
    run = {s.trace_id for s in spans if s.name.startswith("run/")}
    return any(s.kind == Span.SPAN_KIND_SERVER and s.trace_id in run for s in spans)


def _is_whole(spans: list[Span]) -> None:
    """The trace of the list that was handed in: request, SQL, task, its SQL and index requests."""
    by_id = {span.span_id: span for span in spans}
    (run,) = [s for s in spans if s.name.startswith("run/") and s.parent_span_id in by_id]
    trace = [s for s in spans if s.trace_id == run.trace_id]
    request = next(s for s in trace if s.kind == Span.SPAN_KIND_SERVER)
    assert texts(request)["http.route"].startswith("people/lists")
    assert by_id[run.parent_span_id].name.startswith("apply_async/")
    below = {s.name for s in trace if s.parent_span_id == run.span_id}
    assert "SELECT" in below, below
    everywhere = {s.name for s in spans}
    assert everywhere & {"POST _search", "POST _msearch"}, everywhere
    allowed = set(tracing.KEPT)
    assert {key for span in spans for key in texts(span)} <= allowed
    assert not any(span.events or span.status.message or span.trace_state for span in spans)


def test_literals_leave_no_statement() -> None:
    cut = tracing.without_literals
    assert cut("SELECT a1\n FROM t WHERE b = 'O''Neil' AND c = %s AND d > 1989.5") == (
        "SELECT a1 FROM t WHERE b = ? AND c = %s AND d > ?"
    )
    assert cut("SELECT $x$Smith$x$, $$Jones$$, 'left open Smith") == "SELECT ?, ?, ?"
    assert len(cut("SELECT " + "x, " * 9000)) == tracing.LONGEST_STATEMENT


def test_without_an_address_nothing_that_traces_is_imported() -> None:
    """The client of Redis looks for OpenTelemetry's metrics by itself, and uses none."""
    parts = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "opentelemetry.instrumentation")
    script = (
        f"import sys, wmp_search.wsgi; print([m for m in sys.modules if m.startswith({parts})])"
    )
    environment = {k: v for k, v in os.environ.items() if k != ADDRESS_ENV}
    environment["DJANGO_SETTINGS_MODULE"] = "wmp_search.settings.test"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert run.stdout == "[]\n"
