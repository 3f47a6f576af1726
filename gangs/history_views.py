"""The page of a person's gang history, and what the person was told of it (policing.md F8)."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.actions import Action
from gangs import history
from gangs.models import HistoryDecision
from gangs.telling_forms import HistoryForm
from people import restrictions
from wmp_search.access import asking, trail
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_http_methods(["GET", "POST"])
@permission_required(Permission.GANG_HISTORY)
@purpose_required
def gang_history(request: AccessRequest, pk: int) -> HttpResponse:
    """Everything ever kept about the person; sent: what they are told, or why they are not."""
    found = history.of_person(pk, request.scope)
    if found is None:
        raise not_found(request, "person", pk)
    if asked := asking.again(request, SubjectFacts("person", str(pk), export=True)):
        return asked
    sent = request.method == "POST"
    form = HistoryForm(request.POST) if sent else HistoryForm()
    if sent and form.is_valid():
        _keep(request, found, form.cleaned_data)
        messages.success(request, "Kept with the history")
        return redirect("gang-history", pk=pk)
    page = trail.show(
        request,
        Action.GANG_HISTORY_VIEWED,
        "gangs/history.html",
        {"history": found, "form": form},
        subject_kind="person",
        subject_ids=[str(pk)],
        shown=[
            {
                "id": str(pk),
                "memberships": sorted({str(v.row.root) for v in found.versions}),
                "records": list(found.records),
            }
        ],
        result_count=len(found.versions),
        detail=restrictions.reported([pk], request.scope),
    )
    page.status_code = 400 if sent else 200
    return page


def _keep(request: AccessRequest, found: history.History, given: dict[str, str]) -> None:
    with transaction.atomic():
        made = HistoryDecision.objects.create(
            person_id=found.person_id,
            records=list(found.records),
            outcome=given["outcome"],
            reason=given["reason"],
            officer_id=request.scope.officer_id,
            at=timezone.now(),
        )
        trail.record(
            request,
            Action.GANG_HISTORY_DECIDED,
            subject_kind="person",
            subject_ids=[str(found.person_id)],
            detail={"outcome": made.outcome, "reason": made.reason},
        )
