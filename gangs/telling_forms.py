"""Forms of what is told of a membership: sharing it with others, its history to the person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from gangs import agreements
from wmp_search.access.disclosures import DisclosureForm
from wmp_search.access.forms import ReasonField


class ShareForm(DisclosureForm):
    """One recipient, one purpose, under a registered agreement that has not ended (F6)."""

    agreement = forms.ChoiceField(
        label="Under which agreement?",
        error_messages={"required": "Choose the agreement"},
    )
    field_order = ["agreement", "recipient", "organisation", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agreement"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        found = agreements.in_force(timezone.localdate())
        field.choices = [("", "Choose"), *((a.reference, a.words) for a in found)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        chosen = {a.reference: a for a in agreements.in_force(timezone.localdate())}
        agreement = chosen.get(data.get("agreement", ""))
        if agreement and data.get("organisation") not in ("", None, agreement.organisation):
            raise ValidationError(
                {"organisation": f"This agreement is with {agreement.organisation}"}
            )
        return data


class HistoryForm(forms.Form):
    """What the person is told; a refusal says why (F8)."""

    outcome = forms.ChoiceField(
        label="What do you tell the person?",
        choices=[("told", "Their history, as above"), ("refused", "Nothing: it is refused")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you tell the person"},
    )
    reason = ReasonField(
        "Why",
        "Enter why",
        help_text="A refusal names the exemption (DPA 2018 s.45(4)). It is kept.",
    )
