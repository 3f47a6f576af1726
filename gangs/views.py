"""The list of gangs and one gang's page."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.actions import Action
from gangs import selectors
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

KIND = "gang"
PAGE_SIZE = 50


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def gangs(request: AccessRequest) -> HttpResponse:
    """The visible gangs by name; no people on this page."""
    page = Paginator(selectors.listing(request.scope), PAGE_SIZE).get_page(request.GET.get("page"))
    ids = [str(gang.pk) for gang in page.object_list]
    trail.record(
        request,
        Action.GANG_LISTED,
        subject_kind=KIND,
        subject_ids=ids,
        shown=[{"id": pk} for pk in ids],
        result_count=page.paginator.count,
        detail={"page": page.number},
    )
    return render(request, "gangs/list.html", {"page": page})


@require_GET
@permission_required(Permission.GANG_VIEW)
@purpose_required
def gang(request: AccessRequest, pk: int) -> HttpResponse:
    """One gang, its members, and on a list of their own those it harms."""
    shown = selectors.profile(pk, request.scope)
    if shown is None:
        raise not_found(request, KIND, pk)
    trail.record(
        request,
        Action.GANG_VIEWED,
        subject_kind=KIND,
        subject_ids=[str(pk)],
        shown=[selectors.audited(shown)],
        result_count=len(shown.members) + len(shown.harmed),
    )
    return render(request, "gangs/gang.html", {"shown": shown})
