"""Forms of reviewing and disposing."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from wmp_search.access.forms import DayInput, ReasonField
from wmp_search.retention import rules
from wmp_search.retention.models import Review
from wmp_search.retention.reviews import Answer

YES, NO = "yes", "no"


class ReviewForm(forms.Form):
    """One yes or no for each national question, what becomes of the record, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in rules.load().questions.items():
            self.fields[name] = _question(text)
        self.fields["outcome"] = forms.ChoiceField(
            label="What becomes of the record",
            choices=[
                (Review.Outcome.KEEP.value, "Keep it until the next review"),
                (Review.Outcome.DISPOSE.value, "Dispose of it, if a second person agrees"),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": "Say what becomes of the record"},
        )
        self.fields["reason"] = ReasonField("Why", "Enter why")

    @property
    def given(self) -> Answer:
        """What the reviewer says, of a valid form."""
        data = self.cleaned_data
        answers = {name: data[name] == YES for name in rules.load().questions}
        return Answer(answers, data["outcome"], data["reason"])


def _question(text: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=text,
        choices=[(YES, "Yes"), (NO, "No")],
        widget=forms.RadioSelect,
        error_messages={"required": f"Answer: {text}"},
    )


class ConfirmForm(forms.Form):
    """A warning still holds: since which day that is known, and on what it rests."""

    on = forms.DateField(
        label="When was it last seen to hold?",
        help_text="The day of what it rests on, not today.",
        widget=DayInput(),
        error_messages={"required": "Enter the day"},
    )
    reference = forms.CharField(
        label="Reference of what it rests on",
        help_text="An occurrence, a custody record, an intelligence log.",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Enter a reference"},
    )
    basis = ReasonField("What happened", "Enter what happened")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("The day must not be in the future")
        return on


class ReasonForm(forms.Form):
    reason = ReasonField("Why", "Enter why")


class DayForm(forms.Form):
    """The day up to which reviews are counted."""

    on = forms.DateField(label="Due up to", required=False, widget=DayInput())

    @property
    def day(self) -> date:
        """What was asked; today without or with a wrong one."""
        asked = self.cleaned_data.get("on") if self.is_valid() else None
        return asked or timezone.localdate()
