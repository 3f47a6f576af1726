"""Recording how a gang stands to another, and ending that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action
from gangs import relations, selectors
from gangs.models import GangRelation
from gangs.relations import RelationForm
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError


@require_http_methods(["GET", "POST"])
@permission_required(Permission.GANG_KEEP)
@purpose_required
def add(request: AccessRequest, pk: int) -> HttpResponse:
    """Say how the gang stands to another."""
    gang = selectors.visible(request.scope).filter(pk=pk).first()
    if gang is None:
        raise not_found(request, "gang", pk)
    others = selectors.listing(request.scope).exclude(pk=pk)
    sent = request.method == "POST"
    form = RelationForm(request.POST, gangs=others) if sent else RelationForm(gangs=others)
    if sent and form.is_valid():
        try:
            relations.add(request, gang, form.cleaned_data)
        except ChangeRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Recorded")
            return redirect("gang", pk=pk)
    page = trail.show(
        request,
        Action.GANG_VIEWED,
        "gangs/relation.html",
        {"form": form, "gang": gang},
        subject_kind="gang",
        subject_ids=[str(pk)],
        shown=[{"id": str(pk)}],
        detail={"means": "relation"},
    )
    page.status_code = 400 if sent else 200
    return page


@require_POST
@permission_required(Permission.GANG_KEEP)
@purpose_required
def end(request: AccessRequest, pk: int, relation_id: int) -> HttpResponse:
    """It holds no longer."""
    seen = selectors.visible(request.scope)
    found = GangRelation.objects.filter(pk=relation_id, one__in=seen, other__in=seen).first()
    if found is None or pk not in (found.one_id, found.other_id):
        raise not_found(request, "relation", relation_id)
    try:
        relations.end(request, found)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Ended")
    return redirect("gang", pk=pk)
