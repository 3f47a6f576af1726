"""What the officer wants to see of a network, and whom a path leads to."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from gangs.network.limits import limits
from gangs.network.models import Kind, NotALink
from gangs.network.sight import View
from people.sources import titles

MOST_REVIEW_DAYS = 730


class KnownForm(forms.Form):
    """What was known on a day, which may be left out."""

    known = forms.DateField(
        label="As known on",
        required=False,
        help_text="What had been recorded by that day",
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )

    def clean_known(self) -> date | None:
        day: date | None = self.cleaned_data["known"]
        if day and day > timezone.localdate():
            raise ValidationError("Enter a day that has been, or leave it empty")
        return day


class ViewForm(KnownForm):
    """Kinds of link, one source, and what was known on a day. Everything may be left out."""

    field_order = ("kind", "source", "known")
    kind = forms.MultipleChoiceField(
        label="Kinds of link",
        required=False,
        choices=[(str(value), str(label)) for value, label in Kind.choices],
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them",
    )
    source = forms.ChoiceField(
        label="Source", required=False, help_text="The links as one system alone knows them"
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = sorted(titles().items(), key=lambda pair: pair[1])
        self.fields["source"].choices = [("", "All sources"), *known]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> View:
        """What is asked for; what could not be read is left out."""
        data = getattr(self, "cleaned_data", {})
        kinds = frozenset(Kind(int(value)) for value in data.get("kind") or ())
        return View(kinds or frozenset(Kind), data.get("source") or "", data.get("known"))


class PathForm(forms.Form):
    """To whom, and how far."""

    to = forms.IntegerField(
        label="Number of the other person",
        min_value=1,
        max_value=2**55,
        help_text="It stands at the end of the address of the person's page",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-10", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Enter the number of the other person",
            "invalid": "Enter the number of a person, for example 1234",
            "min_value": "Enter the number of a person, for example 1234",
            "max_value": "Enter the number of a person, for example 1234",
        },
    )
    far = forms.BooleanField(
        label=f"Look as far as {limits().path['on_request']} links",
        required=False,
        help_text=f"Usual are {limits().path['usual']}. More links connect nearly everybody",
    )

    @property
    def links(self) -> int:
        return limits().path["on_request" if self.cleaned_data.get("far") else "usual"]


class NotALinkForm(forms.Form):
    """Why a place or number connects nobody, and when somebody looks at it again."""

    reason = forms.ChoiceField(
        label="What it is",
        choices=[("", "Choose"), *NotALink.Reason.choices],
        help_text="Refuges and children's homes disappear from every network",
    )
    explanation = forms.CharField(
        label="How do you know?", max_length=300, help_text="Nobody's name"
    )
    review_on = forms.DateField(
        label="Review on",
        help_text="Within two years",
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if not 0 < (day - timezone.localdate()).days <= MOST_REVIEW_DAYS:
            raise ValidationError("Enter a day within the next two years")
        return day
