"""The queue of memberships, reviewing and ending them: one page each, made for a phone first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from gangs import affiliations, ending, keeping, queue, standing
from gangs.keeping_forms import RemoveForm, ReviewForm
from gangs.kept_models import KeptMembership
from people import restrictions
from people import selectors as people
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError

keeping_allowed = permission_required(Permission.GANG_KEEP)


@require_safe
@keeping_allowed
@purpose_required
def memberships(request: AccessRequest) -> HttpResponse:
    """What waits for the unit: decisions, reviews, what fades, what must be told."""
    found = queue.of(request)
    shown = [{"id": str(pk)} for pk in found.people]
    return trail.show(
        request,
        Action.MEMBERSHIPS_VIEWED,
        "gangs/memberships.html",
        {"queue": found},
        subject_kind="person",
        subject_ids=[row["id"] for row in shown],
        shown=shown,
        result_count=found.count,
        detail=restrictions.reported(found.people, request.scope),
    )


@require_safe
@keeping_allowed
@purpose_required
def membership(request: AccessRequest, pk: int) -> HttpResponse:
    """One membership that the unit keeps: why, on what evidence, until when."""
    return _page(request, own(request, pk), None, None)


@require_POST
@keeping_allowed
@purpose_required
def review(request: AccessRequest, pk: int) -> HttpResponse:
    """It still holds: look again later, not beyond its end."""
    version = own(request, pk)
    form = ReviewForm(request.POST, expires_on=version.expires_on)
    if not form.is_valid():
        return _page(request, version, form, None)
    try:
        made = ending.review(request, version, form.cleaned_data["review_on"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("memberships")
    messages.success(request, "Reviewed")
    return redirect("membership", pk=made.pk)


@require_POST
@keeping_allowed
@purpose_required
def remove(request: AccessRequest, pk: int) -> HttpResponse:
    """End it, with how and why."""
    version = own(request, pk)
    form = RemoveForm(request.POST)
    if not form.is_valid():
        return _page(request, version, None, form)
    given = form.cleaned_data
    try:
        ending.remove(request, version, given["ended"], given["reason"])
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Removed. Tell those to whom it was shared, below")
    return redirect("memberships")


def _page(
    request: AccessRequest,
    version: KeptMembership,
    review_form: ReviewForm | None,
    remove_form: RemoveForm | None,
) -> HttpResponse:
    person_id = keeping.person_of(version.cited, request.scope)
    known = people.summaries([person_id], request.scope) if person_id is not None else {}
    lines = affiliations.lines_of([version]) if known else {}
    ids = list(known)
    row = affiliations.of_kept(version, known.get(person_id or 0), lines.get(version.pk, []))
    page = trail.show(
        request,
        Action.MEMBERSHIPS_VIEWED,
        "gangs/membership.html",
        {
            "version": version,
            "row": row,
            "astray": standing.astray([version]).get(version.pk, ""),
            "stands": standing.holding().filter(pk=version.pk).exists(),
            "review_form": review_form or ReviewForm(expires_on=version.expires_on),
            "remove_form": remove_form or RemoveForm(),
            "bound": review_form or remove_form,
        },
        subject_kind="person",
        subject_ids=[str(pk) for pk in ids],
        shown=[{"id": str(pk), "membership": str(version.root)} for pk in ids],
        result_count=len(ids),
        detail={"membership": version.pk, **restrictions.reported(ids, request.scope)},
    )
    page.status_code = 400 if review_form or remove_form else 200
    return page


def own(request: AccessRequest, pk: int) -> KeptMembership:
    """The last version of a membership of the officer's unit that has not ended."""
    found = ending.open_to(request).filter(pk=pk).first()
    if found is None:
        raise not_found(request, "membership", pk)
    return found
