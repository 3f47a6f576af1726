"""Pages of cases and listed people; only to professional standards do they exist (H9, H10)."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from audit.actions import Action
from audit.oversight import bundle, cases, listing, misuse, who
from audit.oversight.misuse_forms import BundleForm, CaseForm, CollectForm, ListedForm, NotesForm
from audit.oversight.misuse_views import investigating
from audit.oversight.models import Case
from audit.reading import detail, reading_purpose_required
from audit.selectors import Key
from audit.selectors import get as event_at
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, step_up_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import Officer

Act = Callable[[AccessRequest, Case], None]
ACTS: dict[str, tuple[Act, str]] = {
    "hold": (cases.hold, "What the officer did is kept until the hold is released"),
    "close": (cases.close, "The case is closed"),
}


@investigating
@reading_purpose_required
def listed(request: AccessRequest) -> HttpResponse:
    """All cases; POST opens one."""
    form = CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = cases.begin(request, data["title"].strip(), data["officer"])
        except cases.CaseError as error:
            form.add_error("officer", str(error))
        else:
            return redirect("case", pk=made.pk)
    rows = cases.listed(request.scope)
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/cases.html",
        {"rows": rows, "form": form},
        subject_kind="case",
        subject_ids=[str(case.pk) for case in rows],
        result_count=len(rows),
        detail=detail(request),
    )


@investigating
@reading_purpose_required
def case(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: alerts, timeline, notes; POST writes notes, holds or closes."""
    found = cases.get(request.scope, pk)
    if found is None:
        raise not_found(request, "case", pk)
    if request.method == "POST":
        _act(request, found)
        return redirect("case", pk=pk)
    return _shown(request, found, BundleForm())


def _shown(request: AccessRequest, found: Case, form: BundleForm) -> HttpResponse:
    events = list(cases.events_of(found).defer("shown", "content_hash"))
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/case.html",
        {
            "case": found,
            "officer": Officer.objects.filter(pk=found.officer_id or 0).first(),
            "alerts": [(a, misuse.title(a.rule)) for a in found.alerts.order_by("pk")],
            "steps": [(event.officer, who.step(event)) for event in events],
            "exports": list(found.exports.all()),
            "notes": NotesForm(initial={"notes": found.notes}),
            "form": form,
        },
        subject_kind="case",
        subject_ids=[str(found.pk)],
        detail=detail(request),
    )


def _act(request: AccessRequest, found: Case) -> None:
    act = ACTS.get(request.POST.get("do", ""))
    form = NotesForm(request.POST)
    if act is None and form.is_valid():
        cases.write_notes(request, found, form.cleaned_data["notes"])
        messages.success(request, "The notes are kept")
    elif act is not None:
        try:
            act[0](request, found)
        except cases.CaseError as error:
            messages.info(request, str(error))
        else:
            messages.success(request, act[1])


@require_POST
@investigating
@reading_purpose_required
@step_up_required
def take_bundle(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """The evidential bundle as a zip file, for a named recipient."""
    found = cases.get(request.scope, pk)
    if found is None:
        raise not_found(request, "case", pk)
    form = BundleForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    made = bundle.take(request, found, form.cleaned_data)
    answer = HttpResponse(made.content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="case-{found.pk}.zip"'
    return answer


@investigating
@reading_purpose_required
def add_event(request: AccessRequest, at: int, event_id: uuid.UUID) -> HttpResponse:
    """Put one event of the trail into a case."""
    try:
        event = event_at(request.scope, Key.at_microsecond(at, event_id))
    except OverflowError:
        event = None
    if event is None:
        raise not_found(request, "event", event_id)
    form = CollectForm(request.POST or None, cases=cases.open_cases(request.scope))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["case"]
        try:
            cases.add_event(request, chosen, event)
        except cases.CaseError as error:
            form.add_error("case", str(error))
        else:
            return redirect("case", pk=chosen)
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/collect.html",
        {"form": form, "step": who.step(event), "officer": event.officer},
        subject_kind="event",
        subject_ids=[str(event.id)],
        detail=detail(request),
    )


@investigating
@reading_purpose_required
def listed_people(request: AccessRequest) -> HttpResponse:
    """The people to watch; POST adds one or takes one away."""
    does_remove = request.POST.get("do") == "remove"
    form = ListedForm(request.POST if request.method == "POST" and not does_remove else None)
    if request.method == "POST" and does_remove:
        pk = request.POST.get("listed", "")
        listing.remove(request, int(pk) if pk.isdecimal() else 0)
        return redirect("listed-people")
    if form.is_valid():
        data = form.cleaned_data
        contact = {"note": data["note"], "contact_at": data["contact_at"]}
        listing.add(request, str(data["person_id"]), data["why"], **contact)
        messages.success(request, "Looks at this person are reported here")
        return redirect("listed-people")
    rows = listing.listed()
    return trail.show(
        request,
        Action.MISUSE_VIEWED,
        "oversight/listed_people.html",
        {"rows": rows, "form": form},
        subject_kind="listed",
        subject_ids=[row.person_id for row in rows],
        result_count=len(rows),
        detail=detail(request),
    )
