"""Forms with which an administrator makes roles, decides on requests and moves officers."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from wmp_search.access import catalogue, separation
from wmp_search.access.forms import DayInput, reason_line
from wmp_search.access.models import Role, Unit
from wmp_search.access.permissions import Permission
from wmp_search.access.role_services import Definition


class RoleForm(forms.Form):
    """What a role is called, what it is for and what it allows."""

    title = forms.CharField(
        label="Name of the role",
        max_length=60,
        error_messages={"required": "Enter a name for the role"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label="Who it is for",
        help_text="One sentence that another administrator understands without asking.",
        max_length=200,
        error_messages={"required": "Say in one sentence who the role is for"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    permissions = forms.MultipleChoiceField(
        label="What it allows",
        choices=Permission.choices,
        error_messages={"required": "Choose at least one permission"},
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_permissions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["permissions"]
        if reasons := separation.broken(chosen):
            raise ValidationError(list(reasons))
        return chosen

    @property
    def definition(self) -> Definition:
        """What was entered; of a valid form."""
        data = self.cleaned_data
        return Definition(data["title"], data["description"], tuple(data["permissions"]))

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The permissions as the page lists them: heading → boxes with sentence and state."""
        chosen = set(self["permissions"].value() or ())
        return [
            (
                group,
                [{"described": d, "checked": d.permission.value in chosen} for d in members],
            )
            for group, members in catalogue.grouped(Permission.values)
        ]


class AskForm(forms.Form):
    """Why a sensitive role or permission is needed."""

    reason = reason_line(
        "Why is it needed?",
        "Say why it is needed",
        help_text="The administrator who decides reads it. Name the task, not the person.",
    )


class DecisionForm(forms.Form):
    """What the second administrator decides about a request."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to approve or refuse"},
    )
    reason = reason_line("Why?", "Say why you decide so")


class UnitForm(forms.Form):
    """The name of a unit; no two units share one, whatever the capitals."""

    name = forms.CharField(
        label="Name of the unit",
        max_length=80,
        error_messages={"required": "Enter the name of the unit"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        others = Unit.objects.exclude(pk=self.unit.pk) if self.unit else Unit.objects.all()
        if others.filter(name__iexact=name).exists():
            raise ValidationError("There is already a unit with this name")
        return name


class MoveForm(forms.Form):
    """Where an officer belongs and what the officer does there."""

    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        empty_label="No unit",
        required=False,
        help_text="The supervisors of the unit see what the officer does from now on.",
    )
    post = forms.CharField(
        label="Post (optional)",
        help_text="For example: response sergeant.",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RoleFileForm(forms.Form):
    """A CSV file of grants and moves, and why they are made."""

    MAX_BYTES = 2_000_000
    file = forms.FileField(
        label="CSV file",
        help_text="At most 10,000 lines. Nothing changes before you have seen every line.",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    reason = reason_line(
        "Why are these changes made?",
        "Say why these changes are made",
        help_text="It stands beside each request for a sensitive role.",
    )
    content: str

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > self.MAX_BYTES:
            raise ValidationError("The file is larger than 2 MB. Split it")
        try:
            self.content = sent.read().decode("utf-8-sig").replace("\x00", "")
        except UnicodeDecodeError:
            raise ValidationError("The file is not text in UTF-8. Save it as CSV UTF-8") from None
        return sent


class ReviewForm(forms.Form):
    """A yearly review of access: what it is called and when it must be signed off."""

    title = forms.CharField(
        label="Name of the review",
        help_text="For example: Yearly access review 2027.",
        max_length=80,
        error_messages={"required": "Enter a name for the review"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_on = forms.DateField(
        label="To be signed off by",
        widget=DayInput(),
        error_messages={"required": "Enter the last day", "invalid": "Enter a day"},
    )

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise ValidationError("The last day must be today or later")
        return due_on


class RoleChoiceForm(forms.Form):
    """Two roles to compare."""

    one = forms.ModelChoiceField(Role.objects.filter(retired_at=None), label="First role")
    other = forms.ModelChoiceField(Role.objects.filter(retired_at=None), label="Second role")
