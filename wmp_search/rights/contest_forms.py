"""Forms of contested values, corrections and their lifting."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from people.contested_models import Contested
from wmp_search.access.forms import DayInput, ReasonField, reason_line
from wmp_search.rights.contesting import Item
from wmp_search.rights.notice_models import Correction


def past_day(label: str, asked: str, help_text: str = "") -> forms.DateField:
    """A day that is not to come."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=DayInput(),
        validators=[_has_come],
        error_messages={"required": asked},
    )


def _has_come(day: Any) -> None:
    if day > timezone.localdate():
        raise ValidationError("This day has not come yet")


class ContestForm(forms.Form):
    """One value, the person's statement, who, when and on what it rests."""

    item = forms.ChoiceField(
        label="What is contested",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is contested"},
    )
    nature = forms.ChoiceField(
        label="Is it a fact or an opinion?",
        choices=Contested.Nature.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose fact or opinion"},
    )
    statement = forms.CharField(
        label="What the person says",
        help_text="In their own words. It stands beside the value wherever that is shown.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"required": "Enter what the person says"},
    )
    stated_by = forms.CharField(
        label="Who says so",
        max_length=100,
        error_messages={"required": "Enter who says so"},
    )
    stated_on = past_day("Said on", "Enter the day it was said")
    basis = reason_line(
        "What it rests on", "Enter what it rests on", help_text="Letter, document, call."
    )
    ground = forms.ChoiceField(
        label="May the value be used meanwhile?",
        choices=Contested.Ground.choices,
        required=False,
        initial="",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, items: Mapping[str, Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(mark, f"{item.label}: {item.value}") for mark, item in items.items()]
        field = self.fields["item"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class LiftForm(forms.Form):
    """The person was told; why the value may be used again."""

    told_on = past_day("The person was told on", "Enter the day the person was told")
    reason = ReasonField("Why it may be used again", "Enter why it may be used again")


class CorrectionForm(forms.Form):
    """A system corrected or erased something at its source."""

    change = forms.ChoiceField(
        label="What happened",
        choices=[(c.value, c.label) for c in Correction.Change if c in ("corrected", "erased")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened"},
    )
    what = ReasonField("What was corrected or erased", "Enter what was corrected or erased")
