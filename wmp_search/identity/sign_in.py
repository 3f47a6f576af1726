"""Signing in with a user name and a password, where a local account may do so."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from audit import record as door
from audit.actions import Action
from wmp_search.access.forms import SignInForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.identity import opening


class SignIn(LoginView):
    """Opens a session only once its audit row is written; failures are audited too."""

    template_name = "access/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    request: AccessRequest

    def form_valid(self, form: Any) -> HttpResponse:
        opening.open_session(self.request, form.get_user(), "password")
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
