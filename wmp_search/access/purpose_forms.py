"""The forms of purpose: why an officer looks, for whom, the fuller answer, the force's list."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from wmp_search.access import assigned, friction, living, purposes
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_models import PurposeVersion, Task
from wmp_search.access.purposes import Purpose, PurposeError, Requester
from wmp_search.access.purposes.codes import NARROWABLE
from wmp_search.access.purposes.references import is_junk

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
COLLAR = re.compile(r"[A-Za-z0-9]{1,10}")
MIN_ANSWER = 30
REQUESTER = {
    "for_name": "name",
    "for_collar": "collar_number",
    "for_force": "force",
    "for_station": "station",
}


class PurposeForm(forms.Form):
    """Why an officer looks; `purpose` holds the answer once the form is valid.

    A tapped task answers everything. Else a code and a reference, or a reason.
    """

    task = forms.CharField(required=False, widget=forms.HiddenInput())  # shown by the template
    code = forms.ChoiceField(label="Why are you looking?", required=False)
    reference = forms.CharField(
        label="Reference or reason",
        help_text="A crime, incident, custody or task number. If there is none, a reason of at "
        f"least {purposes.MIN_REASON_LENGTH} characters.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
    )
    for_name = forms.CharField(
        label="Their name", max_length=80, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    for_collar = forms.CharField(
        label="Their collar number",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={**PLAIN, "class": "govuk-input--width-10"}),
    )
    for_force = forms.CharField(
        label="Their force", max_length=60, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    for_station = forms.CharField(
        label="Their station", max_length=60, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput())
    carried = forms.CharField(required=False, widget=forms.HiddenInput())  # the living purpose
    purpose: Purpose

    def __init__(self, *args: Any, request: AccessRequest, **kwargs: Any) -> None:
        self.request = request
        kwargs["initial"] = {**_known(request.purpose), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        codes = [("", "Choose"), *purposes.choices(request.scope.held)]
        cast("forms.ChoiceField", self.fields["code"]).choices = codes

    @cached_property
    def tasks(self) -> list[Task]:
        """The officer's open tasks to tap, the newest first; those of purposes they may give."""
        scope = self.request.scope
        open_tasks = assigned.open_tasks(scope.officer_id, scope.unit_id)[: assigned.MOST_OFFERED]
        return [task for task in open_tasks if purposes.may_give(task.purpose_code, scope.held)]

    @property
    def is_other(self) -> bool:
        """Whether something else than a task was chosen, or will be asked for again."""
        return self.is_bound and not self.data.get("task")

    @property
    def is_for_somebody(self) -> bool:
        """Whether the part about somebody else holds anything."""
        return any(self[name].value() for name in ("for_name", "for_collar", "for_station"))

    def _breaks_the_glass(self, living_now: Purpose) -> bool:
        """Whether the threat to life goes on: its own page gave the purpose, no list holds it."""
        chosen = self.cleaned_data.get("task") or self.cleaned_data.get("code")
        is_open = self.request.scope.break_glass is not None
        return is_open and not chosen and not purposes.is_listed(living_now.code)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        living_now = living.of(self.request.session)
        if data.get("carried") and living_now is None and not data.get("task"):
            raise ValidationError({"code": "Your purpose has ended. Say again why you look"})
        requester = self._requester(living_now)
        if living_now and self._breaks_the_glass(living_now):
            self.purpose = living_now
            return data
        try:
            code, reference = self._asked_for()
            if self.has_error("code") or self.has_error("reference"):
                return data
            self.purpose = purposes.parse(
                code, reference, permissions=self.request.scope.held, requester=requester
            )
        except PurposeError as error:
            raise ValidationError({error.field: str(error)}) from error
        return data

    def count_seconds(self) -> None:
        """Count how long the officer took over a form that asked for a purpose."""
        if stamped := self.cleaned_data.get("shown"):
            friction.count(stamped, with_task=bool(self.cleaned_data.get("task")))

    def _asked_for(self) -> tuple[str, str]:
        data = self.cleaned_data
        if number := data.get("task"):
            scope = self.request.scope
            mine = assigned.open_tasks(scope.officer_id, scope.unit_id)
            task = mine.filter(pk=number).first() if number.isdecimal() else None
            if task is None:
                raise PurposeError("This task is closed. Choose another, or say why", "code")
            return task.purpose_code, task.reference
        for name, words in (
            ("code", "Choose why you are looking"),
            ("reference", "Enter a reference or a reason"),
        ):
            if not data.get(name) and not self.has_error(name):
                self.add_error(name, words)
        return data.get("code", ""), data.get("reference", "")

    def _requester(self, living_now: Purpose | None) -> Requester | None:
        """Whom it is for: all four particulars or none. A form that does not ask keeps them."""
        if self.data.get("carried") and not any(name in self.data for name in REQUESTER):
            return living_now.requester if living_now else None
        given = {name: self.cleaned_data.get(name, "").strip() for name in REQUESTER}
        if not any(value for name, value in given.items() if name != "for_force"):
            return None
        for name, value in given.items():
            if not value and not self.has_error(name):
                self.add_error(name, f"Enter {str(self.fields[name].label).lower()}")
        if given["for_collar"] and not COLLAR.fullmatch(given["for_collar"]):
            self.add_error("for_collar", "A collar number has up to 10 letters and digits")
        return Requester(**{field: given[name] for name, field in REQUESTER.items()})


def _known(purpose: Purpose | None) -> dict[str, str]:
    """What the form already knows; a form that has to ask carries the moment it was shown."""
    if purpose is None:
        return {"for_force": "West Midlands Police", "shown": friction.stamp()}
    found = {"code": purpose.code, "reference": purpose.reference}
    who = purpose.requester
    known = {name: getattr(who, field) if who else "" for name, field in REQUESTER.items()}
    return {**found, **known, "for_force": known["for_force"] or "West Midlands Police"}


class AnswerForm(forms.Form):
    """More about a search that was drawn at random."""

    text = forms.CharField(
        label="What did you need to know, and why?",
        help_text=f"At least {MIN_ANSWER} characters. A supervisor reads it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what you needed to know, and why"},
    )

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if len(text) < MIN_ANSWER or is_junk(text):
            raise ValidationError(f"Use at least {MIN_ANSWER} characters and words of your own")
        return text


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What a purpose means, for an administrator."""

    opens = forms.MultipleChoiceField(
        label="What stays open under this purpose",
        help_text="If the officer's role includes it. Nothing is added to a role.",
        choices=[(p.value, p.label) for p in NARROWABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    open_to = forms.MultipleChoiceField(
        label="Who may give it",
        help_text="Only roles with one of these permissions. None ticked: everybody.",
        choices=Permission.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )

    class Meta:
        model = PurposeVersion
        fields = [
            *("label", "description", "category", "needs_reference", "covers_victims"),
            *("challenge_percent", "place"),
        ]
        labels = {
            "label": "Name in the list",
            "description": "What it is for",
            "category": "PNC category",
            "needs_reference": "A reference is required (a reason is not enough)",
            "covers_victims": "Finds people who were only ever victims or witnesses",
            "challenge_percent": "Searches asked about at random, in per cent (optional)",
            "place": "Place in the list",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        withheld = set(self.instance.withholds)
        self.fields["opens"].initial = [p.value for p in NARROWABLE if p not in withheld]
        self.fields["open_to"].initial = self.instance.open_to

    def meaning(self) -> dict[str, Any]:
        """The fields of a version as the form has them."""
        data = dict(self.cleaned_data)
        opens = set(data.pop("opens"))
        return {**data, "withholds": [p.value for p in NARROWABLE if p not in opens]}


class NewPurposeForm(VersionForm):
    """A purpose that is not in the list yet."""

    code = forms.RegexField(
        r"^[A-Z][A-Z0-9-]{1,19}$",
        label="Code",
        help_text="Capital letters, digits and hyphens. It stands in the audit trail for good.",
        error_messages={"invalid": "Use 2 to 20 capital letters, digits and hyphens"},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    field_order = ["code"]
