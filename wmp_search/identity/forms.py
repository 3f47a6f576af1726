"""Forms of identity: every guess is counted by `access.lockout`."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from wmp_search.access import lockout
from wmp_search.access.forms import LOCKED, WRONG, SignInForm
from wmp_search.access.models import Officer
from wmp_search.identity import factor, local

LOCKED_CODE = "Too many wrong codes. Wait 15 minutes, or ask the service desk"


class LocalSignInForm(SignInForm):
    """For accounts that may use a password here; of all others it says that it is wrong."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        officer = self.user_cache
        if isinstance(officer, Officer) and not local.may_use_password(officer):
            raise ValidationError(WRONG, code="wrong")
        return data


class PasswordForm(forms.Form):
    """The password of the officer who is signed in, checked behind the lock-out."""

    password = forms.CharField(
        label="Password",
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            proven = lockout.checked(self.request, self.request.user.get_username(), password)
        except lockout.LockedOutError:
            raise ValidationError(LOCKED, code="locked") from None
        if proven is None or proven.pk != self.request.user.pk:
            raise ValidationError("The password is wrong", code="wrong")
        return password


class FactorForm(forms.Form):
    """A code, or the answer of a passkey; `proven` says by what once the form is valid."""

    code = forms.CharField(
        label="Code",
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "govuk-input--width-10",
            }
        ),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)
    proven: Authenticator

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        credential, code = data.get("credential"), data.get("code", "")
        if not credential and not code:
            raise ValidationError({"code": "Enter a code"})
        try:
            if credential:
                proven = factor.checked_passkey(self.officer, credential)
            else:
                proven = factor.checked_code(self.officer, code)
        except lockout.LockedOutError:
            raise ValidationError({"code": ValidationError(LOCKED_CODE, code="locked")}) from None
        if proven is None:
            words = factor.WRONG_KEY if credential else factor.WRONG_CODE
            raise ValidationError({"code": ValidationError(words, code="wrong")})
        self.proven = proven
        return data
