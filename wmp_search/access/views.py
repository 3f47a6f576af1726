"""Signing out."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import before_notice


@before_notice
@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session in any case, and have the browser forget what it kept."""
    try:
        if request.user.is_authenticated:
            trail.record(request, Action.SIGNED_OUT, detail={"why": "Signed out"})
    finally:
        logout(request)
    response = redirect("sign-in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
