"""Forms of keeping memberships: proposing with evidence, deciding, reviewing, ending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html

from gangs import evidence
from gangs.checks import Wanted
from gangs.criteria import Cited
from gangs.declared import HARMED, rules
from gangs.evidence import Citable, GradeError
from gangs.kept_models import KeptMembership, Status
from gangs.models import Gang
from wmp_search.access.forms import DayInput, ReasonField
from wmp_search.dates import months_after

USUAL_REVIEW = timedelta(days=28)  # the unit reviews monthly
MOST_RECORDS = 60
LEAST = 10  # characters of a refusal


@dataclass(frozen=True, slots=True)
class Row:
    """One record to cite, with its two fields. `grade` is None where its system graded it."""

    record: Citable
    criterion: Any
    grade: Any


class ProposalForm(forms.Form):
    """What is proposed about one person; `wanted` once it is valid."""

    gang = forms.ModelChoiceField(
        Gang.objects.none(),
        label="Gang",
        empty_label="Choose",
        error_messages={"required": "Choose a gang"},
    )
    status = forms.ChoiceField(
        label="Keep the person as",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to keep the person as"},
    )
    rationale = ReasonField(
        "Why",
        "Say why, in your own words",
        help_text="What the evidence shows. A supervisor reads it, and one day the person may.",
        least=20,
        rows=5,
    )
    valid_from = forms.DateField(
        label="True from",
        widget=DayInput(),
        error_messages={"required": "Enter the day since when it is true"},
    )
    review_on = forms.DateField(
        label="Review on",
        help_text="Within six months. It ends after six months unless there is new evidence.",
        widget=DayInput(),
        error_messages={"required": "Enter a review date"},
    )
    cited: tuple[Cited, ...] = ()

    def __init__(
        self,
        *args: Any,
        records: Sequence[Citable],
        gangs: QuerySet[Gang],
        harmed: bool,
        renews: KeptMembership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.records, self.renews = tuple(records)[:MOST_RECORDS], renews
        gang, status = self.fields["gang"], self.fields["status"]
        assert isinstance(gang, forms.ModelChoiceField)  # noqa: S101  declared above
        assert isinstance(status, forms.ChoiceField)  # noqa: S101
        gang.queryset = gangs
        status.choices = [
            (value, label)
            for value, label in Status.choices
            if value != Status.REMOVED and (harmed or value not in HARMED)
        ]
        for record in self.records:
            self._add(record)

    def _add(self, record: Citable) -> None:
        name = format_html(
            '<span class="govuk-visually-hidden">: {}, {}</span>', record.words, record.reference
        )
        choices = [("", "Do not cite"), *((c.code, c.words) for c in rules().criteria.values())]
        self.fields[f"criterion_{record.record_id}"] = forms.ChoiceField(
            label=format_html("Cite as{}", name), choices=choices, required=False
        )
        if record.grade is None:
            self.fields[f"grade_{record.record_id}"] = forms.CharField(
                label=format_html("3x5x2 grade{}", name),
                max_length=8,
                required=False,
                widget=forms.TextInput(
                    attrs={"autocomplete": "off", "class": "govuk-input--width-5"}
                ),
            )

    @classmethod
    def start(cls, **given: Any) -> "ProposalForm":
        """As the page shows it first; a renewal begins with what is kept and cited."""
        renews: KeptMembership | None = given.get("renews")
        today = timezone.localdate()
        initial: dict[str, Any] = {"review_on": today + USUAL_REVIEW, "valid_from": today}
        if renews is not None:
            initial |= {
                "gang": renews.gang_id,
                "status": renews.status,
                "rationale": renews.rationale,
                "valid_from": renews.valid_from,
            }
            for row in renews.evidence.all():
                initial[f"criterion_{row.record_id}"] = row.criterion
                initial[f"grade_{row.record_id}"] = f"{row.source}/{row.assessment}/{row.handling}"
        return cls(initial=initial, **given)

    @property
    def rows(self) -> list[Row]:
        """The records, each with its fields."""
        names = self.fields
        return [
            Row(
                record,
                self[f"criterion_{record.record_id}"],
                self[f"grade_{record.record_id}"]
                if f"grade_{record.record_id}" in names
                else None,
            )
            for record in self.records
        ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        cited = [one for record in self.records if (one := self._cited(record, data))]
        if not cited and not self.errors:
            raise ValidationError("Cite at least one record of the person")
        self.cited = tuple(cited)
        return data

    def _cited(self, record: Citable, data: dict[str, Any]) -> Cited | None:
        criterion = data.get(f"criterion_{record.record_id}")
        if not criterion:
            return None
        field = f"grade_{record.record_id}"
        try:
            given = evidence.parse_grade(data.get(field, "")) if record.grade is None else None
            return evidence.cite(record, criterion, given)
        except (GradeError, ValueError) as wrong:
            where = field if field in self.fields else f"criterion_{record.record_id}"
            self.add_error(where, str(wrong))
        return None

    @property
    def wanted(self) -> Wanted:
        """What is proposed."""
        data = self.cleaned_data
        return Wanted(
            gang=data["gang"],
            status=data["status"],
            cited=self.cited,
            rationale=data["rationale"],
            valid_from=data["valid_from"],
            review_on=data["review_on"],
            renews=self.renews,
        )


class DecisionForm(forms.Form):
    """Authorise or refuse; a refusal says why."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("authorise", "Authorise"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to authorise it"},
    )
    reason = forms.CharField(
        label="Why you refuse (only then)",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("decision") == "refuse" and len(data.get("reason", "").strip()) < LEAST:
            raise ValidationError({"reason": "Say why you refuse; the author reads it"})
        return data


class ReviewForm(forms.Form):
    """It still holds; look again by then."""

    review_on = forms.DateField(
        label="Look again on",
        widget=DayInput(),
        error_messages={"required": "Enter when to look again"},
    )

    def __init__(self, *args: Any, expires_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "review_%s", **kwargs})
        soon = min(timezone.localdate() + USUAL_REVIEW, expires_on)
        self.fields["review_on"].initial = soon


class RemoveForm(forms.Form):
    """How it ends, and why."""

    ended = forms.ChoiceField(
        label="How it ends",
        choices=[c for c in KeptMembership.Ended.choices if c[0] != "expired"],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ends"},
    )
    reason = ReasonField("Why it ends")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "remove_%s", **kwargs})


def latest_review() -> date:
    """The last day on which a review may be set today."""
    return months_after(timezone.localdate(), rules().months)
