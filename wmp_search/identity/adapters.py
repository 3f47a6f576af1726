"""What allauth may do here: nothing by mail, no sign-up; what a token from the provider opens."""

import secrets
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from audit import record as door
from audit.actions import Action
from wmp_search.access.decorators import safe_address
from wmp_search.identity import arrival, crypto, oidc, opening, step_up

TRY_AGAIN = "Signing in did not work. Try again, or ask the service desk"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from the identity provider or the command line, never from a form."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The product sends no mail."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The product sends no mail."""

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """The pages say it in their own words."""

    def is_reauthentication_required(self, **_kwargs: Any) -> bool:
        """Every view that needs it stands behind `access.decorators.step_up_required`."""
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Answers every return from the provider itself: allauth's own sign-up never begins."""

    def is_open_for_signup(self, _request: HttpRequest, _login: Any) -> bool:
        return False

    def authenticate_by_email(self, _login: Any) -> None:
        """An address in a token never opens an account."""

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """The token is verified; now it must be the one asked for, and strong enough."""
        state, proven = sociallogin.state, sociallogin.proven
        subject = sociallogin.account.uid
        going_to = safe_address(request, state.get("next"))
        asked = str(state.get("nonce", ""))
        if not asked or not secrets.compare_digest(asked, str(proven.get("nonce", ""))):
            raise refused(request, "the nonce does not fit", subject)
        if not oidc.has_second_factor(proven):
            raise refused(request, "no second factor", subject)
        if state.get("step_up"):
            if not _is_fresh_proof(request, subject, proven):
                raise refused(request, "no fresh proof of who is there", subject)
            raise ImmediateHttpResponse(step_up.stepped_up(request, "provider", going_to))
        try:
            officer = arrival.arrived(subject, sociallogin.claims)
        except arrival.RefusedError as error:
            raise refused(request, str(error), subject) from error
        opening.open_session(request, officer, "provider", amr=proven.get("amr", []))
        opening.remember(request, sid=proven.get("sid"))
        raise ImmediateHttpResponse(redirect(going_to))

    def on_authentication_error(
        self,
        request: Any,
        _provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        **_context: Any,
    ) -> None:
        """Cancelled, a wrong state, a token that cannot be verified, a provider that is away."""
        why = type(exception).__name__ if exception else str(error or "unknown")
        raise refused(request, f"the exchange failed: {why}")


def refused(request: Any, why: str, subject: str = "") -> ImmediateHttpResponse:
    """Record who did not get in and why; the page says only that it did not work."""
    known = arrival.of_subject(subject) if subject else None
    here = door.actor_of(request)
    actor = door.Actor(
        officer_id=known.pk if known else None,
        officer=known.get_username() if known else "",
        unit_id=known.unit_id if known else None,
        ip=here.ip,
        device=here.device,
        session=here.session,
    )
    detail = {"at": "provider", "why": why, "subject": subject}
    door.event(door.Entry(action=Action.SIGN_IN_FAILED, actor=actor, detail=detail))
    messages.error(request, TRY_AGAIN)
    return ImmediateHttpResponse(
        redirect("step-up" if request.user.is_authenticated else "sign-in")
    )


def _is_fresh_proof(request: Any, subject: str, proven: Any) -> bool:
    """The same officer, who proved it at the provider within `STEP_UP_MAX_AGE` (`auth_time`)."""
    officer = arrival.of_subject(subject)
    if officer is None or officer.pk != request.user.pk:
        return False
    try:
        age: float = time.time() - float(proven.get("auth_time", 0))
    except (TypeError, ValueError):
        return False
    return age <= settings.STEP_UP_MAX_AGE.total_seconds()
