"""Forms of identity."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from wmp_search.access import lockout
from wmp_search.access.forms import LOCKED


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
