"""Requests take turns: few are worked on at once, the rest wait a moment, the excess is sent away.

Python works on one request at a time however many threads there are, so that more requests at once
only make all of them slow. A process works on `settings.REQUESTS_AT_ONCE`; others wait in their
threads for up to `settings.REQUEST_WAIT_SECONDS`, then get 503 with Retry-After and words for the
officer, before anything was searched, shown or audited. Static files do not take turns.
"""

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = "5"
BUSY = "Many people are searching at this moment. Try again in a few seconds."


class TurnsMiddleware:
    """One semaphore for each process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.turns = threading.BoundedSemaphore(settings.REQUESTS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.turns.acquire(timeout=settings.REQUEST_WAIT_SECONDS):
            return busy(request)
        try:
            return self.get_response(request)
        finally:
            self.turns.release()


def busy(request: HttpRequest) -> HttpResponse:
    """503 that says when to try again, rendered without session or database."""
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": BUSY}, status=503, headers=headers)
    page = render_to_string("errors/busy.html", {"words": BUSY})
    return HttpResponse(page, status=503, headers=headers)
