"""Signing in and out, and saying why one looks."""

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audit import record as door
from audit.actions import Action
from wmp_search.access import asking, sessions, trail
from wmp_search.access.decorators import safe_address
from wmp_search.access.forms import PurposeForm, SignInForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.scope import scope_of


class SignIn(LoginView):
    """Opens a session only once its audit row is written; failures are audited too."""

    template_name = "access/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    request: AccessRequest

    def form_valid(self, form: Any) -> HttpResponse:
        officer = form.get_user()
        login(self.request, officer)
        sessions.begin(self.request.session)
        self.request.scope = scope_of(officer)
        try:
            trail.record(self.request, Action.SIGNED_IN)
        except door.AuditUnavailable:
            logout(self.request)
            raise
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if form.has_error("__all__"):  # a password was tried
            _record_failure(self.request, form)
        return super().form_invalid(form)


def _record_failure(request: HttpRequest, form: AuthenticationForm) -> None:
    """The name stands in the row only if an account has it: people type passwords there, too."""
    known = Officer.objects.filter(username=form.cleaned_data["username"]).first()
    here = door.actor_of(request)
    actor = door.Actor(
        officer_id=known.pk if known else None,
        officer=known.get_username() if known else "",
        unit_id=known.unit_id if known else None,
        ip=here.ip,
        device=here.device,
    )
    locked = form.has_error("__all__", code="locked")
    door.event(
        door.Entry(
            action=Action.SIGN_IN_FAILED,
            actor=actor,
            detail={"account": "known" if known else "unknown", "locked_out": locked},
        )
    )


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
