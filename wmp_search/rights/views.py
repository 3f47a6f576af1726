"""Requests of people for what is held about them: list, one request, preview, the pack."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import Action
from people import selectors
from wmp_search.access import trail
from wmp_search.access.decorators import (
    not_found,
    permission_required,
    purpose_required,
    step_up_required,
)
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights import pack, services
from wmp_search.rights.forms import (
    DayReasonForm,
    OpenForm,
    PackForm,
    ReleaseForm,
    WithholdForm,
)
from wmp_search.rights.models import StaffRelease, SubjectRequest

answering = permission_required(Permission.PURPOSE_SUBJECT_ACCESS)
SHOWN_ENDED = 20


@answering
@require_http_methods(["GET", "POST"])
def requests(request: AccessRequest) -> HttpResponse:
    """Open requests, the first due first; a form for one that came in."""
    form = OpenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        current = selectors.current_id(form.cleaned_data["person"], request.scope)
        if current is not None:
            made = services.open_request(request, current, form.cleaned_data)
            return redirect("subject-request", pk=made.pk)
        form.add_error("person", "There is no person with this number whom you may see")
    every = SubjectRequest.objects.prefetch_related("pauses")
    rows = [(asked, services.clock_of(asked)) for asked in every.filter(state="open")]
    rows.sort(key=lambda row: (row[1].due is None, row[1].due or timezone.localdate()))
    return trail.show(
        request,
        Action.REQUEST_VIEWED,
        "rights/requests.html",
        {
            "form": form,
            "rows": rows,
            "ended": every.exclude(state="open").order_by("-ended_at")[:SHOWN_ENDED],
            "today": timezone.localdate(),
        },
        subject_kind="person",
        subject_ids=[str(asked.person_id) for asked, _ in rows],
        result_count=len(rows),
    )


@answering
@purpose_required
@require_http_methods(["GET", "POST"])
def one_request(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One request: its clock, what is left out and why, naming staff, the pack."""
    asked = _asked(request, pk)
    what = request.POST.get("do", "")
    sent = sent_to(what)
    kinds: dict[str, type[forms.Form]] = {
        "withhold": WithholdForm,
        "pause": DayReasonForm,
        "release": ReleaseForm,
    }
    shown = {  # several forms of one page: each has ids of its own
        name: kind(request.POST if sent == name else None, auto_id=f"{name}_%s")
        for name, kind in kinds.items()
    }
    if request.method == "POST":
        done = _done(request, asked, what, shown)
        if done:
            return redirect("subject-request", pk=pk)
    release = StaffRelease.objects.filter(request=asked).first()
    context = {
        "asked": asked,
        "clock": services.clock_of(asked),
        "today": timezone.localdate(),
        "summary": selectors.summaries([asked.person_id], request.scope).get(asked.person_id),
        "withheld": asked.withheld.select_related("by"),
        "release": release,
        "release_is_mine": bool(release and release.asked_by_id == request.scope.officer_id),
        "forms": shown,
        "form": next((f for f in shown.values() if f.errors), shown["withhold"]),
        "pack_form": PackForm(auto_id="pack_%s"),
    }
    return trail.show(
        request,
        Action.REQUEST_VIEWED,
        "rights/request.html",
        context,
        subject_kind="person",
        subject_ids=[str(asked.person_id)],
        detail={"request": asked.pk},
    )


def sent_to(what: str) -> str:
    """The form in which the words for a change stand."""
    return {"extend": "pause", "refuse": "pause"}.get(what, what)


Act = Callable[[AccessRequest, SubjectRequest], None]


def _done(
    request: AccessRequest, asked: SubjectRequest, what: str, shown: dict[str, forms.Form]
) -> bool:
    """Do what was sent; False where the form says what is wrong."""
    form = shown.get(sent_to(what))
    if form is not None and not form.is_valid():
        return False
    data: dict[str, Any] = form.cleaned_data if form is not None else {}
    item = request.POST.get("item", "")
    ways: dict[str, Act] = {
        "confirm": services.confirm,
        "resume": services.resume,
        "approve": services.approve_release,
        "give": lambda r, a: services.give_again(r, a, item),
        "pause": lambda r, a: services.pause(r, a, data["reason"]),
        "extend": lambda r, a: services.extend(r, a, data["reason"]),
        "refuse": lambda r, a: services.refuse(r, a, data["reason"]),
        "withhold": lambda r, a: services.withhold(r, a, data),
        "release": lambda r, a: services.ask_release(r, a, data),
    }
    try:
        if what in ways:
            ways[what](request, asked)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Saved")
    return True


@answering
@purpose_required
@step_up_required
@require_safe
def preview(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The answer as it would be now, with the mark of each part beside it."""
    asked = _asked(request, pk)
    data, removed = pack.draw(asked, request.scope)
    about = {"reference": asked.reference, "received_on": asked.received_on, "preview": True,
             "withheld_parts": len(removed), "made_at": timezone.now()}  # fmt: skip
    return trail.show(
        request,
        Action.REQUEST_VIEWED,
        "rights/preview.html",
        {"asked": asked, **pack.context(data, about)},
        subject_kind="person",
        subject_ids=[str(asked.person_id)],
        shown=[{"id": str(asked.person_id), "records": _records(data)}],
        detail={"request": asked.pk, "withheld": list(removed)},
    )


@answering
@purpose_required
@step_up_required
@require_POST
def pack_file(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The pack for its recipient, recorded as a disclosure before it leaves."""
    asked = _asked(request, pk)
    form = PackForm(request.POST)
    if asked.confirmed_on is None:
        messages.error(request, "Confirm the person's identity first")
        return redirect("subject-request", pk=pk)
    if not form.is_valid():
        messages.error(request, "Enter who the pack is for, the organisation and why")
        return redirect("subject-request", pk=pk)
    made = pack.make(asked, request.scope, form.cleaned_data)
    trail.record(
        request,
        Action.PERSON_EXPORTED,
        subject_kind="person",
        subject_ids=[str(asked.person_id)],
        shown=[{"id": str(asked.person_id), "records": _records(made.data)}],
        result_count=1,
        detail={
            "means": "disclosure pack",
            "marking": pack.MARKING,
            "request": asked.pk,
            "reference": asked.reference,
            "withheld": list(made.removed),
            "sha256": made.sha256,
            **form.cleaned_data,
        },
    )
    SubjectRequest.objects.filter(pk=pk).update(
        state=SubjectRequest.State.ANSWERED, ended_at=timezone.now(), pack_sha256=made.sha256
    )
    answer = HttpResponse(made.content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="disclosure.zip"'
    return answer


def _records(data: dict[str, Any]) -> list[int]:
    return [int(one["key"].partition(":")[2]) for one in data["records"]]


def _asked(request: AccessRequest, pk: uuid.UUID) -> SubjectRequest:
    """The request, if the officer may see whom it is about; a merged person is followed."""
    asked = SubjectRequest.objects.filter(pk=pk).first()
    current = selectors.current_id(asked.person_id, request.scope) if asked else None
    if asked is None or current is None:
        raise not_found(request, "request", pk)
    asked.person_id = current
    return asked
