"""Is this process alive, and can it serve: for load balancers, which do not sign in."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from wmp_search.search import client
from wmp_search.search.index import specs

_BROKER_SECONDS = 2


@login_not_required
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks no server, so that an outage restarts nobody."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 if pages can be served: database and audit trail are needed. 503 else.

    The index and the broker are told but not needed: without them person pages work.
    """
    needed = {"database": _database("default"), "audit": _database("audit")}
    told = {"index": _answers(_index), "broker": _answers(_broker)}
    good = all(needed.values())
    return JsonResponse({"ready": good, **needed, **told}, status=200 if good else 503)


def _database(alias: str) -> bool:
    return _answers(lambda: connections[alias].cursor().execute("SELECT 1"))


def _index() -> None:
    for spec in specs():
        client.count(spec.alias)


def _broker() -> None:
    redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_BROKER_SECONDS,
        socket_connect_timeout=_BROKER_SECONDS,
    ).ping()


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001 (whatever it is, the answer is no)
        return False
    return True
