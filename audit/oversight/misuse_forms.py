"""What professional standards type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.oversight import thresholds
from audit.oversight.forms import MOST, text_area
from audit.oversight.models import Alert, ListedPerson
from audit.oversight.rules import RULES
from audit.oversight.thresholds import Threshold
from people.models import Person
from wmp_search.access.models import Officer, Role, Unit


class OutcomeForm(forms.Form):
    """How an alert ended: this is how the rules are measured."""

    outcome = forms.ChoiceField(
        label="What did it turn out to be?",
        choices=Alert.Outcome.choices,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose what it turned out to be"},
    )
    note = forms.CharField(label="Note", max_length=MOST, required=False, widget=text_area())


class CaseForm(forms.Form):
    """A new case. The title names no one: it stands in lists."""

    title = forms.CharField(
        label="Case reference",
        help_text="Your own reference, without names",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a case reference"},
    )
    officer = forms.CharField(
        label="Officer (user name)",
        help_text="Leave empty if you do not know yet whom it is about",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_officer(self) -> int | None:
        name = self.cleaned_data["officer"].strip()
        if not name:
            return None
        found = Officer.objects.filter(username__iexact=name).values_list("pk", flat=True)
        if not found:
            raise ValidationError("There is no officer with this user name")
        return found[0]


class BundleForm(forms.Form):
    """Who receives the evidential bundle: it is a disclosure (DPA 2018 s.62(3))."""

    recipient = forms.CharField(
        label="Who receives it",
        help_text="A person, for example “Jane Smith”, or “myself”",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter who receives the bundle"},
    )
    organisation = forms.CharField(
        label="Their organisation",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the organisation"},
    )


class NotesForm(forms.Form):
    notes = forms.CharField(label="Notes", required=False, widget=text_area(8))


class ListedForm(forms.Form):
    """A person to watch, and why."""

    why = forms.ChoiceField(
        label="Which list?",
        choices=ListedPerson.Why.choices,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose a list"},
    )
    person_id = forms.IntegerField(
        label="Person number",
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"required": "Enter a person number"},
    )
    contact_at = forms.DateTimeField(
        label="When was the contact?",
        help_text="Only for a complaint",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "govuk-input--width-20"},
            format="%Y-%m-%dT%H:%M",
        ),
        error_messages={"invalid": "Enter the day and time of the contact"},
    )
    note = forms.CharField(
        label="Note",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_person_id(self) -> int:
        pk: int = self.cleaned_data["person_id"]
        if not Person.objects.filter(pk=pk).exists():
            raise ValidationError("There is no person with this number")
        return pk

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("why") != ListedPerson.Why.CONTACT:
            data["contact_at"] = None
        elif not data.get("contact_at") and "contact_at" not in self.errors:
            raise ValidationError({"contact_at": "Enter when the contact was"})
        elif data.get("contact_at") and data["contact_at"] > timezone.now():
            raise ValidationError({"contact_at": "The contact must be in the past"})
        return data


class CollectForm(forms.Form):
    """Which open case an event belongs to."""

    case = forms.ChoiceField(
        label="Case", error_messages={"required": "Choose a case"}, widget=forms.Select()
    )

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [("", "Choose a case"), *cases]  # type: ignore[attr-defined]


def _roles() -> list[tuple[str, str]]:
    return [("", "Any role"), *((role.slug, str(role)) for role in Role.objects.order_by("slug"))]


class ThresholdForm(forms.Form):
    """A threshold for a role, a unit, both or everybody."""

    which = forms.ChoiceField(
        label="Rule and threshold", choices=thresholds.choices, widget=forms.Select()
    )
    role = forms.ChoiceField(label="Role", choices=_roles, required=False)
    unit = forms.ModelChoiceField(
        label="Unit",
        queryset=Unit.objects.order_by("name"),
        empty_label="Any unit",
        required=False,
    )
    value = forms.FloatField(
        label="Value",
        help_text="Leave empty to go back to the value of the rule",
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        code, _, name = data.get("which", "").partition(":")
        for_some = data.get("role") or data.get("unit")
        if code in RULES and for_some and name in RULES[code].overall:
            raise ValidationError({"which": "This threshold is one for the whole force"})
        return data

    @property
    def threshold(self) -> Threshold:
        data = self.cleaned_data
        rule, _, name = data["which"].partition(":")
        unit: Unit | None = data["unit"]
        return Threshold(rule, name, data["role"], unit.pk if unit else None, data["value"])
