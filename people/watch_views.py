"""What an officer watches: set in one tap or by a form, list, end, and open an alert."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import Action
from people import requests, restrictions, rule, selectors, sources, watching
from people.criteria import CriteriaError
from people.models import InvolvementRole, Watch, WatchAlert
from people.question import Question
from people.summary import Summary
from people.views import KIND
from wmp_search.access import asking, purposes, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_forms import PurposeForm
from wmp_search.access.purposes import Purpose

FORM = "people/watch.html"
UNASKED = {"code": "", "reference": ""}  # the living purpose is not taken over


class WatchForm(PurposeForm):
    """How long, and why: a watch has a purpose of its own."""

    days = forms.TypedChoiceField(
        label="For how long?",
        choices=[(days, f"{days} days") for days in watching.LIFETIMES],
        coerce=int,
        initial=watching.USUAL,
    )
    field_order = ["days", "code", "reference"]


@require_http_methods(["GET", "POST"])
@permission_required(Permission.PERSON_WATCH)
@purpose_required
def watch_person(request: AccessRequest, pk: int) -> HttpResponse:
    """Watch a person whom the scope may see."""
    current = selectors.current_id(pk, request.scope)
    if current is None:
        raise not_found(request, "person", pk)
    what = {"person_id": current}
    summary = selectors.summaries([current], request.scope).get(current)
    return _set(request, what, summary=summary, subject=str(current))


@require_POST
@permission_required(Permission.PERSON_WATCH)
@purpose_required
def watch_now(request: AccessRequest, pk: int) -> HttpResponse:
    """Watch a person for the usual time under the living purpose; "Stop watching" undoes it.

    A purpose that cannot be chosen (break-glass) is not taken over: the form asks for one.
    """
    current = selectors.current_id(pk, request.scope)
    if current is None:
        raise not_found(request, "person", pk)
    if request.purpose is None or not purposes.is_listed(request.purpose.code):
        return redirect("watch-person", pk=current)
    try:
        _begin(request, request.purpose, watching.USUAL, {"person_id": current}, str(current))
    except watching.WatchError as error:
        messages.warning(request, str(error))
        return redirect("watches")
    return redirect("person", pk=current)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.PERSON_WATCH)
@purpose_required
def watch_search(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Watch a search of the officer's own."""
    asked = requests.own(request, pk, KIND)
    return _set(request, {"question": Question.kept(asked.criteria)}, asked=asked)


def _set(
    request: AccessRequest,
    what: dict[str, Any],
    *,
    summary: Summary | None = None,
    subject: str = "",
    asked: Any = None,
) -> HttpResponse:
    """The form with the expected volume; a good one begins the watch."""
    sent = request.method == "POST"
    form = WatchForm(request.POST if sent else None, initial=UNASKED, request=request)
    status = 200
    if sent and form.is_valid():
        try:
            asking.give(request, form.purpose)
            _begin(request, form.purpose, form.cleaned_data["days"], what, subject)
        except (watching.WatchError, CriteriaError) as error:
            form.add_error("days", ValidationError(str(error)))
        else:
            return redirect("watches")
    if sent:
        status = 400
    question = what.get("question")
    context = {
        "form": form,
        "summary": summary,
        "asked": asked,
        "text": question.text if question else "",
        "weekly": watching.expected(request.scope, **what),
    }
    if subject:  # the page shows a name
        return trail.show(
            request, Action.WATCH_VIEWED, FORM, context, subject_kind="person",
            subject_ids=[subject],
            detail=restrictions.reported([int(subject)], request.scope),
        ) if not sent else render(request, FORM, context, status=status)  # fmt: skip
    return render(request, FORM, context, status=status)


@transaction.atomic
def _begin(
    request: AccessRequest, purpose: Purpose, days: int, what: dict[str, Any], subject: str
) -> None:
    """The watch and its audit row stand or fall together."""
    made = watching.keep(request.scope, purpose, days, **what)
    question = what.get("question")
    trail.record(
        request,
        Action.WATCH_SET,
        operation_id=made.pk,
        subject_kind="person" if subject else "",
        subject_ids=[subject] if subject else [],
        query={"text": question.text} if question else {},
        detail={"watch": str(made.pk), "until": made.expires_at, "expected": made.expected},
    )


@require_safe
@permission_required(Permission.PERSON_WATCH)
@purpose_required
def watches(request: AccessRequest) -> HttpResponse:
    """What the officer watches, and the new alerts; of people only whom the scope may see now."""
    mine = list(watching.alive(request.scope.officer_id))
    new = list(watching.unopened(request.scope).select_related("watch"))
    ids = {w.person_id for w in mine if w.person_id} | {alert.person_id for alert in new}
    known = selectors.summaries(ids, request.scope)
    rows = [
        {
            "watch": watch,
            "person": known.get(watch.person_id or 0),
            "text": watch.question.get("text", ""),
            "why": purposes.label(watch.purpose_code, watch.created_at),
        }
        for watch in mine
    ]
    return trail.show(
        request,
        Action.WATCH_VIEWED,
        "people/watches.html",
        {"rows": rows, "alerts": [(alert, known.get(alert.person_id)) for alert in new]},
        subject_kind="person",
        subject_ids=[str(pk) for pk in known],
        result_count=len(rows),
        detail=restrictions.reported(list(known), request.scope),
    )


@require_POST
@permission_required(Permission.PERSON_WATCH)
def end(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop watching; from the person's page (`person` is sent) back to it."""
    watch = watching.alive(request.scope.officer_id).filter(pk=pk).first()
    if watch is None:
        raise not_found(request, "watch", pk)
    trail.record(request, Action.WATCH_ENDED, operation_id=pk, detail={"watch": str(pk)})
    Watch.objects.filter(pk=pk).update(ended_at=timezone.now())
    if watch.person_id and "person" in request.POST:
        return redirect("person", pk=watch.person_id)
    return redirect("watches")


@require_safe
@permission_required(Permission.PERSON_WATCH)
@purpose_required
def alert(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The new evidence of one alert, as far as the scope may see it now; a recorded look."""
    mine = WatchAlert.objects.filter(watch__officer=request.scope.officer_id)
    found = mine.select_related("watch").filter(pk=pk).first()
    current = selectors.current_id(found.person_id, request.scope) if found else None
    if found is None or current is None:
        raise not_found(request, "alert", pk)
    facts = SubjectFacts("person", str(current), restricted=selectors.has_restricted(
        current, request.scope
    ))  # fmt: skip
    if asked := asking.again(request, facts):
        return asked
    links = rule.visible_links(request.scope).filter(person=current, record__in=found.records)
    rows: list[dict[str, Any]] = [
        {
            "title": sources.title(link.record.system),
            "record": link.record,
            "role": InvolvementRole(link.record.role).label,
        }
        for link in links.select_related("record").order_by("-record__changed_at")
    ]
    answer = trail.show(
        request,
        Action.WATCH_OPENED,
        "people/watch_alert.html",
        {
            "alert": found,
            "person": selectors.summaries([current], request.scope).get(current),
            "rows": rows,
        },
        operation_id=found.watch_id,
        subject_kind="person",
        subject_ids=[str(current)],
        shown=[{"id": str(row["record"].pk), "version": row["record"].changed_at} for row in rows],
        result_count=len(rows),
        detail={
            "watch": str(found.watch_id),
            **restrictions.reported([current], request.scope),
        },
    )
    mine.filter(pk=pk, opened_at__isnull=True).update(opened_at=timezone.now())
    return answer
