"""An officer's own page about signing in, and signing out everywhere, for oneself or another."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from wmp_search.access import services
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.identity import factor, opening
from wmp_search.identity.factor_views import enrols


@enrols
@require_safe
def account(request: AccessRequest) -> HttpResponse:
    """Where the officer is signed in, and how."""
    officer = _oneself(request)
    here = request.session.session_key
    open_now = [
        {"session": session, "here": session.session_key == here}
        for session in opening.open_sessions(officer)
    ]
    held = list(Authenticator.objects.filter(user=officer, type__in=factor.KINDS))
    context = {
        "sessions": open_now,
        "factors": held,
        "has_app": any(one.type == Authenticator.Type.TOTP for one in held),
        "must_enrol": opening.must_enrol(request),
        "at_provider": request.session.get(opening.METHOD) == "provider",
        "provider": settings.OIDC_NAME,
    }
    return render(request, "identity/account.html", context)


@require_POST
def sign_out_everywhere(request: AccessRequest) -> HttpResponse:
    """End all one's own sessions and tokens, this session too."""
    services.sign_out_everywhere(request, _oneself(request))
    logout(request)
    messages.success(request, "You are signed out on all your devices")
    return redirect("sign-in")


@permission_required(Permission.ROLE_MANAGE)
def sign_out_officer(request: AccessRequest, pk: int) -> HttpResponse:
    """An administrator ends all sessions and tokens of an officer, after a page that asks."""
    officer = get_object_or_404(Officer, pk=pk)
    if request.method != "POST":
        sessions = opening.open_sessions(officer)
        context = {"officer": officer, "sessions": sessions}
        return render(request, "identity/confirm_sign_out.html", context)
    services.sign_out_everywhere(request, officer)
    messages.success(request, f"{officer} is signed out everywhere")
    return redirect("officer", pk=pk)


def _oneself(request: AccessRequest) -> Officer:
    assert request.user.pk is not None  # noqa: S101  LoginRequiredMiddleware
    return Officer.objects.get(pk=request.user.pk)
