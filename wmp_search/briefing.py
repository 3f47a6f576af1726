"""Handing a gang over to a colleague: one page on paper, recorded as a disclosure (A7).

There is no other way to take a gang's list out: one gang, one colleague of this force who may see
gangs, and of the people only those whom both may see (F6). Outside the force one membership is
told at a time, under an agreement (gangs.sharing_views).
"""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from gangs import briefing, selectors
from gangs.briefing import Briefing
from gangs.briefing_form import BriefingForm
from gangs.models import MembershipDisclosure
from ingest.models import Asked
from people import selectors as people
from people import sources
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.disclosures import MARKING
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import scope_of

ORGANISATION, AGREEMENT = "West Midlands Police", "Hand-over within the force"


@permission_required(Permission.GANG_BRIEF)
@purpose_required
@step_up_required
@require_http_methods(["GET", "POST"])
def gang_briefing(request: AccessRequest, pk: int) -> HttpResponse:
    """Ask for whom and why, record it with whom it tells of, show it. The form names nobody."""
    gang = selectors.visible(request.scope).filter(pk=pk).first()
    if gang is None:
        raise not_found(request, "gang", pk)
    if asked := asking.again(request, SubjectFacts("gang", str(pk), export=True)):
        return asked
    form = BriefingForm(request.POST or None, author_id=request.scope.officer_id)
    made = None
    if form.is_valid():
        recipient = scope_of(form.officer, request.purpose)
        made = briefing.of_gang(pk, request.scope, recipient)
        if made is None:
            form.add_error("recipient", f"{form.officer} may not see this gang")
    if made is None:
        status = 400 if form.is_bound else 200
        return render(request, "gangs/briefing.html", {"form": form, "gang": gang}, status=status)
    return _copy(request, made, form)


@transaction.atomic
def _copy(request: AccessRequest, made: Briefing, form: BriefingForm) -> HttpResponse:
    now = timezone.now()
    given = {
        "recipient": str(form.officer),
        "organisation": ORGANISATION,
        "reason": form.cleaned_data["reason"],
    }
    # whoever was told of a membership is told of its end, too (F5)
    MembershipDisclosure.objects.bulk_create(
        MembershipDisclosure(
            membership_id=version,
            agreement=AGREEMENT,
            officer_id=request.scope.officer_id,
            at=now,
            **{**given, "recipient": given["recipient"][:100]},
        )
        for version in made.kept
    )
    return trail.show(
        request,
        Action.GANG_BRIEFED,
        "gangs/briefing_copy.html",
        {
            "made": made,
            "given": given,
            "now": now,
            "asked": _freshness(),
        },
        **_recorded(request, made, {**given, "recipient_id": form.officer.pk}),
    )


def _recorded(request: AccessRequest, made: Briefing, given: dict[str, Any]) -> trail.Particulars:
    """The event: everybody on it, which gang, which records; no words of it."""
    rows = (*(row.of for row in made.members), *(made.harmed or ()))
    items: dict[int, list[int]] = {}
    for item in made.items:
        items.setdefault(item.person.person_id, []).append(item.record_id)
    shown = [
        {
            "id": str(one.person.person_id),
            "version": one.person.version,
            "gang": made.gang.pk,
            "records": sorted({*one.records, *items.get(one.person.person_id, ())}),
        }
        for one in rows
        if one.person
    ]
    return {
        "subject_kind": "person" if made.people else "gang",
        "subject_ids": [str(pk) for pk in made.people or [made.gang.pk]],
        "shown": shown,
        "result_count": len(made.people),
        "detail": {
            "means": "print",
            "marking": MARKING,
            "gang": made.gang.pk,
            "crimes": [one.crime_id for one in made.crimes],
            "left_out": made.left_out,
            **given,
            **people.reach(made.people, request.scope),
        },
    }


def _freshness() -> list[tuple[str, Any]]:
    """When each system was last asked, by title."""
    rows = Asked.objects.values_list("system", "at")
    return sorted((sources.title(system), at) for system, at in rows)
