"""The builder's three steps, and what is done with a saved report."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from wmp_search.access.models import Officer, Role, Unit
from wmp_search.access.scope import Scope, scope_of
from wmp_search.datasets import Dataset, Dimension, Index
from wmp_search.reports import indexed, registry, saved, tabled
from wmp_search.reports.models import Dashboard, Report, Schedule
from wmp_search.reports.spec import CHART_WORDS, COMPARE_WORDS, UNKNOWN, Compare, ReportSpec

MOST_CHOICES = 100  # values of a filter that are offered; of more the value is typed
ANY = [("", "All")]
TIMES = [
    ("days.1", "Yesterday"),
    ("days.7", "Last 7 full days"),
    ("days.28", "Last 28 full days"),
    ("last.1", "Last full month"),
    ("last.3", "Last 3 full months"),
    ("last.12", "Last 12 full months"),
    ("last.24", "Last 24 full months"),
    ("last.60", "Last 60 full months"),
    ("months", "Months that I give below"),
]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class CountForm(forms.Form):
    """What to count."""

    of = forms.ChoiceField(
        label="What do you want to count?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what to count"},
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["of"]).choices = [
            (f"{one.key}.{measure.key}", f"{one.label}: {measure.label.lower()}")
            for one in registry.open_to(scope)
            for measure in one.measures
        ]


class SplitForm(forms.Form):
    """By what to split it."""

    by = forms.ChoiceField(label="Split by", required=False)
    by2 = forms.ChoiceField(label="And by", required=False)

    def __init__(self, *args: Any, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.key, one.label) for one in dataset.dimensions if one.splits]
        for name in ("by", "by2"):
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", "Nothing, one number" if name == "by" else "Nothing"), *known]


class WhereForm(forms.Form):
    """Where and when; what it is compared with, and how it is drawn."""

    def __init__(
        self, *args: Any, dataset: Dataset, by: tuple[str, ...], scope: Scope, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        filters = [one for one in dataset.dimensions if one.filters]
        listed = [one.key for one in filters if not one.typed and one.size <= MOST_CHOICES]
        offered = registry.DATASETS[dataset.choices or dataset.key]
        source = indexed if isinstance(offered.source, Index) else tabled
        known = source.values(offered, listed, scope) if listed else {}
        for one in filters:
            self.fields[f"w.{one.key}"] = _filter(one, known.get(one.key))
        self.fields["when"] = forms.ChoiceField(label="When", choices=TIMES, initial="last.12")
        for name, label in (("from", "First month"), ("to", "Last month")):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=7,
                help_text="Such as 2025-03, where you give the months yourself",
                widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-10"}),
            )
        self.fields["compare"] = forms.ChoiceField(
            label="Compare with", choices=_compares(dataset, by), widget=forms.RadioSelect
        )
        self.fields["chart"] = forms.ChoiceField(
            label="Show it as", choices=_charts(dataset, by), widget=forms.RadioSelect
        )

    def clean(self) -> dict[str, Any]:
        return cast("dict[str, Any]", super().clean())


def _filter(one: Dimension, known: list[str] | None) -> forms.Field:
    if known is not None:
        named = [(value, one.words(value) or value) for value in known]
        choices = [*ANY, *named, (UNKNOWN, "Not recorded")]
        return forms.ChoiceField(label=one.label, required=False, choices=choices)
    return forms.CharField(
        label=one.label,
        required=False,
        max_length=120,
        help_text=one.hint,
        widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-20"}),
    )


def _compares(dataset: Dataset, by: tuple[str, ...]) -> list[tuple[str, str]]:
    usual = dataset.judged and by == ("month",)
    known = [one for one in Compare if one is not Compare.USUAL or usual]
    return [(one.value, COMPARE_WORDS[one]) for one in known]


def _charts(dataset: Dataset, by: tuple[str, ...]) -> list[tuple[str, str]]:
    known = ReportSpec(dataset.key, dataset.measures[0].key, by).charts
    return [(one.value, CHART_WORDS[one]) for one in known]


def answers(spec: ReportSpec) -> dict[str, str]:
    """What the last step's fields hold for a question."""
    period = spec.period
    when = f"days.{period.days}" if period.days else f"last.{period.last}"
    found = {f"w.{key}": values[0] or UNKNOWN for key, values in spec.where if values}
    if period.first and period.final:
        when = "months"
        found |= {"from": f"{period.first:%Y-%m}", "to": f"{period.final:%Y-%m}"}
    return {**found, "when": when, "compare": spec.compare.value, "chart": spec.chart.value}


class TitleForm(forms.Form):
    """A name for a report or a dashboard; it stands in lists, so it names no person."""

    title = forms.CharField(
        label="Name of the report",
        help_text="In a few words, without names of people",
        max_length=80,
        widget=forms.TextInput(PLAIN),
        error_messages={"required": "Give the report a name"},
    )


class ShareForm(forms.Form):
    """A role or a unit whose officers may ask the question, too."""

    role = forms.ModelChoiceField(
        Role.objects.filter(retired_at=None), required=False, empty_label="No role"
    )
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False, empty_label="No unit")

    def clean(self) -> dict[str, Any]:
        data = cast("dict[str, Any]", super().clean())
        if not self.errors and not data.get("role") and not data.get("unit"):
            raise ValidationError({"role": "Choose a role or a unit"})
        return data


class DashboardForm(forms.Form):
    """Onto which dashboard; a name makes a new one."""

    dashboard = forms.ModelChoiceField(
        Dashboard.objects.none(), required=False, empty_label="A new one"
    )
    title = forms.CharField(
        label="Name of the new dashboard",
        max_length=80,
        required=False,
        widget=forms.TextInput(PLAIN),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Dashboard]", self.fields["dashboard"])
        field.queryset = saved.dashboards(scope)

    def clean(self) -> dict[str, Any]:
        data = cast("dict[str, Any]", super().clean())
        if not self.errors and not data.get("dashboard") and not data.get("title"):
            raise ValidationError({"title": "Choose a dashboard, or name a new one"})
        return data


class ScheduleForm(forms.Form):
    """How often, as what, and to whom."""

    every = forms.ChoiceField(
        label="How often?", choices=Schedule.Every.choices, widget=forms.RadioSelect
    )
    form = forms.ChoiceField(
        label="As what?", choices=Schedule.Form.choices, widget=forms.RadioSelect
    )
    to = forms.CharField(
        label="To whom?",
        help_text="User names or collar numbers, with commas between them. Each gets the answer "
        "that their own access gives.",
        max_length=500,
        widget=forms.TextInput(PLAIN),
        error_messages={"required": "Enter at least one user name"},
    )
    recipients: list[Officer]

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_to(self) -> str:
        words = {word.strip() for word in str(self.cleaned_data["to"]).split(",") if word.strip()}
        known = Q(username__in=words) | Q(collar_number__in=words)
        self.recipients = list(Officer.objects.filter(known, is_active=True).order_by("username"))
        named = {text for o in self.recipients for text in (o.username, o.collar_number)}
        if missing := sorted(words - named):
            raise ValidationError(f"There is nobody here called {', '.join(missing)}")
        for officer in self.recipients:
            if not saved.visible(scope_of(officer)).filter(pk=self.report.pk).exists():
                raise ValidationError(
                    f"The report is not shared with {officer.username}. Share it first"
                )
        return ", ".join(officer.username for officer in self.recipients)


class DifferForm(forms.Form):
    """Two runs, by the numbers that stand under them."""

    one = forms.IntegerField(label="Run number of one report", min_value=1)
    other = forms.IntegerField(label="Run number of the other", min_value=1)
