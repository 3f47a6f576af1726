"""Break-glass: in a threat to life every restricted person opens for a quarter of an hour (H6).

Opening and ending are recorded; every look while it lasts names the owner of the restriction in
its event, from which owners and professional standards are told.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action
from wmp_search.access import living, trail
from wmp_search.access.decorators import permission_required, step_up_required
from wmp_search.access.forms import ReasonField
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer, Opening
from wmp_search.access.permissions import Permission
from wmp_search.access.purposes import Purpose

LIFETIME = timedelta(minutes=15)
PURPOSE_CODE = "BREAK-GLASS"

breaking = permission_required(Permission.BREAK_GLASS_USE)


class BreakGlassForm(forms.Form):
    """A typed reason that this officer has not used before, and the declaration."""

    reason = ReasonField(
        "What is happening and whose life is in danger",
        help_text="At least 15 characters. A second use needs a new reason.",
    )
    declared = forms.BooleanField(
        label="I declare that there is a threat to life",
        error_messages={"required": "Break-glass is for a threat to life only"},
    )

    def __init__(self, *args: Any, officer_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer_id = officer_id

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        used = Opening.objects.filter(
            officer=self.officer_id, kind=Opening.Kind.BREAK_GLASS, reason__iexact=reason
        )
        if used.exists():
            raise ValidationError("You have given this reason before. Say what is happening now")
        return reason


@breaking
@step_up_required
@require_http_methods(["GET", "POST"])
def open_all(request: AccessRequest) -> HttpResponse:
    """Ask, declare, open; then on to the search."""
    data = request.POST if request.method == "POST" else None
    form = BreakGlassForm(data, officer_id=request.scope.officer_id)
    if form.is_bound and form.is_valid():
        _open(request, form.cleaned_data["reason"])
        return redirect("home")
    return render(request, "access/break_glass.html", {"form": form})


@breaking
@require_POST
def end(request: AccessRequest) -> HttpResponse:
    """Close it before its time. Restricted people are hidden again from the next request on."""
    now = timezone.now()
    with transaction.atomic():
        standing = Opening.objects.filter(
            officer=request.scope.officer_id,
            kind=Opening.Kind.BREAK_GLASS,
            closes_at__gt=now,
            ended_at__isnull=True,
        )
        if standing.update(ended_at=now):
            trail.record(request, Action.BREAK_GLASS_ENDED)
    living.drop(request.session)
    return redirect("home")


def _open(request: AccessRequest, reason: str) -> None:
    """The opening and its audit row stand or fall together; the reason is the purpose, too."""
    now = timezone.now()
    purpose = Purpose(code=PURPOSE_CODE, reference=reason[:200])
    with transaction.atomic():
        # one after the other: the same reason sent twice at once counts once
        Officer.objects.select_for_update().get(pk=request.scope.officer_id)
        opened = Opening.objects.create(
            officer_id=request.scope.officer_id,
            kind=Opening.Kind.BREAK_GLASS,
            reason=reason,
            opened_at=now,
            closes_at=now + LIFETIME,
        )
        trail.record(
            request,
            Action.BREAK_GLASS_OPENED,
            purpose=purpose,
            detail={"opening": opened.pk, "reason": reason, "until": opened.closes_at.isoformat()},
        )
    living.keep(request.session, purpose)
