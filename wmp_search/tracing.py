"""Traces by OpenTelemetry: where the time of a page or a task went. Off unless an address is set.

OTEL_EXPORTER_OTLP_ENDPOINT names a collector that speaks OTLP over HTTP; nothing that traces
is imported without it. A span is made for each request, SQL statement, request to the index and
task; a task continues the trace of the request that asked for it.

What leaves the process is an allow-list: route patterns, methods, statuses, statements with
placeholders, names of tasks. No path, query string, parameter, header, body or error text: they
hold names and search words (`_Scrubbed`).
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Tracer

ADDRESS = "OTEL_EXPORTER_OTLP_ENDPOINT"
LONGEST_STATEMENT = 1_000  # characters
KEPT = frozenset(
    {
        "http.route", "http.method", "http.status_code", "db.system.name", "db.namespace",
        "db.operation.name", "db.query.text", "messaging.message.id", "celery.action",
        "celery.task_name", "celery.retries", "error.type",
    }
)  # fmt: skip
_LITERAL = re.compile(r"\$(\w*)\$.*?(?:\$\1\$|\Z)|'(?:[^']|'')*(?:'|\Z)|\b\d[\w.]*", re.DOTALL)
_tracer: "Tracer | None" = None
_provider: "TracerProvider | None" = None


def start() -> bool:
    """Trace this process from now on; whether it does. Call it once settings can be read, before
    the middleware is loaded; in a process that forks, after the fork.
    """
    global _tracer, _provider  # noqa: PLW0603
    if not os.environ.get(ADDRESS) or _tracer is not None:
        return _tracer is not None
    from django.db import connections
    from django.db.backends.signals import connection_created
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
    from opentelemetry.propagate import set_global_textmap
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    name = os.environ.get("OTEL_SERVICE_NAME", "wmp-search")
    _provider = TracerProvider(resource=Resource.create({"service.name": name}))
    _provider.add_span_processor(BatchSpanProcessor(scrubbed(OTLPSpanExporter())))
    _tracer = _provider.get_tracer("wmp_search")
    set_global_textmap(TraceContextTextMapPropagator())  # no baggage: anybody could send some
    DjangoInstrumentor().instrument(tracer_provider=_provider)
    CeleryInstrumentor().instrument(tracer_provider=_provider)  # type: ignore[no-untyped-call]
    URLLib3Instrumentor().instrument(tracer_provider=_provider, request_hook=_name_request)
    connection_created.connect(_watch, dispatch_uid="tracing")
    for connection in connections.all(initialized_only=True):
        _watch(connection=connection)
    return True


def stop() -> None:
    """Send what is left; for processes that end without Python's own end."""
    if _provider is not None:
        _provider.shutdown()


@contextmanager
def statement(sql: str, database: str = "default") -> Iterator[None]:
    """A span around one SQL statement; nothing while tracing is off."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    text = without_literals(sql)
    operation = text.split(None, 1)[0].upper() if text else "SQL"
    attributes = {
        "db.system.name": "postgresql",
        "db.namespace": database,
        "db.operation.name": operation,
        "db.query.text": text,
    }
    with _tracer.start_as_current_span(operation, kind=SpanKind.CLIENT, attributes=attributes):
        yield


def without_literals(sql: str) -> str:
    """The statement on one line, its texts and numbers replaced by "?", cut."""
    return " ".join(_LITERAL.sub("?", sql).split())[:LONGEST_STATEMENT]


def _watch(connection: "BaseDatabaseWrapper", **_signal: Any) -> None:
    if _traced not in connection.execute_wrappers:
        connection.execute_wrappers.append(_traced)


def _traced(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    with statement(str(sql), context["connection"].alias):
        return execute(sql, params, many, context)


def _name_request(span: Any, _pool: Any, request: Any) -> None:
    """A request to the index by what is done there, such as _search; others by method alone."""
    parts = urlsplit(request.url).path.split("/")
    operation = next((p for p in parts if re.fullmatch(r"_[a-z_]+", p)), "")
    if operation:
        span.update_name(f"{request.method} {operation}")
        span.set_attribute("db.operation.name", operation)


def scrubbed(exporter: "SpanExporter") -> "SpanExporter":
    """An exporter that hands on what `KEPT` allows, and of an error its kind."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Link, SpanContext, Status

    def place(of: Any) -> Any:
        """Without the trace state, which a caller may fill."""
        if of is None:
            return None
        return SpanContext(of.trace_id, of.span_id, of.is_remote, of.trace_flags)

    def clean(span: "ReadableSpan") -> "ReadableSpan":
        attributes = {k: v for k, v in (span.attributes or {}).items() if k in KEPT}
        for happened in span.events:
            kind = (happened.attributes or {}).get("exception.type")
            if kind is not None:
                attributes["error.type"] = kind
        return ReadableSpan(
            name=span.name,
            context=place(span.context),
            parent=place(span.parent),
            resource=span.resource,
            attributes=attributes,
            links=[Link(place(link.context)) for link in span.links],
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    class _Scrubbed(SpanExporter):
        def export(self, spans: "Sequence[ReadableSpan]") -> "SpanExportResult":
            return exporter.export([clean(span) for span in spans])

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

    return _Scrubbed()
