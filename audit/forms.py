"""The filters of the audit list."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actions import COVERT, Action
from audit.selectors import DEFAULT_DAYS, Filters
from wmp_search.access import purposes
from wmp_search.access.forms import DayInput
from wmp_search.access.models import Officer

# what is found out about misuse is not even a word in this list (policing.md H1)
OPEN_ACTIONS = [(a.value, a.label) for a in Action if a not in COVERT]
KINDS = ["person", "record", "crime", "gang", "officer", "event"]


class FilterForm(forms.Form):
    """Typed by the reader. `filters` is the answer once it is valid."""

    officer = forms.CharField(
        label="Officer (user name)",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    action = forms.ChoiceField(
        label="What was done", choices=[("", "Anything"), *OPEN_ACTIONS], required=False
    )
    since = forms.DateField(label="From", widget=DayInput(), required=False)
    until = forms.DateField(label="Until", widget=DayInput(), required=False)
    kind = forms.ChoiceField(
        label="Kind of subject",
        choices=[("", "Any"), *((kind, kind.capitalize()) for kind in KINDS)],
        required=False,
    )
    subject = forms.CharField(
        label="Subject number",
        help_text="For example the number in the address of a person's page",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-10"}),
    )
    purpose = forms.ChoiceField(
        label="Purpose", choices=lambda: [("", "Any"), *purposes.labels()], required=False
    )

    def clean_officer(self) -> int | None:
        username = self.cleaned_data["officer"].strip()
        if not username:
            return None
        found = Officer.objects.filter(username__iexact=username).values_list("pk", flat=True)
        if not found:
            raise ValidationError("There is no officer with this user name")
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        today = timezone.localdate()
        until = data.get("until") or today
        since = data.get("since") or min(until, today) - timedelta(days=DEFAULT_DAYS)
        if since > until:
            raise ValidationError({"until": "The last day must not be before the first day"})
        data.update(since=since, until=until)
        return data

    @property
    def filters(self) -> Filters:
        named = {field.name for field in fields(Filters)}
        return Filters(**{k: v for k, v in self.cleaned_data.items() if k in named})


class AddressForm(FilterForm):
    """The same from an address, where the officer is a number: no names stand in addresses."""

    officer = forms.IntegerField(required=False)  # type: ignore[assignment]

    def clean_officer(self) -> int | None:
        number: int | None = self.cleaned_data["officer"]
        return number
