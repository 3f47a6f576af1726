"""The page on which breaks in recording are declared and withdrawn."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crime.trends import breaks
from people import sources
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.forms import DayInput
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


class BreakForm(forms.Form):
    """From which day, what changed, and for which systems and offences."""

    from_on = forms.DateField(
        label="From",
        help_text="The first day on which crimes are recorded otherwise",
        widget=DayInput(),
        error_messages={"required": "Enter the first day", "invalid": "Enter a day"},
    )
    text = forms.CharField(
        label="What changed",
        help_text="In words for everybody who reads a trend. Name nobody",
        max_length=300,
        error_messages={
            "required": "Say what changed",
            "max_length": "Use 300 characters or fewer",
        },
    )
    systems = forms.MultipleChoiceField(
        label="Systems",
        help_text="None chosen: all of them",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.CharField(
        label="Offences (optional)",
        help_text="Categories as trends name them, one a line. None: all of them",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = sorted(sources.titles().items(), key=lambda pair: pair[1])
        self.fields["systems"].choices = titles  # type: ignore[attr-defined]

    def clean_categories(self) -> list[str]:
        lines = str(self.cleaned_data["categories"]).splitlines()
        names = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError("Write each offence on a line of its own")
        return names


@require_http_methods(["GET", "POST"])
@permission_required(Permission.TREND_MANAGE)
def listing(request: AccessRequest) -> HttpResponse:
    """The breaks that stand, and a form to declare another."""
    form = BreakForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        breaks.declare(request, form.cleaned_data)
        messages.success(request, "Declared. It stands on every trend that it concerns.")
        return redirect("crime-breaks")
    rows = [
        (row, ", ".join(map(sources.title, row.systems)), ", ".join(row.categories))
        for row in breaks.standing().select_related("added_by")
    ]
    status = 400 if form.is_bound else 200
    return render(request, "crime/breaks.html", {"form": form, "rows": rows}, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.TREND_MANAGE)
def withdraw(request: AccessRequest, pk: int) -> HttpResponse:
    """Ask once, then take it off every trend; the record of it stays."""
    found = breaks.standing().filter(pk=pk).first()
    if found is None:
        raise not_found(request, "break", pk)
    if request.method == "POST" and breaks.withdraw(request, pk):
        messages.success(request, "Withdrawn. It stands on no trend any more.")
        return redirect("crime-breaks")
    return render(request, "crime/break_withdraw.html", {"row": found})
