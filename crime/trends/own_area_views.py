"""My area: an officer's page at the beginning of a shift."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from crime.search import MAX_LENGTH, area_key
from crime.trends import breaks, named, offences, own_area
from crime.trends.counts import monthly
from crime.trends.refusing import refuses_too_many
from crime.where import AREAS
from crime.where import named as area_named
from people import missing, sources
from people.missing import Missing
from people.readback import WANTED
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


class AreaForm(forms.Form):
    """Which area is the officer's own; empty: the unit's."""

    area = forms.CharField(
        label="Your area",
        required=False,
        max_length=MAX_LENGTH,
        help_text=AREAS,
    )

    def clean_area(self) -> str:
        text = " ".join(str(self.cleaned_data["area"]).split())
        if text and not area_key(text):
            raise forms.ValidationError("Enter a district such as B23, or an authority")
        return text


@require_http_methods(["GET", "POST"])
@permission_required(Permission.CRIME_VIEW)
@purpose_required
@refuses_too_many
def my_area(request: AccessRequest) -> HttpResponse:
    """The last day and week there, what is unusual, who is missing; or which area it is."""
    area = own_area.of_officer(request.scope)
    form = AreaForm(request.POST if request.method == "POST" else None, initial={"area": area})
    if form.is_bound and form.is_valid():
        return _chosen(request, form.cleaned_data["area"])
    shown = _shown(area, request.scope) if area else {}
    gone: tuple[Missing, ...] = shown.get("missing", ())
    people = [row.person for row in gone]
    named.record(request, people, "people reported missing in the own area")
    page = trail.show(
        request,
        Action.CRIME_SEARCHED,
        "crime/my_area.html",
        {"form": form, "area": area, "wanted": WANTED, "listed": own_area.LISTED, **shown},
        **_listed(area, shown),
    )
    page.status_code = 400 if form.errors else 200
    return page


def _chosen(request: AccessRequest, area: str) -> HttpResponse:
    trail.record(request, Action.OWN_AREA_CHOSEN, detail={"area": area})
    own_area.choose(request.scope.officer_id, area)
    return redirect("my-area")


def _shown(area: str, scope: Scope) -> dict[str, Any]:
    there = area_named(area)
    counted = monthly(there, scope)
    compared = (
        offences.compared(counted, breaks.within(counted.periods)) if counted.periods else []
    )
    return {
        "lately": own_area.lately(area, scope),
        "month": counted.periods[-1] if counted.periods else None,
        "unusual": [row for row in compared if row.named],
        "compared": len(compared),
        "missing": missing.near(area, scope),
        "is_ward": there.by_place,
        "is_brought": sources.bring(missing.KIND),
        "days": missing.DAYS,
    }


def _listed(area: str, shown: dict[str, Any]) -> trail.Particulars:
    """The event of the page: the crimes on it, and how many there were in the week."""
    lately: own_area.Lately | None = shown.get("lately")
    listed = trail.ranked(crime.crime_id for crime in lately.crimes) if lately else {}
    return {
        **listed,
        "subject_kind": "crime",
        "query": {"area": area, "page": "my area"},
        "result_count": lately.week if lately else 0,
    }
