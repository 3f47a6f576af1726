"""What reviewers, officers and readers of the trail type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audit.oversight.models import ReviewItem
from audit.oversight.reviews import Decision

MOST = 2_000


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})


class DecisionForm(forms.Form):
    """A reviewer's outcome; whoever asks must say what, whoever refers must say why."""

    outcome = forms.ChoiceField(
        label="Your decision",
        choices=ReviewItem.Outcome.choices,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose a decision"},
    )
    words = forms.CharField(
        label="Notes or question",
        help_text="If you ask, the officer reads this. Otherwise the officer does not see it.",
        max_length=MOST,
        required=False,
        widget=text_area(),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        wanted = {
            ReviewItem.Outcome.ASK: "Enter what you want to know from the officer",
            ReviewItem.Outcome.REFER: "Enter why professional standards should look at this",
        }
        outcome = data.get("outcome")
        if outcome in wanted and not data.get("words", "").strip():
            raise ValidationError({"words": wanted[outcome]})
        return data

    @property
    def decision(self) -> Decision:
        return Decision(self.cleaned_data["outcome"], self.cleaned_data["words"].strip())


class ReplyForm(forms.Form):
    """An officer's reply to one question."""

    item = forms.IntegerField(widget=forms.HiddenInput())
    reply = forms.CharField(
        label="Your reply",
        max_length=MOST,
        widget=text_area(),
        error_messages={"required": "Enter your reply"},
    )


class WhoSawForm(forms.Form):
    """Whose record it is: the number in the address of a person's page."""

    person = forms.IntegerField(
        label="Person number",
        help_text="The number in the address of the person's page",
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"required": "Enter a person number"},
    )


class OfficerForm(forms.Form):
    """Whose activity it is. The name typed never stands in an address."""

    officer = forms.CharField(
        label="Officer (user name)",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter a user name"},
    )


class WordsForm(forms.Form):
    """Words that were searched for, also where nothing was found (policing.md A3)."""

    words = forms.CharField(
        label="Words of the search",
        help_text="Part of what was typed, at least 3 characters",
        min_length=3,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the words", "min_length": "Enter 3 characters or more"},
    )
    nothing = forms.BooleanField(label="Only searches that found nothing", required=False)
