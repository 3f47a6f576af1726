"""Pages of contested values and of notices about corrections."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import Action
from people import restrictions, selectors
from people.profile import profile
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError
from wmp_search.rights import contesting, notices
from wmp_search.rights.contest_forms import ContestForm, CorrectionForm, LiftForm
from wmp_search.rights.notice_models import Correction, Notice

answering = permission_required(Permission.PURPOSE_SUBJECT_ACCESS)
SHOWN = 100


@answering
@purpose_required
@require_http_methods(["GET", "POST"])
def contested(request: AccessRequest, pk: int) -> HttpResponse:
    """What a person contests: statements, restricted values, and forms for more."""
    current = selectors.current_id(pk, request.scope)
    shown = profile(current, request.scope) if current is not None else None
    if shown is None or current is None:
        raise not_found(request, "person", pk)
    if current != pk:
        return redirect("contested", pk=current)
    items = contesting.items(shown)
    what = request.POST.get("do", "")

    def sent(name: str) -> dict[str, str] | None:
        return request.POST.dict() if what == name else None

    asked = {
        "contest": ContestForm(sent("contest"), items=items),
        "lift": LiftForm(sent("lift")),
        "correct": CorrectionForm(sent("correct")),
    }
    form = asked.get(what)
    if form is not None and form.is_valid() and _done(request, pk, what, form, items):
        return redirect("contested", pk=pk)
    return trail.show(
        request,
        Action.RIGHTS_VIEWED,
        "rights/contested.html",
        {
            "person": shown.summary,
            "said": shown.contested,
            "forms": asked,
            "form": form,
            "lifting": request.POST.get("statement", "") if what == "lift" else "",
            "corrections": notices.listed().filter(person_id__in=restrictions.ids_of(pk)),
        },
        subject_kind="person",
        subject_ids=[str(pk)],
        shown=[shown.audited()],
        result_count=len(shown.contested),
        detail=restrictions.reported([pk], request.scope),
    )


def _done(
    request: AccessRequest,
    pk: int,
    what: str,
    form: forms.Form,
    items: dict[str, contesting.Item],
) -> bool:
    data = dict(form.cleaned_data)
    try:
        if what == "contest":
            contesting.contest(request, pk, items[data.pop("item")], data)
        elif what == "lift":
            number = request.POST.get("statement", "")
            if not number.isdigit():
                return False
            contesting.lift(request, pk, int(number), data["told_on"], data["reason"])
        else:
            notices.correct(request, pk, data["change"], data["what"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Saved. Tell those who had it: the notices are ready")
    return True


@answering
@require_safe
def corrections(request: AccessRequest) -> HttpResponse:
    """Corrections and how far their notices are; what is overdue first."""
    rows = list(notices.listed()[:SHOWN])
    return trail.show(
        request,
        Action.RIGHTS_VIEWED,
        "rights/corrections.html",
        {"rows": rows},
        subject_kind="person",
        subject_ids=[str(row.person_id) for row in rows],
        result_count=len(rows),
    )


@answering
@purpose_required
@require_http_methods(["GET", "POST"])
def correction(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One correction: who is told, what was sent, who has it."""
    made = Correction.objects.select_related("made_by").filter(pk=pk).first()
    current = selectors.current_id(made.person_id, request.scope) if made else None
    if made is None or current is None:
        raise not_found(request, "correction", pk)
    if request.method == "POST":
        return _marked(request, made)
    told = list(made.notices.select_related("officer"))
    return trail.show(
        request,
        Action.RIGHTS_VIEWED,
        "rights/correction.html",
        {
            "made": made,
            "person": current,
            "outside": [n for n in told if n.officer_id is None],
            "officers": [n for n in told if n.officer_id is not None],
        },
        subject_kind="person",
        subject_ids=[str(made.person_id)],
        result_count=len(told),
        detail={"correction": str(pk)},
    )


def _marked(request: AccessRequest, made: Correction) -> HttpResponse:
    number = request.POST.get("notice", "")
    outside = made.notices.filter(officer__isnull=True)
    notice = outside.filter(pk=int(number)).first() if number.isdigit() else None
    if notice is None:
        raise not_found(request, "notice", number[:20])
    act = notices.received if request.POST.get("do") == "received" else notices.sent
    try:
        act(request, notice)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Saved")
    return redirect("correction", pk=made.pk)


@permission_required(Permission.PERSON_SEARCH, Permission.PERSON_VIEW)
@require_POST
def notice_read(request: AccessRequest, pk: int) -> HttpResponse:
    """An officer has read their own notice; recorded before it leaves the start page."""
    notice = Notice.objects.filter(pk=pk, officer=request.scope.officer_id).first()
    if notice is None:
        raise not_found(request, "notice", pk)
    if not notice.received_at:
        notices.received(request, notice)
    return redirect("home")
