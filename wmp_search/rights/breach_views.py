"""Breaches of data protection: the list with its clocks, and one breach with who saw it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.forms import ReasonField
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights import breaches
from wmp_search.rights.breach_models import Breach, BreachDecision

keeping = permission_required(Permission.BREACH_MANAGE)
SHOWN_CLOSED = 20


class TimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "govuk-input--width-20"})


def _time(label: str, help_text: str) -> forms.DateTimeField:
    asked = {"required": f"Enter {label.lower()}", "invalid": "Enter a day and a time"}
    return forms.DateTimeField(
        label=label, help_text=help_text, widget=TimeInput(), error_messages=asked
    )


class BreachForm(forms.Form):
    """What the law asks of the record (s.67(4), (6))."""

    reference = forms.CharField(
        label="Your reference",
        max_length=60,
        error_messages={"required": "Enter your reference"},
    )
    kind = forms.ChoiceField(
        label="What happened to the data?",
        choices=Breach.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened to the data"},
    )
    what = ReasonField("What happened", "Enter what happened", help_text="Without names")
    happened_at = _time("When it began", "As far as you know")
    known_at = _time("When the force became aware of it", "The 72 hours run from here")
    concerned = forms.IntegerField(
        label="About how many people does it concern?",
        min_value=0,
        error_messages={"required": "Enter about how many people it concerns"},
    )
    effect = ReasonField("What it is likely to do to them", "Enter what it is likely to do")
    measures = ReasonField("What was done and is proposed", "Enter what was done")
    origin = forms.ChoiceField(
        label="What does it come from?",
        choices=Breach.Origin.choices,
        widget=forms.RadioSelect,
        initial=Breach.Origin.OTHER,
    )
    origin_number = forms.CharField(
        label="Person number of the report, or reference of the case",
        max_length=40,
        required=False,
        help_text="The people it is about are taken from there",
    )
    people = forms.RegexField(
        r"^[\d\s,]*$",
        label="Numbers of other people it concerns",
        max_length=400,
        required=False,
        help_text="From the addresses of their pages, with commas between",
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_people(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["people"].replace(",", " ").split()]

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        if Breach.objects.filter(reference=reference).exists():
            raise ValidationError("There is a breach with this reference already")
        return reference

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        began, known = data.get("happened_at"), data.get("known_at")
        if known and known > timezone.now():
            self.add_error("known_at", "This time has not come yet")
        if began and known and began > known:
            self.add_error("happened_at", "It began before the force knew of it")
        if data.get("origin") in (Breach.Origin.REPORT, Breach.Origin.CASE):
            number = data.get("origin_number", "")
            found = breaches.started_from(data["origin"], number, self.scope)
            if found is None:
                self.add_error("origin_number", "There is none with this number that you may see")
            else:
                data["people"] = sorted({*data.get("people", []), *found})
        return data


class WordsForm(forms.Form):
    """Why, or how."""

    reason = ReasonField("Why, or how they were told", "Enter why, or how they were told")


@keeping
@require_http_methods(["GET", "POST"])
def list_breaches(request: AccessRequest) -> HttpResponse:
    """Open breaches, the first due first; a form for one that became known."""
    form = BreachForm(request.POST or None, scope=request.scope)
    if form.is_bound and form.is_valid():
        return redirect("breach", pk=breaches.open_breach(request, form.cleaned_data).pk)
    every = breaches.visible(request.scope)
    rows = [(one, _clock(one)) for one in every.filter(closed_at__isnull=True)]
    return trail.show(
        request,
        Action.BREACH_VIEWED,
        "rights/breaches.html",
        {
            "form": form,
            "rows": rows,
            "closed": every.filter(closed_at__isnull=False).order_by("-closed_at")[:SHOWN_CLOSED],
        },
        result_count=len(rows),
    )


@keeping
@require_http_methods(["GET", "POST"])
def one_breach(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One breach: its clock, decisions, who saw what was wrong."""
    breach = breaches.visible(request.scope).filter(pk=pk).first()
    if breach is None:
        raise not_found(request, "breach", pk)
    form = WordsForm(request.POST or None)
    if form.is_bound and form.is_valid() and _done(request, breach, form.cleaned_data["reason"]):
        return redirect("breach", pk=pk)
    saw, given = breaches.who_saw(breach)
    made = {one.whom: one for one in breach.decisions.select_related("by")}
    return trail.show(
        request,
        Action.BREACH_VIEWED,
        "rights/breach.html",
        {
            "breach": breach,
            "clock": _clock(breach),
            "whom": [(value, label, made.get(value)) for value, label in breaches.Whom.choices],
            "saw": saw,
            "given": given,
            "form": form,
        },
        subject_kind="person",
        subject_ids=[str(number) for number in breach.people],
        result_count=len(saw),
        detail={"breach": str(breach.pk)},
    )


def _clock(breach: Breach) -> breaches.Clock:
    made = {one.whom: one for one in breach.decisions.all()}
    return breaches.clock(breach, made.get(BreachDecision.Whom.ICO), timezone.now())


def _done(request: AccessRequest, breach: Breach, words: str) -> bool:
    """Do what was sent, "tell:ico", "quiet:people", "told:ico" or "close"."""
    what, _, whom = request.POST.get("do", "").partition(":")
    ways: dict[str, Callable[[], None]] = {
        "tell": lambda: breaches.decide(request, breach, whom, words, tell=True),
        "quiet": lambda: breaches.decide(request, breach, whom, words, tell=False),
        "told": lambda: breaches.told(request, breach, whom, words),
        "close": lambda: breaches.close(request, breach, words),
    }
    if what not in ways or (what != "close" and whom not in breaches.Whom.values):
        return False
    try:
        ways[what]()
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Saved")
    return True
