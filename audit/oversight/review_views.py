"""The supervisor's morning: what waits, one item with what was on the screen, the outcome."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actions import Action
from audit.oversight import notices, reviews
from audit.oversight.forms import DecisionForm, ReplyForm
from audit.oversight.models import ReviewItem
from audit.reading import detail, reading_purpose_required
from audit.views import described
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

reviewing = permission_required(Permission.REVIEW_UNIT)
LOOK_BACK = timedelta(days=90)


@require_safe
@reviewing
@reading_purpose_required
def queue(request: AccessRequest) -> HttpResponse:
    """What waits for this reviewer, the most urgent first."""
    items = reviews.queue(request.scope)
    return trail.show(
        request,
        Action.AUDIT_VIEWED,
        "oversight/queue.html",
        {
            "items": items,
            "now": timezone.now(),
            "late_elsewhere": reviews.overdue_elsewhere(request.scope),
            "sees_reviewers": reviews.is_next_level(request.scope),
        },
        subject_kind="review",
        subject_ids=[str(item.pk) for item in items],
        result_count=len(items),
        detail=detail(request),
    )


@reviewing
@reading_purpose_required
def item(request: AccessRequest, pk: int) -> HttpResponse:
    """One event with its replay; POST decides."""
    found = reviews.get(request.scope, pk)
    event = reviews.event_of(found) if found else None
    if found is None or event is None:
        raise not_found(request, "review", pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.decide(request, found, form.decision)
        except reviews.ReviewError as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _done(form.decision.outcome))
        return redirect("reviews")
    return trail.show(
        request,
        Action.AUDIT_VIEWED,
        "oversight/item.html",
        {"item": found, "form": form, **described(request.scope, event)},
        subject_kind="event",
        subject_ids=[str(event.id)],
        detail=detail(request, item=found.pk),
    )


@require_safe
@permission_required(Permission.REVIEW_UNIT, Permission.MISUSE_VIEW)
@reading_purpose_required
def reviewers(request: AccessRequest) -> HttpResponse:
    """For the next level: which supervisors review and which do not."""
    scope = request.scope
    if not (reviews.is_next_level(scope) or scope.may(Permission.MISUSE_VIEW)):
        raise not_found(request, "reviewers", "")
    rows = reviews.keeping_up(timezone.now() - LOOK_BACK)
    return trail.show(
        request,
        Action.AUDIT_VIEWED,
        "oversight/reviewers.html",
        {"rows": rows, "late": reviews.overdue_elsewhere(scope)},
        subject_kind="reviewers",
        result_count=len(rows),
        detail=detail(request),
    )


def for_you(request: AccessRequest) -> HttpResponse:
    """The officer's own page: questions about the own searches, and looks at records they own."""
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not reviews.answer(request, data["item"], data["reply"]):
            raise not_found(request, "question", data["item"])
        messages.success(request, "Your reply was sent")
        return redirect("for-you")
    questions = reviews.questions(request.scope.officer_id)
    seen = notices.of(request.scope)
    return trail.show(
        request,
        Action.NOTICES_VIEWED,
        "oversight/for_you.html",
        {
            "form": form,
            "rows": [_question(form, one) for one in questions],
            "notices": seen,
        },
        subject_kind="notice",
        subject_ids=[str(one.pk) for one in seen],
        result_count=len(questions),
    )


def _question(form: ReplyForm, one: ReviewItem) -> dict[str, object]:
    waits = one.state == ReviewItem.State.ASKED
    is_this = form.is_bound and form.data.get("item") == str(one.pk)
    fresh = ReplyForm(initial={"item": one.pk}, auto_id=f"id_%s_{one.pk}")
    return {"item": one, "form": (form if is_this else fresh) if waits else None}


def _done(outcome: str) -> str:
    return {
        ReviewItem.Outcome.ASK.value: "Your question was sent to the officer",
        ReviewItem.Outcome.REFER.value: "Professional standards were told; the officer was not",
    }.get(outcome, "Your review was recorded")
