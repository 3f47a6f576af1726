"""Forms of access: sign-in, and what an administrator changes."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from wmp_search.access import lockout, purposes
from wmp_search.access.models import Role

LOCKED = "Too many wrong passwords. Wait 15 minutes, or ask the service desk"
WRONG = "The user name or the password is wrong"


class SignInForm(AuthenticationForm):
    """Checks the password behind the lock-out; why it failed is never said more exactly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        for name, words in (("username", "user name"), ("password", "password")):
            self.fields[name].error_messages["required"] = f"Enter your {words}"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "username" in data and "password" in data:
            try:
                officer = lockout.checked(self.request, data["username"], data["password"])
            except lockout.LockedOutError:
                raise ValidationError(LOCKED, code="locked") from None
            if officer is None:
                raise ValidationError(WRONG, code="wrong")
            self.user_cache = officer
        return data


class ReasonField(forms.CharField):
    """Why something is done, for another person to read: at least `least` characters.

    Spaces and line breaks count as one each. In one row at most 200 characters, in several 500.
    """

    def __init__(
        self,
        label: str = "Reason",
        asked: str = "Enter the reason",
        *,
        help_text: str = "",
        least: int = purposes.MIN_REASON_LENGTH,
        rows: int = 3,
    ) -> None:
        quiet = {"autocomplete": "off"}
        super().__init__(
            label=label,
            help_text=help_text or f"At least {least} characters.",
            max_length=500 if rows > 1 else 200,
            widget=forms.Textarea({"rows": rows, **quiet}) if rows > 1 else forms.TextInput(quiet),
            error_messages={"required": asked},
        )
        self.least = least

    def clean(self, value: Any) -> str:
        text = " ".join(str(super().clean(value)).split())
        if len(text) < self.least:
            raise ValidationError(f"Enter a reason of at least {self.least} characters")
        return text


def reason_line(label: str, asked: str, *, help_text: str = "", least: int = 10) -> ReasonField:
    """A reason in one row, `asked` for in these words where it is missing."""
    return ReasonField(label, asked, help_text=help_text, least=least, rows=1)


class OfficerSearchForm(forms.Form):
    words = forms.CharField(
        label="Name, user name or collar number",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "govuk-input--width-10"})


class GrantForm(forms.Form):
    """A role to give, from a day until a day; without an end it holds until it is withdrawn."""

    role = forms.ModelChoiceField(
        Role.objects.filter(retired_at=None),
        empty_label="Choose",
        error_messages={"required": "Choose a role"},
    )
    starts_on = forms.DateField(
        label="From",
        widget=DayInput(),
        initial=timezone.localdate,
        error_messages={"required": "Enter the first day"},
    )
    ends_on = forms.DateField(
        label="Until (optional)",
        help_text="The last day. Leave it empty if the role holds until it is withdrawn.",
        widget=DayInput(),
        required=False,
    )

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if starts_on < timezone.localdate():
            raise ValidationError("The first day must be today or later")
        return starts_on

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            raise ValidationError({"ends_on": "The last day must not be before the first day"})
        return data
