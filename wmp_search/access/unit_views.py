"""Units: who belongs where. A unit's supervisors read what its officers do."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audit.actions import Action
from wmp_search.access import selectors, services, trail, unit_services
from wmp_search.access.administration_forms import MoveForm, UnitForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Unit
from wmp_search.access.officer_views import PAGE_SIZE, managing
from wmp_search.access.services import ChangeRefusedError


@managing
def units(request: AccessRequest) -> HttpResponse:
    """Every unit with how many officers and supervisors it has; a form for a new one."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = unit_services.create(request, form.cleaned_data["name"])
        messages.success(request, f"The unit {made} is made")
        return redirect("unit", pk=made.pk)
    return render(request, "access/units.html", {"form": form, "units": selectors.units()})


@managing
def unit(request: AccessRequest, pk: int) -> HttpResponse:
    """One unit: its officers page by page, and its name to change."""
    found = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, initial={"name": found.name}, unit=found)
    if request.method == "POST" and form.is_valid():
        unit_services.rename(request, found, form.cleaned_data["name"])
        messages.success(request, "The unit has its new name")
        return redirect("unit", pk=pk)
    pages = Paginator(selectors.officers().filter(unit=found), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        subject_kind="officer",
        subject_ids=[str(officer.pk) for officer in page],
        result_count=pages.count,
        detail={"unit": found.pk},
    )
    return render(request, "access/unit.html", {"unit": found, "form": form, "page": page})


@managing
def move(request: AccessRequest, pk: int) -> HttpResponse:
    """Put an officer into a unit and a post."""
    officer = get_object_or_404(Officer.objects.select_related("unit"), pk=pk)
    initial = {"unit": officer.unit_id, "post": officer.post}
    form = MoveForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return render(request, "access/move.html", {"officer": officer, "form": form})
    try:
        services.move(request, officer, form.cleaned_data["unit"], form.cleaned_data["post"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{officer} belongs to {form.cleaned_data['unit'] or 'no unit'}")
    return redirect("officer", pk=pk)
