"""Retention for the records manager: what falls due, one review, disposals by two people."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
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
from wmp_search.retention import compute, due, reviews, rules
from wmp_search.retention import disposal as disposals
from wmp_search.retention.forms import DayForm, ReasonForm, ReviewForm
from wmp_search.retention.models import Disposal, Review

managing = permission_required(Permission.RETENTION_MANAGE)
PAGE = 50
SHOWN_DISPOSALS = 20


@managing
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """What falls due up to a day, what stands against it, disposals, the rules in force."""
    form = DayForm(request.GET)
    found = due.preview(request.scope, form.day)
    context = {
        "form": DayForm(initial={"on": found.on}),
        "preview": found,
        "without": compute.without(),
        "rules": rules.load(),
        "disposals": Disposal.objects.select_related("proposed_by")[:SHOWN_DISPOSALS],
        "to_dispose": len(reviews.to_dispose()),
        "reason_form": ReasonForm(),
    }
    return trail.show(
        request,
        Action.RETENTION_VIEWED,
        "retention/overview.html",
        context,
        query={"on": found.on.isoformat()},
        result_count=found.due,
    )


@managing
@require_safe
def queue(request: AccessRequest) -> HttpResponse:
    """Reviews that are due, the longest due first; people stand in it by number."""
    pages = Paginator(due.queue(request.scope, timezone.localdate()), PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = [(standing, rules.load().words(standing.rule)) for standing in page]
    return trail.show(
        request,
        Action.RETENTION_VIEWED,
        "retention/queue.html",
        {"rows": rows, "page": page, "total": pages.count},
        subject_kind="person",
        subject_ids=[str(standing.person_id) for standing, _ in rows],
        result_count=pages.count,
    )


@managing
@purpose_required
@require_http_methods(["GET", "POST"])
def review(request: AccessRequest, pk: int) -> HttpResponse:
    """One person: why it is due, what stands against disposal, the national questions."""
    standing = due.standings(request.scope).filter(pk=pk).first()
    if standing is None:
        raise not_found(request, "person", pk)
    form = ReviewForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = reviews.decide(request, standing, form.given)
        except ChangeRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Person {pk}: {made.get_outcome_display().lower()}. Saved")
            return redirect("retention-queue")
    context = {
        "form": form,
        "standing": standing,
        "words": rules.load().words(standing.rule),
        "group": rules.load().groups[standing.group],
        "summary": selectors.summaries([pk], request.scope).get(pk),
        "against": due.against([pk]).get(pk, []),
        "earlier": Review.objects.filter(person_id=pk).select_related("author"),
        "is_due": standing.review_on <= timezone.localdate(),
    }
    return trail.show(
        request,
        Action.RETENTION_VIEWED,
        "retention/review.html",
        context,
        subject_kind="person",
        subject_ids=[str(pk)],
        shown=[{"id": str(pk), "fields": ["group", "rule", "review_on"]}],
    )


@managing
@step_up_required
@require_POST
def propose(request: AccessRequest) -> HttpResponse:
    """Everybody whose review says dispose, with a dry run; a second person decides."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter why, in at least 15 characters")
        return redirect("retention")
    try:
        made = disposals.propose(request, form.cleaned_data["reason"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("retention")
    messages.success(request, "Proposed. Another records manager decides; nothing has changed yet")
    return redirect("disposal", pk=made.pk)


@managing
@step_up_required
@require_http_methods(["GET", "POST"])
def disposal(request: AccessRequest, pk: uuid.UUID) -> HttpResponse:
    """One disposal: its dry run, who decides, and the way back out of quarantine."""
    held = Disposal.objects.select_related("proposed_by", "decided_by").filter(pk=pk).first()
    if held is None:
        raise not_found(request, "disposal", pk)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return _decide(request, held, form.cleaned_data["reason"])
    context = {
        "held": held,
        "form": form,
        "is_mine": held.proposed_by_id == request.scope.officer_id,
        "rules": rules.load(),
    }
    page = render(request, "retention/disposal.html", context)
    trail.record(
        request,
        Action.RETENTION_VIEWED,
        subject_kind="person",
        subject_ids=[str(person) for person in held.person_ids],
        detail={"disposal": held.pk},
        result_count=len(held.people),
    )
    return page


def _decide(request: AccessRequest, held: Disposal, reason: str) -> HttpResponse:
    ways: dict[str, tuple[Callable[[AccessRequest, Disposal, str], None], str]] = {
        "approve": (disposals.approve, "They are in quarantine: nobody finds them any more"),
        "refuse": (disposals.refuse, "Refused: nothing has changed"),
        "return": (disposals.bring_back, "They are back"),
    }
    do, words = ways.get(request.POST.get("do", ""), ways["refuse"])
    try:
        do(request, held, reason)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("disposal", pk=held.pk)
