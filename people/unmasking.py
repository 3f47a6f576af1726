"""Unmasking: whose identity is hidden is shown to one officer for a quarter of an hour (C8)."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from people import restrictions, rule
from people.models import Person
from people.restriction_forms import UnmaskForm
from wmp_search.access import trail
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Opening
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope, Tier

LIFETIME = timedelta(minutes=15)


@permission_required(Permission.PERSON_VIEW_MASKED)
@purpose_required
@step_up_required
@require_http_methods(["GET", "POST"])
def unmask(request: AccessRequest, pk: int) -> HttpResponse:
    """Ask why, record it, open the person. The page itself shows nothing of the person."""
    if not is_masked(pk, request.scope):
        raise not_found(request, "person", pk)
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        _open(request, pk, form.cleaned_data["reason"])
        return redirect("person", pk=pk)
    return render(request, "people/unmask.html", {"form": form, "pk": pk})


def is_masked(person_id: int, scope: Scope) -> bool:
    """Whether the scope may find the person and something of the person is masked."""
    if scope.max_tier < Tier.MASKED:
        return False
    tiers = rule.visible(scope).filter(pk=person_id).values_list("tiers", flat=True).first()
    return tiers is not None and Tier.MASKED in tiers


def _open(request: AccessRequest, person_id: int, reason: str) -> None:
    """The opening and its audit row stand or fall together."""
    now = timezone.now()
    with transaction.atomic():
        opened = Opening.objects.create(
            officer_id=request.scope.officer_id,
            kind=Opening.Kind.UNMASK,
            subject_id=person_id,
            reason=reason,
            opened_at=now,
            closes_at=now + LIFETIME,
        )
        version = Person.objects.filter(pk=person_id).values_list("version", flat=True).get()
        trail.record(
            request,
            Action.PERSON_UNMASKED,
            subject_kind="person",
            subject_ids=[str(person_id)],
            shown=[{"id": str(person_id), "version": version}],
            detail={
                "opening": opened.pk,
                "reason": reason,
                "until": opened.closes_at.isoformat(),
                **restrictions.reported([person_id], request.scope),
            },
        )
