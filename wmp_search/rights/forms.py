"""Forms of requests and their answers."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from wmp_search.access.disclosures import DisclosureForm
from wmp_search.access.forms import DayInput, ReasonField
from wmp_search.rights.models import Withheld

ITEM = re.compile(r"[a-z]+:\d+(:[a-z]+\.[^:\x00-\x1f]{1,120})?")


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        error_messages={"required": f"Enter a day: {label.lower()}"},
    )


class OpenForm(forms.Form):
    """A request as it came in."""

    person = forms.IntegerField(
        label="Person number",
        help_text="From the address of the person's page",
        min_value=1,
        error_messages={"required": "Enter the number of the person"},
    )
    reference = forms.CharField(
        label="Reference of the request",
        max_length=60,
        error_messages={"required": "Enter the reference of the request"},
    )
    received_on = _day("Received on")
    confirmed_on = _day(
        "Identity confirmed on",
        required=False,
        help_text="And the fee paid, where there is one. The month begins then.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("received_on", "confirmed_on"):
            if (day := data.get(name)) and day > timezone.localdate():
                self.add_error(name, "This day has not come yet")
        return data


class DayReasonForm(forms.Form):
    """A day and why, for pausing the clock."""

    reason = ReasonField("Why", "Enter why")


class WithholdForm(forms.Form):
    """One part of the answer, the ground, and why."""

    item = forms.CharField(
        label="What is left out",
        help_text="Its mark in the preview, such as record:12 or record:12:delivered.NOTE",
        max_length=200,
        error_messages={"required": "Enter the mark of what is left out"},
    )
    ground = forms.ChoiceField(
        label="Ground of section 45(4)",
        choices=Withheld.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ground"},
    )
    reason = ReasonField("Why that ground applies here", "Enter why that ground applies")

    def clean_item(self) -> str:
        item: str = self.cleaned_data["item"].strip()
        if not ITEM.fullmatch(item):
            raise ValidationError("Enter a mark as it stands in the preview")
        return item


class ReleaseForm(forms.Form):
    """To name the officers who looked."""

    approval = forms.CharField(
        label="Number of the data protection officer's approval",
        max_length=60,
        error_messages={"required": "Enter the number of the approval"},
    )
    reason = ReasonField("Why they are named", "Enter why they are named")


class PackForm(DisclosureForm):
    """Who gets the pack."""
