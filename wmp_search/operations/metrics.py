"""Prometheus metrics in its text format: counts and ages, no names.

From loopback without more (a scraper beside the server), from elsewhere with the bearer token
`METRICS_TOKEN`. What cannot be asked is left out; `wmp_up` says which part.
"""

import hmac
import ipaddress
from collections.abc import Callable, Iterator

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe

from ingest import freshness
from ingest.models import Batch
from wmp_search.operations import dead_letters
from wmp_search.search.models import Reconciliation

Sample = tuple[str, dict[str, str], float]
QUEUES = ("refresh", "index", "interactive", "audit")
_HELP = {
    "wmp_up": "Whether a part could be asked",
    "wmp_feed_asked_seconds": "Unix time a source was last asked",
    "wmp_feed_changed_seconds": "Unix time a source last brought a change",
    "wmp_feed_problem": "1 where a source is late, failed or held",
    "wmp_batches": "Deliveries by state",
    "wmp_outbox_entries": "Documents waiting to be indexed",
    "wmp_outbox_age_seconds": "Age of the oldest waiting document",
    "wmp_index_drift": "Documents that differ between index and database at the last comparison",
    "wmp_index_checked_seconds": "Unix time of the last comparison",
    "wmp_queue_tasks": "Background tasks waiting",
    "wmp_dead_letters": "Background tasks that failed for good",
    "wmp_audit_seals": "Seals of the audit trail",
    "wmp_audit_sealed_seconds": "Unix time of the last seal",
    "wmp_database_connections": "Connections to the database, all clients",
}


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics page."""
    if not _allowed(request):
        return HttpResponseForbidden("Loopback or the metrics token only\n", "text/plain")
    return HttpResponse(text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def text() -> str:
    """All samples, grouped under HELP and TYPE lines."""
    samples: list[Sample] = []
    for part, ask in _PARTS.items():
        try:
            samples += list(ask())
            up = 1.0
        except Exception:  # noqa: BLE001 (one part away must not hide the others)
            up = 0.0
        samples.append(("wmp_up", {"part": part}, up))
    lines = []
    for name, words in _HELP.items():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
        lines += [f"{n}{_labels(labels)} {value:g}" for n, labels, value in samples if n == name]
    return "\n".join(lines) + "\n"


def _allowed(request: HttpRequest) -> bool:
    """A proxied request comes from loopback, too: then the token is needed."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    pairs = ",".join(
        f'{k}="{v}"' for k, v in labels.items()
    )  # values are our own identifiers: nothing to escape
    return f"{{{pairs}}}"


def _feeds() -> Iterator[Sample]:
    for state in freshness.states():
        label = {"system": state.system}
        if state.asked_at:
            yield "wmp_feed_asked_seconds", label, state.asked_at.timestamp()
        if state.changed_at:
            yield "wmp_feed_changed_seconds", label, state.changed_at.timestamp()
        yield "wmp_feed_problem", label, float(bool(state.problem))
    for state_name in Batch.State.values:
        count = Batch.objects.filter(state=state_name).count()
        yield "wmp_batches", {"state": state_name}, count


def _outbox() -> Iterator[Sample]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(queued_at)), 0)"
            " FROM search_outboxentry"
        )
        entries, age = cursor.fetchone()
    yield "wmp_outbox_entries", {}, entries
    yield "wmp_outbox_age_seconds", {}, float(age)


def _drift() -> Iterator[Sample]:
    for last in Reconciliation.objects.order_by("entity", "-at").distinct("entity"):
        label = {"entity": last.entity}
        yield "wmp_index_drift", label, last.drift
        yield "wmp_index_checked_seconds", label, last.at.timestamp()


def _queues() -> Iterator[Sample]:
    broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    for queue in QUEUES:
        yield "wmp_queue_tasks", {"queue": queue}, int(broker.llen(queue))
    yield "wmp_dead_letters", {}, dead_letters.waiting()


def _audit() -> Iterator[Sample]:
    with connections["audit"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM max(sealed_at)), 0) FROM audit_seal"
        )
        seals, last = cursor.fetchone()
    yield "wmp_audit_seals", {}, seals
    yield "wmp_audit_sealed_seconds", {}, float(last)


def _connections() -> Iterator[Sample]:
    """Of every role: what kind of process another role's is, PostgreSQL does not tell us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datid > 0 AND usesysid > 0")
        (count,) = cursor.fetchone()
    yield "wmp_database_connections", {}, count


_PARTS: dict[str, Callable[[], Iterator[Sample]]] = {
    "feeds": _feeds,
    "outbox": _outbox,
    "index": _drift,
    "broker": _queues,
    "audit": _audit,
    "database": _connections,
}
