"""Step-up: before what is sensitive an officer proves again who they are (policing.md K2)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from audit import record as door
from audit.actions import Action
from wmp_search.access import sessions, trail
from wmp_search.access.decorators import safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.identity.forms import PasswordForm


def confirm(request: AccessRequest) -> HttpResponse:
    """Ask for the password; a right one opens what is sensitive for `STEP_UP_MAX_AGE`."""
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    form = PasswordForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid():
        return stepped_up(request, "password", going_to)
    if form.has_error("password", "wrong") or form.has_error("password", "locked"):
        locked = form.has_error("password", "locked")
        trail.record(
            request, Action.SIGN_IN_FAILED, detail={"at": "step-up", "locked_out": locked}
        )
    return render(request, "identity/step_up.html", {"form": form, "next": going_to})


def stepped_up(request: AccessRequest, method: str, going_to: str) -> HttpResponse:
    """Record the proof, change the session's key (ASVS 7.2.4) and go on."""
    before = door.actor_of(request).session
    request.session.cycle_key()
    trail.record(request, Action.STEPPED_UP, detail={"method": method, "session_before": before})
    sessions.authenticated(request.session)
    return redirect(going_to)
