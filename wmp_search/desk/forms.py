"""Feedback, its answer and the survey."""

from django import forms

from wmp_search.desk.models import Feedback

SCALE = [(5, "Yes, always"), (4, "Mostly"), (3, "Sometimes"), (2, "Seldom"), (1, "No")]


class FeedbackForm(forms.Form):
    """What somebody has to say, and what may be kept with it; both boxes start empty."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Feedback.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    text = forms.CharField(
        label="Tell us",
        help_text="Leave out names and anything that tells who somebody is.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Tell us what it is",
            "max_length": "Use 1,000 letters or fewer",
        },
    )
    page = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    with_page = forms.BooleanField(
        label="Keep the address of that page: it points at the person or crime on it",
        required=False,
    )
    with_name = forms.BooleanField(label="Keep my name: you may ask me about it", required=False)


class AnswerForm(forms.Form):
    """What the product team makes of it; a summary and an answer are shown to everybody."""

    state = forms.ChoiceField(label="State", choices=Feedback.State.choices)
    summary = forms.CharField(
        label="You said",
        help_text="In a few words, without names.",
        max_length=200,
        required=False,
    )
    answer = forms.CharField(
        label="We did", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SurveyForm(forms.Form):
    """The two questions of the national survey of police technology users."""

    rely = forms.TypedChoiceField(
        label="Can you rely on the data you find here?",
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how far you can rely on it"},
    )
    integrated = forms.TypedChoiceField(
        label="Are the systems well brought together?",
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how well they are brought together"},
    )
