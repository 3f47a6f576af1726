"""Printing a person: a disclosure, with who gets it on the copy and in the trail (policing.md A7).

The pages themselves come out of a printer empty (app.css), so that this is the way to paper.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from people import restrictions, timeline
from people import selectors as people
from people.profile import Profile, profile
from people.readback import readback
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING, DisclosureForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@permission_required(Permission.PERSON_VIEW)
@purpose_required
@step_up_required
@require_http_methods(["GET", "POST"])
def person_print(request: AccessRequest, pk: int) -> HttpResponse:
    """Ask for whom, record it with what is on the copy, show the copy. The form shows nothing."""
    current = people.current_id(pk, request.scope)
    if current is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("person-print", pk=current)
    if asked := asking.again(request, SubjectFacts("person", str(pk), export=True)):
        return asked
    form = DisclosureForm(request.POST or None)
    shown = profile(pk, request.scope) if form.is_valid() else None
    if shown is None:
        return render(request, "people/print.html", {"form": form, "pk": pk})
    return _copy(request, shown, form.cleaned_data)


def _copy(request: AccessRequest, shown: Profile, given: dict[str, str]) -> HttpResponse:
    shown = shown.for_copy()
    row = shown.audited()
    return trail.show(
        request,
        Action.PERSON_EXPORTED,
        "people/print_copy.html",
        {
            "person": shown,
            "card": readback(shown),
            "involvements": timeline.groups(shown.involvements, None),
            "given": given,
            "now": timezone.now(),
        },
        subject_kind="person",
        subject_ids=[row["id"]],
        shown=[row],
        result_count=1,
        detail={
            "means": "print",
            "marking": MARKING,
            **given,
            **restrictions.reported([shown.summary.person_id], request.scope),
        },
    )
