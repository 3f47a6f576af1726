"""A server that is away becomes a plain page that says what is away, never a stack trace."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from psycopg_pool import PoolTimeout
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.record import AuditUnavailable
from wmp_search.search.client import SearchUnavailable

logger = logging.getLogger(__name__)

DATABASE_ERRORS = (OperationalError, InterfaceError, PoolTimeout)


def what_is_away(error: BaseException | None) -> str | None:
    """Words for the part that is unavailable, or None if the error is something else."""
    if isinstance(error, SearchUnavailable):
        return "The search index"
    if isinstance(error, AuditUnavailable):
        return "The audit record"
    if isinstance(error, DATABASE_ERRORS):
        return "The database"
    return None


class ServiceUnavailableMiddleware:
    """Outages met by views. Those met by middleware come to `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`. Django turns an error of one middleware into a response before the next one
    out sees it, so a database that is away when the session is read ends here.
    """
    return unavailable(request, sys.exc_info()[1]) or defaults.server_error(request)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 that names what is away, rendered without session or database; None if nothing is."""
    away = what_is_away(error)
    if away is None:
        return None
    logger.error("%s is unavailable: %s", away, type(error).__name__)
    headers = {"Retry-After": "30"}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": detail(away)}, status=503, headers=headers)
    page = render_to_string("errors/unavailable.html", {"away": away})
    return HttpResponse(page, status=503, headers=headers)


def detail(away: str) -> str:
    """The API's words for an outage."""
    return f"{away} is unavailable. Try again in a minute."


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """As the pages: 503 and what is away; everything else as DRF does."""
    away = what_is_away(error)
    if away is None:
        return exception_handler(error, context)
    logger.error("%s is unavailable: %s", away, type(error).__name__)
    return Response({"detail": detail(away)}, status=503, headers={"Retry-After": "30"})
