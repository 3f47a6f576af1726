"""Forms for restricting a person, lifting a restriction and unmasking."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from people.models import Restriction, RestrictionUserPermission
from people.restricting import Wanted
from wmp_search.access.forms import DayInput, ReasonField
from wmp_search.access.models import Officer, Unit
from wmp_search.access.selectors import officer_called

REVIEW_AFTER = timedelta(days=28)


class RestrictForm(forms.Form):
    """Level, team, named officers, reason and review date; `wanted` once it is valid."""

    level = forms.ChoiceField(
        label="How to restrict", choices=Restriction.Level.choices, widget=forms.RadioSelect
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label="Team that may see the person",
        required=False,
        empty_label="No team: only the officers named below",
    )
    officers = forms.CharField(
        label="Officers who may see the person (optional)",
        help_text="User names or collar numbers, with spaces between them. You are always one.",
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    notice = forms.BooleanField(
        label="Tell others who find the person to contact your unit",
        help_text="Without it a search tells them nothing at all.",
        required=False,
    )
    reason = ReasonField()
    review_on = forms.DateField(
        label="Review on", widget=DayInput(), error_messages={"required": "Enter a review date"}
    )
    named: list[Officer]

    @classmethod
    def for_new(cls, unit_id: int | None) -> "RestrictForm":
        """As it stands for one click: the own team, four weeks."""
        review_on = timezone.localdate() + REVIEW_AFTER
        return cls(initial={"level": "restricted", "unit": unit_id, "review_on": review_on})

    @classmethod
    def for_change(cls, held: Restriction) -> "RestrictForm":
        """The restriction as it stands."""
        grants = RestrictionUserPermission.objects.filter(content_object=held)
        names = grants.exclude(user=held.owner_id).order_by("user__username")
        return cls(
            initial={
                "level": held.level,
                "unit": held.units.first(),
                "officers": " ".join(names.values_list("user__username", flat=True)),
                "notice": held.notice,
                "reason": held.reason,
                "review_on": held.review_on,
            }
        )

    def clean_officers(self) -> str:
        words = [w for w in re.split(r"[\s,;]+", self.cleaned_data["officers"]) if w]
        self.named = []
        for word in words:
            found = officer_called(word)
            if found is None:
                raise ValidationError(f"There is no officer {word}")
            self.named.append(found)
        return " ".join(words)

    def clean_review_on(self) -> date:
        review_on: date = self.cleaned_data["review_on"]
        if review_on <= timezone.localdate():
            raise ValidationError("The review date must be in the future")
        return review_on

    @property
    def wanted(self) -> Wanted:
        """What the officer asked for."""
        data = self.cleaned_data
        return Wanted(
            level=data["level"],
            reason=data["reason"],
            review_on=data["review_on"],
            notice=data["notice"],
            units=[data["unit"]] if data["unit"] else [],
            officers=self.named,
        )


class LiftForm(forms.Form):
    """Ending a restriction; stands beside a RestrictForm, so its ids are its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "lift_%s", **kwargs})

    reason = ReasonField("Why the restriction ends")


class UnmaskForm(forms.Form):
    reason = ReasonField("Why you need to see who this is")
