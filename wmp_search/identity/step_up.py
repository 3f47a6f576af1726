"""Step-up: before what is sensitive an officer proves again who they are (policing.md K2).

With the strongest means that the account has: the identity provider for those who came from there,
else the second factor, else the password.
"""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from audit import record as door
from audit.actions import Action
from wmp_search.access import sessions, trail
from wmp_search.access.decorators import before_notice, safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.identity import factor, opening
from wmp_search.identity.forms import FactorForm, PasswordForm
from wmp_search.identity.sign_in import factor_context


@before_notice
def confirm(request: AccessRequest) -> HttpResponse:
    """Ask for proof; it opens what is sensitive for `STEP_UP_MAX_AGE`."""
    going_to = safe_address(request, request.POST.get("next") or request.GET.get("next"))
    officer = Officer.objects.get(pk=request.user.pk or 0)
    context = {"next": going_to, "provider": settings.OIDC_NAME}
    if request.session.get(opening.METHOD) == "provider":
        return render(request, "identity/step_up.html", {**context, "at_provider": True})
    sent = request.POST if request.method == "POST" else None
    form: FactorForm | PasswordForm
    if factor.has_one(officer):
        form, field, method = FactorForm(sent, officer=officer), "code", "second factor"
    else:
        form, field, method = PasswordForm(sent, request=request), "password", "password"
    if form.is_bound and form.is_valid():
        return stepped_up(request, method, going_to)
    locked = form.has_error(field, "locked")
    if locked or form.has_error(field, "wrong"):
        detail = {"at": "step-up", "locked_out": locked}
        trail.record(request, Action.SIGN_IN_FAILED, detail=detail)
    if isinstance(form, FactorForm):
        context |= factor_context(form, officer, going_to)
    return render(request, "identity/step_up.html", {**context, "form": form})


def stepped_up(request: AccessRequest, method: str, going_to: str) -> HttpResponse:
    """Record the proof, change the session's key (ASVS 7.2.4) and go on."""
    before, old_key = door.actor_of(request).session, request.session.session_key
    request.session.cycle_key()
    trail.record(request, Action.STEPPED_UP, detail={"method": method, "session_before": before})
    sessions.authenticated(request.session)
    opening.renamed(old_key, request.session.session_key)
    return redirect(going_to)
