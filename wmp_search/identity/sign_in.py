"""Signing in: at the identity provider, or with a password where a local account may do so."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url

from audit import record as door
from audit.actions import Action
from wmp_search.access.decorators import safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.identity import factor, local, opening
from wmp_search.identity.forms import FactorForm, LocalSignInForm

PENDING = "pending"  # in the session: whose password was right, and when
PENDING_LIVES_SECONDS = 300


class SignIn(LoginView):
    """Opens a session only once its audit row is written; failures are audited too."""

    template_name = "access/sign_in.html"
    authentication_form = LocalSignInForm
    redirect_authenticated_user = True
    request: AccessRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        provider = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        return super().get_context_data(
            provider=provider, local_accounts=settings.LOCAL_ACCOUNTS, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        officer, going_to = form.get_user(), self.get_success_url()
        if factor.has_one(officer):
            self.request.session[PENDING] = {"officer": officer.pk, "at": int(time.time())}
            return redirect(f"{resolve_url('second-factor')}?{urlencode({'next': going_to})}")
        if local.is_emergency(officer):
            if not local.open_with_envelope(self.request, officer):
                return redirect("sign-in")
        else:
            opening.open_session(self.request, officer, "password")
        return HttpResponseRedirect(going_to)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if form.has_error("__all__"):  # a password was tried
            known = Officer.objects.filter(username=form.cleaned_data["username"]).first()
            locked = form.has_error("__all__", code="locked")
            record_failure(self.request, known, at="password", locked=locked)
        return super().form_invalid(form)


@login_not_required
def second_factor(request: AccessRequest) -> HttpResponse:
    """After the right password: a code or a passkey, within five minutes."""
    officer = _pending(request)
    if officer is None:
        return redirect("sign-in")
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    form = FactorForm(request.POST if request.method == "POST" else None, officer=officer)
    if form.is_bound and form.is_valid():
        del request.session[PENDING]
        opening.open_session(request, officer, "second factor", factor=form.proven.type)
        return redirect(going_to)
    if form.has_error("code", "locked") or form.has_error("code", "wrong"):
        locked = form.has_error("code", "locked")
        record_failure(request, officer, at="second factor", locked=locked)
    return render(request, "identity/second_factor.html", factor_context(form, officer, going_to))


def factor_context(form: FactorForm, officer: Officer, going_to: str) -> dict[str, Any]:
    """What a page needs that asks for a second factor; begins a challenge for a passkey."""
    context: dict[str, Any] = {"form": form, "next": going_to}
    if factor.has_passkey(officer):
        context["challenge"] = {"request_options": webauthn.begin_authentication(officer)}
    return context


def _pending(request: AccessRequest) -> Officer | None:
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_LIVES_SECONDS:
        return None
    return Officer.objects.filter(pk=pending["officer"], is_active=True).first()


def record_failure(request: HttpRequest, known: Officer | None, *, at: str, locked: bool) -> None:
    """The name stands in the row only if an account has it: people type passwords there, too."""
    here = door.actor_of(request)
    actor = door.Actor(
        officer_id=known.pk if known else None,
        officer=known.get_username() if known else "",
        unit_id=known.unit_id if known else None,
        ip=here.ip,
        device=here.device,
    )
    detail = {"account": "known" if known else "unknown", "locked_out": locked, "at": at}
    door.event(door.Entry(action=Action.SIGN_IN_FAILED, actor=actor, detail=detail))
