"""What is asked of intelligence, with why the officer looks."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from gangs.intelligence.question import MAX_LENGTH, Question, QuestionError
from people.sources import titles
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.purpose_forms import PurposeForm

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
SHORT = {**PLAIN, "class": "govuk-input--width-10"}
NUMBER = "Enter the number of a person, for example 1234"


def _text(label: str, help_text: str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={**PLAIN, **attrs}),
    )


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"})
    return forms.DateField(label=label, required=False, widget=widget)


class IntelligenceForm(PurposeForm):
    """One of the first four at least; the rest narrows. `question` holds it once it is valid."""

    text = _text("Words", "Each of them must be in the text, in any form: supply finds supplied")
    gang = _text("Gang", "Name or number. Items about those on its list of members")
    person = forms.IntegerField(
        label="Number of a person",
        help_text="It stands at the end of the address of their page",
        required=False,
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "numeric"}),
        error_messages={"invalid": NUMBER},
    )
    place = _text("Place", "A postcode, or words of one address of the person in the item")
    grade = _text(
        "Grade", "3x5x2, such as 2B, 2 or B. An old one as recorded, such as B24", **SHORT
    )
    since = _day("From")
    until = _day("Until")
    system = forms.ChoiceField(label="Source system", required=False)
    field_order = [
        *("text", "gang", "person", "place", "grade", "since", "until", "system"),
        *("code", "reference"),
    ]
    question: Question

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = sorted(titles().items(), key=lambda pair: pair[1])
        self.fields["system"].choices = [("", "All"), *known]  # type: ignore[attr-defined]

    @classmethod
    def beginning(cls, request: AccessRequest) -> Self:
        """Unbound, with the person or gang from whose page the officer comes."""
        given = {name: request.GET.get(name, "") for name in ("person", "gang")}
        known = {n: v for n, v in given.items() if v.isascii() and v.isdecimal() and len(v) < 17}
        return cls(initial=known, request=request)

    @classmethod
    def again(cls, request: AccessRequest, question: Question) -> Self:
        """Unbound, with what was asked."""
        return cls(initial=question.as_json(), request=request)

    @property
    def narrows(self) -> bool:
        """Whether a field that only narrows holds anything, or is wrong."""
        names = ("grade", "since", "until", "system")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors.keys() - {"code", "reference"}:
            return data
        asked: dict[str, Any] = {name: data.get(name) for name in self.field_order[:8]}
        texts = ("text", "gang", "place", "grade")
        asked |= {name: " ".join(str(asked[name] or "").split()) for name in texts}
        try:
            self.question = Question(**asked)
        except QuestionError as error:
            raise ValidationError({error.field: str(error)}) from error
        return data
