"""Data that leaves the system: to whom it goes and why stands on it and in the trail (A7)."""

from django import forms

from wmp_search.access.forms import reason_line

MARKING = "OFFICIAL-SENSITIVE"


class DisclosureForm(forms.Form):
    """Who gets a copy and why (DPA 2018 s.62(3)(b): the identity of the recipients)."""

    recipient = forms.CharField(
        label="Who is the copy for?",
        help_text="The person's name, or “myself”",
        max_length=100,
        error_messages={"required": "Enter who the copy is for"},
    )
    organisation = forms.CharField(
        label="Which organisation are they from?",
        max_length=100,
        error_messages={"required": "Enter the organisation"},
    )
    reason = reason_line("Why do they need a copy?", "Enter why they need a copy")
