"""The way to the identity provider and back, and its word that a session there has ended."""

import time
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from wmp_search.access.decorators import before_notice, safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.identity import ending, oidc

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_LIVES_SECONDS = 120


@before_notice
@login_not_required
@require_safe
def leave(request: AccessRequest) -> HttpResponse:
    """To the provider, to sign in."""
    return _leave(request, step_up=False)


@before_notice
@require_safe
def leave_for_step_up(request: AccessRequest) -> HttpResponse:
    """To the provider, to prove again who is there."""
    return _leave(request, step_up=True)


@before_notice
@login_not_required
@require_safe
def come_back(request: AccessRequest) -> HttpResponse:
    """From the provider, with a code or an error."""
    return oidc.come_back(request)


@csrf_exempt
@before_notice
@login_not_required
@require_POST
def logged_out(request: AccessRequest) -> HttpResponse:
    """OpenID Connect Back-Channel Logout 1.0: end the sessions that the signed token names."""
    oidc.application()
    try:
        claims = _logout_claims(request.POST.get("logout_token", ""))
    except (OAuth2Error, RequestException):
        return HttpResponse(status=400, headers={"Cache-Control": "no-store"})
    ending.ended_at_provider(claims)
    return HttpResponse(status=200, headers={"Cache-Control": "no-store"})


def _leave(request: AccessRequest, *, step_up: bool) -> HttpResponse:
    going_to = safe_address(request, request.GET.get("next"))
    try:
        return oidc.leave(request, going_to, step_up=step_up)
    except ImmediateHttpResponse as answer:
        response: HttpResponse = answer.response
        return response


def _logout_claims(token: str) -> dict[str, Any]:
    """A logout token's claims, checked as section 2.6 of the specification wants it."""
    application = oidc.application()
    provider = oidc.Provider(None, app=application)
    claims = oidc.verified(token, oidc.discovered(provider.server_url), subject=False)
    is_logout = LOGOUT in (claims.get("events") or {}) and "nonce" not in claims
    is_fresh = time.time() - float(claims.get("iat") or 0) <= TOKEN_LIVES_SECONDS
    if not is_logout or not is_fresh or not (claims.get("sub") or claims.get("sid")):
        raise OAuth2Error("not a logout token")
    return claims
