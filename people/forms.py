"""The one search box, with why the officer looks; too little is not a search (policing.md B9)."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from people import minimum
from people.criteria import CriteriaError
from people.understand import understand
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.purpose_forms import PurposeForm

MAX_QUERY = 200


class TextSearchForm(PurposeForm):
    """What to look for and why; one letter or a wildcard alone is not a search (B9)."""

    missing = "Enter what to look for"

    text = forms.CharField(
        label="Search",
        max_length=MAX_QUERY,
        error_messages={"max_length": f"Enter {MAX_QUERY} characters or fewer"},
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autocapitalize": "words",
                "spellcheck": "false",
                "enterkeyhint": "search",
                "accesskey": "s",
                "aria-describedby": "search-hint",
            }
        ),
    )
    field_order = ["text", "code", "reference"]  # of the error summary

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = self.missing

    @classmethod
    def of(cls, request: AccessRequest, text: str = "") -> Self:
        """An unbound form that already knows the living purpose."""
        return cls(initial={"text": text}, request=request)

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if sum(c.isalnum() for c in text) < 2:
            raise ValidationError("Enter at least two letters or digits")
        return text


class PersonSearchForm(TextSearchForm):
    """The one box for people; it must be possible to make criteria of the text."""

    missing = "Enter a name, date of birth, postcode or number"

    wide = False

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if not any(c.isalnum() for c in text):
            raise ValidationError("Enter at least two letters or digits")
        try:
            self.wide = minimum.check(understand(text), self.request.scope)
        except CriteriaError as error:
            raise ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """A wide search is counted only when it is going to be made."""
        data = super().clean()
        if self.wide and not self.errors:
            try:
                minimum.count(understand(data["text"]), self.request.scope)
            except minimum.TooManyError as error:
                raise ValidationError({"text": str(error)}) from error
        return data
