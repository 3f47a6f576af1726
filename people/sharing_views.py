"""Pages of sharing: with whom and why, recorded before it is kept; what colleagues shared."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import Action
from people import restrictions, selectors, sharing
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.disclosures import MARKING
from wmp_search.access.forms import reason_line
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import scope_of
from wmp_search.access.selectors import officer_called


class ShareForm(forms.Form):
    """With whom and why; `officer` is the colleague once it is valid."""

    recipient = forms.CharField(
        label="Who do you share with?",
        help_text="User name or collar number of one colleague",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the user name or collar number of a colleague"},
    )
    reason = reason_line(
        "Why do they need to see this person?",
        "Enter why they need to see this person",
        help_text="They read it. Leave out names.",
    )
    officer: Officer

    def __init__(self, *args: Any, sender_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sender_id = sender_id

    def clean_recipient(self) -> str:
        word = str(self.cleaned_data["recipient"])
        found = officer_called(word)
        if found is None:
            raise ValidationError(f"There is no officer {word}")
        if found.pk == self._sender_id:
            raise ValidationError("Enter a colleague, not yourself")
        if Permission.PERSON_VIEW.value not in scope_of(found).held:
            raise ValidationError(f"The roles of {found} do not open any person's page")
        self.officer = found
        return word


@require_http_methods(["GET", "POST"])
@permission_required(Permission.PERSON_VIEW)
@purpose_required
def share(request: AccessRequest, pk: int) -> HttpResponse:
    """Ask with whom and why, record it, keep it. The page shows nothing of the person."""
    current = selectors.current_id(pk, request.scope)
    if current is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("person-share", pk=current)
    hidden = selectors.has_restricted(pk, request.scope)
    if asked := asking.again(request, SubjectFacts("person", str(pk), restricted=hidden)):
        return asked
    sent = request.POST if request.method == "POST" else None
    form = ShareForm(sent, sender_id=request.scope.officer_id)
    if form.is_bound and form.is_valid():
        _send(request, pk, form)
        messages.success(request, f"{form.officer} finds the person under “Shared with you”")
        return redirect("person-share", pk=pk)
    context = {"form": form, "pk": pk, "marking": MARKING, "days": sharing.LIFETIME.days}
    return render(request, "people/share.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _send(request: AccessRequest, pk: int, form: ShareForm) -> None:
    """The share and its audit row stand or fall together."""
    made = sharing.send(request.scope, pk, form.officer, form.cleaned_data["reason"])
    trail.record(
        request,
        Action.PERSON_SHARED,
        operation_id=made.pk,
        subject_kind="person",
        subject_ids=[str(pk)],
        detail={
            "recipient": form.officer.get_username(),
            "recipient_id": form.officer.pk,
            "reason": made.reason,
            "marking": MARKING,
            **restrictions.reported([pk], request.scope),
        },
    )


@require_safe
@permission_required(Permission.PERSON_VIEW)
@purpose_required
def shared(request: AccessRequest) -> HttpResponse:
    """Whom colleagues shared with the officer, as far as the officer may see them now."""
    received = list(sharing.received(request.scope).select_related("sender", "person"))
    known = selectors.summaries({row.current_id for row in received}, request.scope)
    rows = [(row, known[row.current_id]) for row in received if row.current_id in known]
    shown = [{"id": str(person.person_id), "version": person.version} for person in known.values()]
    page = trail.show(
        request,
        Action.SHARED_VIEWED,
        "people/shared.html",
        {"rows": rows, "days": sharing.LIFETIME.days},
        subject_kind="person",
        subject_ids=[str(pk) for pk in known],
        shown=shown,
        result_count=len(rows),
        detail=restrictions.reported(list(known), request.scope),
    )
    sharing.seen(row for row, _ in rows)
    return page
