"""Forms of asking for an extract and deciding on it."""

from django import forms

from wmp_search.access.forms import ReasonField
from wmp_search.extracts import limits
from wmp_search.extracts.columns import COLUMNS
from wmp_search.extracts.services import Wanted


class AskForm(forms.Form):
    """Which columns, for which project, why and for how long."""

    columns = forms.MultipleChoiceField(
        label="Columns",
        help_text="Only what the question needs: the fewer columns, the finer each can be.",
        choices=[(name, column.label) for name, column in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one column"},
    )
    reference = forms.CharField(
        label="Project",
        help_text="The reference of the project, as in its data protection impact assessment",
        max_length=60,
        error_messages={"required": "Enter the project's reference"},
    )
    days = forms.IntegerField(
        label="For how many days?",
        min_value=1,
        max_value=limits.load().days,
        initial=14,
        error_messages={"required": "Enter for how many days"},
    )
    reason = ReasonField("What question will it answer?", "Enter what question it will answer")

    @property
    def wanted(self) -> Wanted:
        """What is asked for, of a valid form."""
        data = self.cleaned_data
        return Wanted(data["columns"], data["reference"], data["reason"], data["days"])


class DecideForm(forms.Form):
    reason = ReasonField("Why", "Enter why")
