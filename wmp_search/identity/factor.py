"""Checking a second factor: a code of an authenticator app, a recovery code, or a passkey.

Guesses are counted apart from passwords: a right password must not give new tries at the code.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError

from wmp_search.access import lockout
from wmp_search.access.models import Officer

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
WRONG_CODE = "The code is wrong, has been used or has run out"
WRONG_KEY = "The passkey was not accepted. Try again"


def has_one(officer: Officer) -> bool:
    found: bool = Authenticator.objects.filter(user=officer, type__in=KINDS).exists()
    return found


def has_passkey(officer: Officer) -> bool:
    keys = Authenticator.objects.filter(user=officer, type=Authenticator.Type.WEBAUTHN)
    found: bool = keys.exists()
    return found


def checked_code(officer: Officer, code: str) -> Authenticator | None:
    """The app or recovery codes that this code is of; it is spent now. Raises LockedOutError."""

    def proof() -> Authenticator | None:
        coded = Authenticator.objects.filter(user=officer).exclude(type=KINDS[1]).order_by("-type")
        found = next((a for a in coded if a.wrap().validate_code(code)), None)
        return _used(found)

    return lockout.guarded(_name(officer), proof)


def checked_passkey(officer: Officer, credential: object) -> Authenticator | None:
    """The passkey that signed the challenge of this session. Raises LockedOutError."""

    def proof() -> Authenticator | None:
        try:
            webauthn.parse_authentication_response(credential)
            return _used(webauthn.complete_authentication(officer, credential))
        except (ValidationError, ValueError, TypeError, KeyError):
            return None

    return lockout.guarded(_name(officer), proof)


def _used(found: Authenticator | None) -> Authenticator | None:
    if found is not None:
        found.record_usage()
    return found


def _name(officer: Officer) -> str:
    return f"second factor of {officer.pk}"
