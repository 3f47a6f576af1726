"""Requests that need a second administrator: what waits, what was decided, and deciding."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from wmp_search.access import catalogue, four_eyes, role_services, trail
from wmp_search.access.administration_forms import DecisionForm
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import RoleRequest
from wmp_search.access.officer_views import PAGE_SIZE, managing
from wmp_search.access.services import ChangeRefusedError


@managing
@require_safe
def role_requests(request: AccessRequest) -> HttpResponse:
    """What waits for a decision, the one that expires first on top, and what was decided."""
    four_eyes.sweep()
    waiting = list(four_eyes.pending()[: PAGE_SIZE + 1])
    decided = (
        RoleRequest.objects.exclude(state=RoleRequest.State.PENDING)
        .select_related("role", "officer", "requested_by", "decided_by")
        .order_by("-pk")[:PAGE_SIZE]
    )
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        subject_kind="officer",
        subject_ids=sorted({str(r.officer_id) for r in [*waiting, *decided] if r.officer_id}),
        result_count=len(waiting),
    )
    context = {"waiting": waiting[:PAGE_SIZE], "more": len(waiting) > PAGE_SIZE}
    return render(request, "access/role_requests.html", context | {"decided": decided})


@managing
def role_request(request: AccessRequest, pk: int) -> HttpResponse:
    """One request, and for another administrator than the one who asked the decision."""
    asked = get_object_or_404(
        RoleRequest.objects.select_related(
            "role", "officer__unit", "requested_by", "decided_by", "file"
        ),
        pk=pk,
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _decided(request, asked, form)
    if asked.officer_id:
        trail.record(
            request,
            Action.OFFICERS_VIEWED,
            subject_kind="officer",
            subject_ids=[str(asked.officer_id)],
        )
    involved = request.scope.officer_id in (asked.requested_by_id, asked.officer_id)
    context = {
        "asked": asked,
        "form": form,
        "waits": four_eyes.pending().filter(pk=pk).exists(),
        "own": asked.requested_by_id == request.scope.officer_id,
        "decides": not involved,
        "groups": list(catalogue.grouped(asked.role.permissions)),
        **_change(asked),
    }
    return render(request, "access/role_request.html", context)


@managing
@require_POST
def take_back(request: AccessRequest, pk: int) -> HttpResponse:
    """The administrator who asked no longer does."""
    get_object_or_404(RoleRequest, pk=pk)
    try:
        four_eyes.take_back(request, pk)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The request is taken back")
    return redirect("role-requests")


def _decided(request: AccessRequest, asked: RoleRequest, form: DecisionForm) -> HttpResponse:
    decide, done = {
        "approve": (four_eyes.approve, "Approved: it counts from the next page on"),
        "refuse": (four_eyes.refuse, "Refused: nothing has changed"),
    }[form.cleaned_data["decision"]]
    try:
        decide(request, asked.pk, form.cleaned_data["reason"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("role-request", pk=asked.pk)
    messages.success(request, done)
    return redirect("role-requests")


def _change(asked: RoleRequest) -> dict[str, list[catalogue.Described]]:
    if asked.proposed is None:
        return {}
    old = set(asked.role.permissions)
    new = set(role_services.Definition.of(asked.proposed).permissions)
    return {"added": catalogue.in_order(new - old), "removed": catalogue.in_order(old - new)}
