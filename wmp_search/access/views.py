"""Signing out, and saying why one looks."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audit.actions import Action
from wmp_search.access import asking, sessions, trail
from wmp_search.access.decorators import before_notice, safe_address
from wmp_search.access.forms import PurposeForm
from wmp_search.access.middleware import AccessRequest


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


def purpose(request: AccessRequest) -> HttpResponse:
    """Ask why the officer looks, keep the answer for `settings.PURPOSE_LIFETIME`, go on."""
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        form = PurposeForm(request.POST, held=request.scope.held)
        if form.is_valid():
            sessions.keep_purpose(request.session, form.purpose)
            return redirect(going_to)
    else:
        kept = request.purpose
        form = PurposeForm(
            initial={"code": kept.code, "reference": kept.reference} if kept else None,
            held=request.scope.held,
        )
    context = {"form": form, "next": going_to, "why": asking.why(request, going_to)}
    return render(request, "access/purpose.html", context)
