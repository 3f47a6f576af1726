"""Gives every request its scope and purpose, and ends sessions that have reached their limits."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from audit.actions import Action
from wmp_search.access import asking, living, sessions, trail
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import NOBODY, Scope, scope_of


class AccessRequest(HttpRequest):
    """A request behind `AccessMiddleware`; views and decorators take this type.

    An API request with a token gets its scope from `access.api.HasPermission` instead: who asks is
    known only there.
    """

    scope: Scope
    purpose: Purpose | None


class AccessMiddleware:
    """Stands after authentication and messages. One query: the officer's live assignments.

    An officer who is deactivated is nobody from the next request on (`ModelBackend.get_user`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: AccessRequest) -> HttpResponse:
        request.scope, request.purpose = NOBODY, None
        signed_in = request.user.is_authenticated
        if request.user.is_authenticated and not _ended(request):
            sessions.touch(request.session)
            request.purpose = living.of(request.session)
            request.scope = scope_of(request.user, request.purpose)
        response = self.get_response(request)
        asking.note(request, response)
        if signed_in or request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response


def _ended(request: AccessRequest) -> bool:
    why = sessions.why_over(request)
    if not why:
        return False
    trail.record(request, Action.SIGNED_OUT, detail={"why": why})
    logout(request)
    messages.info(request, why)
    return True
