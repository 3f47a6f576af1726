"""What roles open, for administrators: the matrix, two roles side by side, a preview."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.actions import Action
from wmp_search import effects, preview
from wmp_search.access import catalogue, purposes, trail
from wmp_search.access.administration_forms import RoleChoiceForm
from wmp_search.access.forms import reason_line
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Role
from wmp_search.access.officer_views import managing
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of


class MatrixForm(forms.Form):
    """The role whose matrix is shown."""

    role = forms.ModelChoiceField(Role.objects.filter(retired_at=None), empty_label=None)


class PreviewForm(forms.Form):
    """Which person, and under which purpose the officer would look."""

    person = forms.IntegerField(
        label="Number of the person",
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-10"}
        ),
        error_messages={"required": "Enter the number of the person", "invalid": "Enter a number"},
    )
    code = forms.ChoiceField(label="Purpose the officer would give")
    reason = reason_line("Why do you need to know?", "Say why you need to know")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(v.code, v.label) for v in purposes.everything() if v.listed]
        self.fields["code"].choices = listed  # type: ignore[attr-defined]


@managing
@require_safe
def matrix(request: AccessRequest) -> HttpResponse:
    """What one role opens under each purpose."""
    form = MatrixForm(request.GET or None)
    role = form.cleaned_data["role"] if form.is_valid() else form.fields["role"].queryset.first()  # type: ignore[attr-defined]
    context = {
        "form": MatrixForm(initial={"role": role.pk}),
        "role": role,
        "kinds": (effects.SYSTEMS, effects.FIELDS, effects.PEOPLE),
        "rows": [_by_kind(row) for row in effects.matrix(role)],
    }
    return render(request, "access/matrix.html", context)


@managing
@require_safe
def compare(request: AccessRequest) -> HttpResponse:
    """Two roles side by side: what only one allows, and where a purpose opens more for one."""
    form = RoleChoiceForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _comparison(form.cleaned_data["one"], form.cleaned_data["other"])
    return render(request, "access/compare.html", context)


@managing
def officer_preview(request: AccessRequest, pk: int) -> HttpResponse:
    """What an officer would see of a person: counts, never a value. Each preview is recorded."""
    officer = get_object_or_404(Officer, pk=pk)
    form = PreviewForm(request.POST or None)
    context: dict[str, Any] = {"officer": officer, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "access/preview.html", context)
    code, wanted = form.cleaned_data["code"], form.cleaned_data["person"]
    person = preview.survivor(wanted)
    shown = None
    if person is not None:
        shown = preview.preview(scope_of(officer, Purpose(code=code, reference="")), person.pk)
    trail.record(
        request,
        Action.ACCESS_PREVIEWED,
        subject_kind="person",
        subject_ids=[str(person.pk if person else wanted)],
        result_count=int(person is not None),
        detail={
            "officer": officer.pk,
            "username": officer.get_username(),
            "code": code,
            "reason": form.cleaned_data["reason"],
            "shown": shown.audited() if shown else {},
        },
    )
    if shown is None:
        form.add_error("person", "There is no person with this number")
    context |= {"shown": shown, "person": person, "purpose_name": purposes.label(code)}
    return render(request, "access/preview.html", context)


def _by_kind(row: effects.PurposeRow) -> dict[str, Any]:
    """A row of the matrix as the page shows it: for each kind what is open and what is not."""
    kinds: list[dict[str, Any]] = []
    for kind in (effects.SYSTEMS, effects.FIELDS, effects.PEOPLE):
        cells = [
            (effect.title, is_open)
            for effect, is_open in zip(effects.effects(), row.cells, strict=True)
            if effect.kind == kind
        ]
        opened = [title for title, is_open in cells if is_open]
        closed = [title for title, is_open in cells if not is_open]
        kinds.append({"title": kind, "cells": cells, "open": opened, "closed": closed})
    return {"row": row, "kinds": kinds}


def _comparison(one: Role, other: Role) -> dict[str, Any]:
    first, second = set(one.permissions), set(other.permissions)
    rows = []
    for left, right in zip(effects.matrix(one), effects.matrix(other), strict=True):
        cells = zip(effects.effects(), left.cells, right.cells, strict=True)
        differing = [(effect, a, b) for effect, a, b in cells if a != b]
        rows.append(
            {
                "label": left.label,
                "only_one": [e.title for e, a, _ in differing if a],
                "only_other": [e.title for e, _, b in differing if b],
            }
        )
    return {
        "one": one,
        "other": other,
        "only_one": catalogue.in_order(first - second),
        "only_other": catalogue.in_order(second - first),
        "both": catalogue.in_order(first & second),
        "rows": rows,
    }
