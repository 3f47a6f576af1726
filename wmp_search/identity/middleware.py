"""What stands between signing in and the first page.

The log-on notice, once a session (B11), and a second factor where the account still lacks it (K1).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url

from wmp_search.access.middleware import AccessRequest
from wmp_search.identity import notice, opening


class IdentityMiddleware:
    """Stands after `AccessMiddleware`. Requests with an API token are not sessions: they pass."""

    def __init__(self, get_response: Callable[[AccessRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: AccessRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: AccessRequest,
        view: Callable[..., HttpResponse],
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Lead to the notice, then to the second factor, whoever still needs them."""
        if not request.user.is_authenticated:
            return None
        opening.note_alive(request)
        if getattr(view, "before_notice", False):
            return None
        if not notice.is_accepted(request.session):
            return _lead_to(request, "notice", "Accept the log-on notice first.")
        if opening.must_enrol(request) and not getattr(view, "enrols", False):
            return _lead_to(request, "account", "Set up a second factor first.")
        return None


def _lead_to(request: AccessRequest, name: str, words: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": words}, status=403)
    safe = request.method in ("GET", "HEAD")
    back = request.get_full_path() if safe else resolve_url("home")
    return redirect(f"{resolve_url(name)}?{urlencode({'next': back})}")
