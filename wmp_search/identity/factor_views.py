"""An officer's second factors: an authenticator app, passkeys, recovery codes.

The pages stand behind step-up; a change and its audit row stand or fall together.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import View, step_up_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.identity import factor, opening

KINDS = dict(Authenticator.Type.choices)


def enrols(view: View) -> View:
    """The view opens to an officer who still has to set up a second factor."""
    view.enrols = True  # type: ignore[attr-defined]
    return view


class AddApp(ActivateTOTPView):  # type: ignore[misc]
    """Show the key as a picture and as text; a code from the app proves that it was taken."""

    template_name = "identity/add_app.html"

    def dispatch(self, request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        taken = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
        if taken.exists():
            return redirect("account")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        return _added(self, super().form_valid, form, Authenticator.Type.TOTP)

    def get_success_url(self) -> str:
        return reverse("recovery-codes" if self.did_generate_recovery_codes else "account")


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """The device's own lock, or a security key, signs a challenge."""

    template_name = "identity/add_passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        return _added(self, super().form_valid, form, Authenticator.Type.WEBAUTHN)

    def get_success_url(self) -> str:
        return reverse("recovery-codes" if self.did_generate_recovery_codes else "account")


def _added(view: Any, save: Any, form: Any, kind: str) -> HttpResponse:
    with transaction.atomic():
        answer: HttpResponse = save(form)
        _record(view.request, "added", kind)
    view.request.session[opening.METHOD] = "second factor"
    messages.success(view.request, "Your second factor is set up")
    return answer


@enrols
@step_up_required
def remove(request: AccessRequest, pk: int) -> HttpResponse:
    """Remove one's own app or passkey, after a page that asks; codes go with the last one."""
    held = get_object_or_404(Authenticator, pk=pk, user=request.user, type__in=factor.KINDS)
    if request.method != "POST":
        return render(request, "identity/confirm_remove.html", {"held": held})
    with transaction.atomic():
        held.delete()
        left = Authenticator.objects.filter(user=request.user)
        if not left.filter(type__in=factor.KINDS).exists():
            left.delete()
            request.session[opening.METHOD] = "password"
        _record(request, "removed", held.type)
    messages.success(request, "The second factor is removed")
    return redirect("account")


@enrols
@step_up_required
def recovery_codes(request: AccessRequest) -> HttpResponse:
    """Show fresh codes once; a post makes new ones, and the old ones end."""
    held = Authenticator.objects.filter(user=request.user)
    if not held.filter(type__in=factor.KINDS).exists():
        return redirect("account")
    mine = held.filter(type=Authenticator.Type.RECOVERY_CODES)
    with transaction.atomic():
        if request.method == "POST":
            mine.delete()
            RecoveryCodes.activate(request.user)
            _record(request, "made anew", Authenticator.Type.RECOVERY_CODES)
        made = mine.select_for_update().first()
        codes = RecoveryCodes(made) if made else None
        show = codes is not None and not codes.did_view
        if codes and show:
            codes.mark_as_viewed()
    context = {"codes": codes.get_unused_codes() if codes and show else []}
    return render(request, "identity/recovery_codes.html", context)


def _record(request: AccessRequest, change: str, kind: str) -> None:
    trail.record(
        request,
        Action.MFA_CHANGED,
        subject_kind="officer",
        subject_ids=[str(request.user.pk)],
        detail={"change": change, "kind": str(kind)},
    )


add_app = enrols(step_up_required(AddApp.as_view()))
add_passkey = enrols(step_up_required(AddPasskey.as_view()))
