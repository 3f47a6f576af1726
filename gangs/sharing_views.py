"""Telling one recipient of one membership, and telling them of its end (policing.md F5, F6).

There is no other way out: no list, no file, no route for several people.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action
from gangs import ending, keeping, standing
from gangs.kept_models import KeptMembership, Status
from gangs.models import MembershipDisclosure
from gangs.telling_forms import ShareForm
from people import restrictions
from people import selectors as people
from people.summary import Summary
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


@permission_required(Permission.GANG_AUTHORISE)
@purpose_required
@step_up_required
@require_http_methods(["GET", "POST"])
def share(request: AccessRequest, pk: int) -> HttpResponse:
    """To whom, what for and under which agreement; then the copy, with the least needed."""
    version = ending.open_to(request).filter(pk=pk).first()
    person = _person(request, version) if version else None
    if version is None or person is None:
        raise not_found(request, "membership", pk)
    facts = SubjectFacts("person", str(person.person_id), export=True)
    if asked := asking.again(request, facts):
        return asked
    form = ShareForm(request.POST or None)
    if not form.is_valid():
        return _page(request, "gangs/share.html", {"form": form, "version": version}, person)
    return _copy(request, version, person, form.cleaned_data)


@require_POST
@permission_required(Permission.GANG_KEEP)
@purpose_required
def notice_sent(request: AccessRequest, pk: int) -> HttpResponse:
    """A recipient has been told that what they were told has ended."""
    told = MembershipDisclosure.objects.filter(
        pk=pk, membership__unit=request.scope.unit_id, notice_due_at__isnull=False
    ).first()
    if told is None:
        raise not_found(request, "disclosure", pk)
    with transaction.atomic():
        ending.notice_sent(request, told)
        trail.record(
            request,
            Action.MEMBERSHIP_SHARED,
            subject_kind="disclosure",
            subject_ids=[str(pk)],
            detail={"notice_of_end": True, "organisation": told.organisation},
        )
    messages.success(request, f"{told.organisation} has been told")
    return redirect("memberships")


def _copy(
    request: AccessRequest, version: KeptMembership, person: Summary, given: dict[str, Any]
) -> HttpResponse:
    """The copy: who, which gang, as what, until when. No evidence, no rationale, no grade."""
    with transaction.atomic():
        MembershipDisclosure.objects.create(
            membership=version,
            recipient=given["recipient"],
            organisation=given["organisation"],
            reason=given["reason"],
            agreement=given["agreement"],
            officer_id=request.scope.officer_id,
            at=timezone.now(),
        )
        context = {
            "version": version,
            "status": Status(version.status).label,
            "person": person,
            "given": given,
            "now": timezone.now(),
        }
        detail = {"means": "print", "marking": MARKING, **given}
        return _page(request, "gangs/share_copy.html", context, person, detail)


def _page(
    request: AccessRequest,
    template: str,
    context: dict[str, Any],
    person: Summary,
    detail: dict[str, Any] | None = None,
) -> HttpResponse:
    version = context["version"]
    ids = [person.person_id]
    return trail.show(
        request,
        Action.MEMBERSHIP_SHARED if detail else Action.MEMBERSHIPS_VIEWED,
        template,
        context,
        subject_kind="person",
        subject_ids=[str(person.person_id)],
        shown=[{"id": str(person.person_id), "membership": str(version.root)}],
        result_count=1,
        detail={**(detail or {}), **restrictions.reported(ids, request.scope)},
    )


def _person(request: AccessRequest, version: KeptMembership) -> Summary | None:
    if not standing.holding().filter(pk=version.pk).exists():
        return None
    person_id = keeping.person_of(version.cited, request.scope)
    if person_id is None:
        return None
    return people.summaries([person_id], request.scope).get(person_id)
