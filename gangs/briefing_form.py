"""To which colleague a gang is handed over, and why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from wmp_search.access.forms import reason_line
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import scope_of
from wmp_search.access.selectors import officer_called


class BriefingForm(forms.Form):
    """`officer` is the colleague once it is valid: of this force, and may see gangs and people."""

    recipient = forms.CharField(
        label="Who takes the gang over?",
        help_text="User name or collar number of one colleague",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the user name or collar number of a colleague"},
    )
    reason = reason_line(
        "Why do they need it?",
        "Enter why they need it",
        help_text="It stands on the page. Leave out names.",
    )
    officer: Officer

    def __init__(self, *args: Any, author_id: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self._author_id = author_id

    def clean_recipient(self) -> str:
        word = str(self.cleaned_data["recipient"])
        found = officer_called(word)
        if found is None:
            raise ValidationError(f"There is no officer {word}")
        if found.pk == self._author_id:
            raise ValidationError("Enter a colleague, not yourself")
        if not {Permission.GANG_VIEW.value, Permission.PERSON_VIEW.value} <= scope_of(found).held:
            raise ValidationError(f"The roles of {found} do not open gangs and people")
        self.officer = found
        return word
