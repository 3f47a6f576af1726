"""Forms of mapping a source: the sample, the columns, the file itself, the decision."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django import forms
from django.core.exceptions import ValidationError

from ingest.fields import FIELDS, PARSERS
from ingest.mapping.picking import Pick, Values, examples, picks
from people.models import InvolvementRole
from wmp_search.access.forms import reason_line

MAX_BYTES = 10_000_000
MOST_COLUMNS = 150  # picked on a page; more are mapped in the file itself
HOURS = {
    "1": "0 * * * *", "2": "0 */2 * * *", "4": "0 */4 * * *", "6": "0 */6 * * *",
    "8": "0 */8 * * *", "12": "0 */12 * * *", "24": "0 5 * * *",
}  # fmt: skip
WHY = "Say why, for the audit trail"
_KINDS = (
    ("", "Guess it from the columns"),
    ("person", "A person"),
    ("crime", "A crime"),
    ("outcome", "An outcome of a crime"),
    ("gang", "A gang"),
)
_TIERS = (
    ("open", "Open: whoever may search for people"),
    ("restricted", "Restricted: only roles that may see restricted records"),
)
_DELIVERIES = (
    ("full", "Everything each time: a row that is missing was deleted"),
    ("delta", "Only what is new or changed: a row that is missing stays"),
)


class SampleForm(forms.Form):
    """A sample of the feed and what its rows are."""

    file = forms.FileField(
        label="Sample file",
        help_text="CSV or other text with separators, fixed width, XML, JSON, JSON Lines, XLSX or "
        "Parquet, also packed with gzip; at most 10 MB. Take a few hundred rows. It is deleted "
        "once the source is decided on, or after a day.",
        error_messages={"required": "Choose a file", "empty": "The file is empty. Choose another"},
    )
    system = forms.RegexField(
        r"^[a-z_][a-z0-9_]{0,39}$",
        label="Short name of the system",
        help_text="Small letters, digits and _. It is the name of the folder of its deliveries, "
        "for example: prisons.",
        max_length=40,
        error_messages={
            "required": "Enter a short name",
            "invalid": "Use small letters, digits and _, and begin with a letter",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label="Name that officers read",
        max_length=60,
        error_messages={"required": "Enter the name that officers read"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="What is a row?", choices=_KINDS, required=False)
    record = forms.CharField(
        label="Element of a record (XML and JSON, optional)",
        help_text="For example //Subject, or data.people. Needed where the file does not show it.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > MAX_BYTES:
            raise ValidationError("The file is larger than 10 MB. Cut it: the first rows will do")
        return sent


class SettingsForm(forms.Form):
    """What holds for the whole source."""

    title = forms.CharField(label="Name that officers read", max_length=60)
    tier = forms.ChoiceField(label="Who may see its records?", choices=_TIERS)
    delivery = forms.ChoiceField(label="What does a delivery hold?", choices=_DELIVERIES)
    hours = forms.ChoiceField(label="How often is it loaded?")
    trust = forms.IntegerField(
        label="Trust, 0 to 100",
        help_text="Where systems disagree, the value of the one with more trust is shown first.",
        min_value=0,
        max_value=100,
    )
    role = forms.ChoiceField(
        label="Role of the people, where no column tells it",
        choices=[("", "A column tells it"), *InvolvementRole.choices],
        required=False,
    )

    def __init__(self, values: Mapping[str, Any], data: Any = None) -> None:
        schedule = str(values["schedule"])
        hours = next((h for h, cron in HOURS.items() if cron == schedule), schedule)
        first = values["stream"][0]
        super().__init__(
            data,
            initial={**values, "hours": hours, "role": first.get("role", "")},
            prefix="source",
        )
        known = [
            (
                h,
                "Once a day, at 5 o'clock"
                if h == "24"
                else f"Every {h} hours".replace("1 hours", "hour"),
            )
            for h in HOURS
        ]
        other = [] if hours in HOURS else [(schedule, f"As the file says: {schedule}")]
        self.fields["hours"].choices = [*known, *other]  # type: ignore[attr-defined]
        if first["kind"] not in ("person", "involvement"):
            del self.fields["role"]

    def apply(self, values: Values) -> None:
        """Change a source file's values; the form is valid."""
        given = self.cleaned_data
        for name in ("title", "tier", "delivery", "trust"):
            values[name] = given[name]
        values["schedule"] = HOURS.get(given["hours"], given["hours"])
        stream = values["stream"][0]
        if given.get("role"):
            stream["role"] = given["role"]
        elif "role" in self.fields:
            stream.pop("role", None)


class ColumnsForm(forms.Form):
    """For each column: the field that it becomes, how its text is read, whether it is a key."""

    def __init__(self, stream: Mapping[str, Any], frame: pl.DataFrame, data: Any = None) -> None:
        super().__init__(data, prefix="column")
        self._frame = frame
        self._before = picks(stream, frame.columns[:MOST_COLUMNS])
        targets = [("", "Not mapped"), *((f, f.replace("_", " ")) for f in FIELDS[stream["kind"]])]
        parsers = [("", "As the field is"), *((p, p.replace("_", " ")) for p in sorted(PARSERS))]
        for number, pick in enumerate(self._before):
            for part, made in {
                "field": _select("Field", pick.column, targets, pick.field),
                "parser": _select("Read as", pick.column, parsers, pick.parser),
                "key": _tick(pick),
            }.items():
                self.fields[f"{number}-{part}"] = made

    def rows(self) -> list[dict[str, Any]]:
        """Column, a few of its values, and its three inputs, for the page."""
        return [
            {
                "column": pick.column,
                "examples": examples(self._frame, pick.column),
                **{part: self[f"{n}-{part}"] for part in ("field", "parser", "key")},
            }
            for n, pick in enumerate(self._before)
        ]

    def chosen(self) -> Sequence[Pick]:
        """What was picked; the form is valid."""
        given = self.cleaned_data
        return [
            Pick(p.column, given[f"{n}-field"], given[f"{n}-parser"], is_key=given[f"{n}-key"])
            for n, p in enumerate(self._before)
        ]


class FileForm(forms.Form):
    """The source file itself."""

    toml = forms.CharField(
        label="Source file",
        help_text="Every option stands in the guide “Add a feed”.",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "wmp-code", "spellcheck": "false"}),
        error_messages={"required": "The file is empty"},
    )


class DecisionForm(forms.Form):
    """The second person's decision."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[
            ("approve", "Approve: it is loaded by its schedule from now on"),
            ("refuse", "Refuse: nothing is loaded"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you approve"},
    )
    reason = reason_line("Why", WHY, least=3)


class StopForm(forms.Form):
    """An approved source is loaded no longer."""

    reason = reason_line("Why should it stop?", WHY, least=3)


def _select(
    label: str, column: str, choices: list[tuple[str, str]], initial: str
) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        required=False,
        initial=initial,
        widget=forms.Select(attrs={"aria-label": f"{label} of {column}"}),
    )


def _tick(pick: Pick) -> forms.BooleanField:
    return forms.BooleanField(label="Part of the key", required=False, initial=pick.is_key)
