"""The crime search box, with why the officer looks."""

from typing import Any, Self

from django import forms

from people.forms import MAX_QUERY, TextSearchForm
from wmp_search.access.middleware import AccessRequest


class CrimeSearchForm(TextSearchForm):
    """What is known of a crime, or how it was done, or both."""

    missing = "Enter a crime number, an offence, a street or a postcode, or how it was done"

    mo = forms.CharField(
        label="How it was done",
        required=False,
        max_length=MAX_QUERY,
        help_text="Words of the method, such as: rear door forced. Crimes with all of them",
        error_messages={"max_length": f"Enter {MAX_QUERY} characters or fewer"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["text", "mo", "code", "reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    @classmethod
    def of(cls, request: AccessRequest, text: str = "", mo: str = "") -> Self:
        """An unbound form that already knows the living purpose."""
        return cls(initial={"text": text, "mo": mo}, request=request)

    def clean_text(self) -> str:
        return super().clean_text() if self.cleaned_data["text"] else ""

    def clean_mo(self) -> str:
        mo = " ".join(str(self.cleaned_data["mo"]).split())
        if mo and sum(c.isalnum() for c in mo) < 2:
            raise forms.ValidationError("Enter at least two letters of how it was done")
        return mo

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"text", "mo"} and not (cleaned["text"] or cleaned["mo"]):
            self.add_error("text", self.missing)
        return cleaned
