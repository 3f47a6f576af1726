"""The yearly review of access: start it, sign off a unit, see how far it is, finish it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from wmp_search.access import reviews, trail
from wmp_search.access.administration_forms import ReviewForm
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.models import AccessReview, ReviewLine, Unit
from wmp_search.access.officer_views import PAGE_SIZE, managing
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError

signing = permission_required(Permission.ROLE_MANAGE, Permission.ACCESS_REVIEW)
NO_UNIT = 0  # in an address: officers who belong to no unit


@signing
@require_safe
def access_reviews(request: AccessRequest) -> HttpResponse:
    """Every review; for administrators a form to start the next."""
    return _list(request, ReviewForm())


@managing
@require_POST
def start(request: AccessRequest) -> HttpResponse:
    """Begin a review of everybody's roles."""
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            review = reviews.start(request, **form.cleaned_data)
        except ChangeRefusedError as refused:
            form.add_error("title", str(refused))
        else:
            messages.success(request, "The review has begun")
            return redirect("access-review", pk=review.pk)
    return _list(request, form)


@signing
@require_safe
def access_review(request: AccessRequest, pk: int) -> HttpResponse:
    """How far each unit is."""
    review = get_object_or_404(AccessReview, pk=pk)
    units = reviews.progress(review, request.scope)
    context = {
        "review": review,
        "units": units,
        "lines": sum(unit.lines for unit in units),
        "open": sum(unit.open for unit in units),
        "manages": request.scope.may(Permission.ROLE_MANAGE),
    }
    return render(request, "access/access_review.html", context)


@signing
def unit_review(request: AccessRequest, pk: int, unit: int) -> HttpResponse:
    """The roles of a unit's officers, each to be kept or withdrawn."""
    review = get_object_or_404(AccessReview, pk=pk)
    unit_id = unit or None
    if not reviews.may_sign(request.scope, unit_id):
        raise not_found(request, "unit", unit)
    name = get_object_or_404(Unit, pk=unit).name if unit else "No unit"
    if request.method == "POST":
        return _sign(request, review, unit)
    found = reviews.lines(review, request.scope, unit_id)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    trail.record(
        request,
        Action.OFFICERS_VIEWED,
        subject_kind="officer",
        subject_ids=sorted({str(line.officer_id) for line in page}),
        result_count=page.paginator.count,
        detail={"review": review.pk},
    )
    open_ids = set(
        reviews.undecided(review).filter(pk__in=[x.pk for x in page]).values_list("pk", flat=True)
    )
    context = {"review": review, "name": name, "page": page, "open_ids": open_ids}
    return render(request, "access/unit_review.html", context)


@managing
@require_POST
def finish(request: AccessRequest, pk: int) -> HttpResponse:
    """Close a review of which every line is signed off."""
    review = get_object_or_404(AccessReview, pk=pk)
    try:
        reviews.finish(request, review)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The review is finished")
    return redirect("access-review", pk=pk)


def _list(request: AccessRequest, form: ReviewForm) -> HttpResponse:
    found = list(AccessReview.objects.select_related("started_by", "finished_by"))
    context = {
        "form": form,
        "manages": request.scope.may(Permission.ROLE_MANAGE),
        "reviews": found,
        "is_open": any(review.finished_at is None for review in found),
        "today": timezone.localdate(),
    }
    return render(request, "access/access_reviews.html", context)


def _sign(request: AccessRequest, review: AccessReview, unit: int) -> HttpResponse:
    known = {ReviewLine.Decision.KEEP.value, ReviewLine.Decision.WITHDRAW.value}
    decisions = {
        int(name.removeprefix("line-")): str(value)
        for name, value in request.POST.items()
        if name.startswith("line-") and name[5:].isdecimal() and value in known
    }
    try:
        count = reviews.sign(request, review, decisions)
    except ChangeRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{count} line{'' if count == 1 else 's'} signed off")
    return redirect("unit-review", pk=review.pk, unit=unit)
