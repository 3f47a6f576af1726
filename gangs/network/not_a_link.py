"""Pages of what is no link: hostels, prisons, default numbers; and what is never shown at all."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from gangs.network import build, nodes, reading, steps
from gangs.network.forms import NotALinkForm
from gangs.network.models import NEVER_SHOWN, Node, NotALink
from gangs.network.sight import View
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

MOST = 200
KIND = "place"


@require_GET
@permission_required(Permission.NETWORK_CURATE)
@purpose_required
def listed(request: AccessRequest) -> HttpResponse:
    """What is no link, the reviews that are due first. Places that are never shown keep their
    address to themselves: only number, owner and day stand here.
    """
    standing = NotALink.objects.filter(ended_at__isnull=True).select_related("node", "owner")
    rows = list(standing.order_by("review_on", "pk")[:MOST])
    return trail.show(
        request,
        Action.NOT_A_LINK_VIEWED,
        "network/not_a_link.html",
        {"rows": [(row, row.reason in NEVER_SHOWN) for row in rows], "most": MOST},
        subject_kind=KIND,
        subject_ids=[nodes.code(row.node_id) for row in rows],
        result_count=len(rows),
    )


@require_http_methods(["GET", "POST"])
@permission_required(Permission.NETWORK_CURATE)
@purpose_required
def add(request: AccessRequest, pk: int) -> HttpResponse:
    """Say of a place or number that the officer sees linked with somebody that it is no link."""
    thing = reading.things([pk], request.scope).get(pk) if _is_seen(request, pk) else None
    if thing is None:
        raise not_found(request, KIND, pk)
    form = NotALinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _set(request, pk, form)
        return redirect("not-a-link")
    return trail.show(
        request,
        Action.NOT_A_LINK_VIEWED,
        "network/not_a_link_add.html",
        {"form": form, "thing": thing},
        subject_kind=KIND,
        subject_ids=[thing.code],
    )


def _is_seen(request: AccessRequest, node: int) -> bool:
    """Whether some link of the node is shown to the officer: else they cannot know of it."""
    own = Node.objects.filter(pk=node).exists()
    return own and steps.total(node, request.scope, View()) > 0


def _set(request: AccessRequest, node: int, form: NotALinkForm) -> None:
    given = form.cleaned_data
    with transaction.atomic():
        NotALink.objects.filter(node=node, ended_at__isnull=True).update(ended_at=timezone.now())
        NotALink.objects.create(node_id=node, owner_id=request.scope.officer_id, **given)
        build.curate(node, is_shown=given["reason"] not in NEVER_SHOWN)
        trail.record(
            request,
            Action.NOT_A_LINK_SET,
            subject_kind=KIND,
            subject_ids=[nodes.code(node)],
            detail={"reason": given["reason"], "review_on": given["review_on"].isoformat()},
        )


@require_POST
@permission_required(Permission.NETWORK_CURATE)
@purpose_required
def end(request: AccessRequest, pk: int) -> HttpResponse:
    """It is a link after all, or has become one."""
    row = NotALink.objects.filter(pk=pk, ended_at__isnull=True).first()
    if row is None:
        raise not_found(request, KIND, pk)
    with transaction.atomic():
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        build.curate(row.node_id, is_shown=True)
        trail.record(
            request,
            Action.NOT_A_LINK_ENDED,
            subject_kind=KIND,
            subject_ids=[nodes.code(row.node_id)],
            detail={"reason": row.reason},
        )
    return redirect("not-a-link")
