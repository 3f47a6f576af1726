"""A server that is away becomes a plain page that says what is away, never a stack trace."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.record import AuditUnavailable
from wmp_search.search.client import SearchUnavailable

logger = logging.getLogger(__name__)

DATABASE_ERRORS = (OperationalError, InterfaceError, PoolTimeout)


def what_is_away(error: BaseException) -> str | None:
    """Words for the part that is unavailable, or None if the error is something else."""
    if isinstance(error, SearchUnavailable):
        return "The search index"
    if isinstance(error, AuditUnavailable):
        return "The audit record"
    if isinstance(error, DATABASE_ERRORS):
        return "The database"
    return None


class ServiceUnavailableMiddleware:
    """503 with a plain page for outages; the page is rendered without session or database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except Exception as error:
            response = self.process_exception(request, error)
            if response is None:
                raise
            return response

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django calls this for errors in views; `__call__` sees those of inner middleware."""
        away = what_is_away(error)
        if away is None:
            return None
        logger.error("%s is unavailable: %s", away, type(error).__name__)
        page = render_to_string("errors/unavailable.html", {"away": away})
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """As the pages: 503 and what is away; everything else as DRF does."""
    away = what_is_away(error)
    if away is None:
        return exception_handler(error, context)
    logger.error("%s is unavailable: %s", away, type(error).__name__)
    return Response(
        {"detail": f"{away} is unavailable. Try again in a minute."},
        status=503,
        headers={"Retry-After": "30"},
    )
