"""What somebody did to protect a person, and when it is looked at again."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from gangs.criteria import unfit_words
from gangs.declared import rules
from gangs.safeguarding_models import SafeguardingStep
from wmp_search.access.forms import DayInput, ReasonField

Kind, Whom = SafeguardingStep.Kind, SafeguardingStep.Whom
LONGEST = 92  # days until it is looked at again, at most
USUAL = 28
WITH_WHOM = frozenset({Kind.REFERRED.value, Kind.ANSWERED.value})


class StepForm(forms.Form):
    """One step; to whom only of what was referred or answered."""

    kind = forms.ChoiceField(
        label="What did you do?",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you did"},
    )
    whom = forms.ChoiceField(
        label="To whom it was referred, or who answered (only then)",
        choices=[("", "Choose"), *Whom.choices],
        required=False,
    )
    on = forms.DateField(
        label="When", widget=DayInput(), error_messages={"required": "Enter when you did it"}
    )
    words = ReasonField(
        "What was done, and what comes next",
        "Enter what was done",
        help_text="What was done to them, by whom and when. No words that blame them.",
    )
    review_on = forms.DateField(
        label="Look again on",
        widget=DayInput(),
        help_text="Within three months",
        error_messages={"required": "Enter when to look again"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["on"].initial = today
        self.fields["review_on"].initial = today + timedelta(days=USUAL)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("The day cannot be in the future")
        return day

    def clean_words(self) -> str:
        text: str = self.cleaned_data["words"]
        if unfit := unfit_words(text):
            said = "”, “".join(unfit)
            raise ValidationError(f"Write it without “{said}”. {rules().instead}")
        return text

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if not 0 < (day - timezone.localdate()).days <= LONGEST:
            raise ValidationError("Enter a day within the next three months")
        return day

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("kind") in WITH_WHOM and not data.get("whom"):
            raise ValidationError({"whom": "Choose to whom it was referred, or who answered"})
        if data.get("kind") and data["kind"] not in WITH_WHOM:
            data["whom"] = ""
        return data
