"""Why somebody reads the trail: one of the four purposes of DPA 2018 s.62(4), and no other.

Asked once for half an hour of a session; it stands in the event of every read (policing.md A9).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from audit.actions import Action
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

KEPT = "audit_purpose"
LIFETIME_SECONDS = 30 * 60
View = Callable[..., HttpResponse]


class ReadingPurpose(models.TextChoices):
    """The only purposes for which the law lets these logs be used (DPA 2018 s.62(4))."""

    LAWFULNESS = "lawfulness", "To verify that the processing is lawful"
    MONITORING = (
        "self-monitoring",
        "To assist the force in monitoring itself, including internal discipline",
    )
    INTEGRITY = "integrity", "To ensure the integrity and security of personal data"
    PROCEEDINGS = "proceedings", "For the purposes of criminal proceedings"


class ReadingPurposeForm(forms.Form):
    code = forms.ChoiceField(
        label="Why are you reading the audit trail?",
        help_text="The law allows these four purposes only. Your answer is recorded with "
        "everything you read in the next 30 minutes.",
        choices=ReadingPurpose.choices,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose why you are reading the audit trail"},
    )


def reading_purpose_required(view: View) -> View:
    """The view opens once the reader has said why; a form sent without is asked for again."""

    @wraps(view)
    def checked(request: AccessRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not of(request):
            going_to = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            asked = urlencode({"next": going_to}) if going_to else ""
            return redirect(f"{reverse('audit-purpose')}?{asked}")
        return view(request, *args, **kwargs)

    checked.asks_reading_purpose = True  # type: ignore[attr-defined]
    return checked


def of(request: HttpRequest) -> str:
    """The code that the session gave within the last half hour; empty if none."""
    kept = request.session.get(KEPT)
    if not kept or time.time() - kept["given"] > LIFETIME_SECONDS:
        return ""
    return str(kept["code"])


def action(scope: Scope) -> Action:
    """What a read is recorded as: of an investigation only investigators may know (H9)."""
    return Action.MISUSE_VIEWED if scope.may(Permission.MISUSE_VIEW) else Action.AUDIT_VIEWED


def detail(request: HttpRequest, **more: Any) -> dict[str, Any]:
    """What the event of a read says beside its filters: why it was read."""
    code = of(request)
    label = ReadingPurpose(code).label if code else ""
    return {"reading_purpose": code, "reading_purpose_label": label, **more}


@permission_required(
    Permission.AUDIT_VIEW_UNIT,
    Permission.AUDIT_VIEW_ALL,
    Permission.REVIEW_UNIT,
    Permission.MISUSE_VIEW,
)
def ask(request: AccessRequest) -> HttpResponse:
    """Ask, keep the answer for half an hour, go on to where the reader was going."""
    going_to = _safe(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        form = ReadingPurposeForm(request.POST)
        if form.is_valid():
            request.session[KEPT] = {
                "code": form.cleaned_data["code"],
                "given": int(time.time()),
            }
            return redirect(going_to)
    else:
        form = ReadingPurposeForm()
    return render(request, "audit/purpose.html", {"form": form, "next": going_to})


def _safe(request: HttpRequest, address: str | None) -> str:
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and ours else resolve_url(settings.LOGIN_REDIRECT_URL)
