"""Feedback from any page, what became of it, the survey, and the product team's figures."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from wmp_search.access import sessions
from wmp_search.access.decorators import permission_required, safe_address
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.desk import figures
from wmp_search.desk.forms import AnswerForm, FeedbackForm, SurveyForm
from wmp_search.desk.models import Feedback, SurveyAnswer, SurveyTaken

SHOWN = 200


@require_http_methods(["GET", "POST"])
def feedback(request: AccessRequest) -> HttpResponse:
    """Say something about the page one came from. Only its kind is kept unless a box is ticked."""
    if request.method == "GET":
        came_from = safe_address(request, request.headers.get("Referer"))
        form = FeedbackForm(initial={"page": came_from})
        return render(request, "desk/feedback.html", {"form": form})
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/feedback.html", {"form": form}, status=400)
    said = form.cleaned_data
    Feedback.objects.create(
        kind=said["kind"],
        text=said["text"],
        route=_route(said["page"]),
        address=urlsplit(said["page"]).path[:200] if said["with_page"] else "",
        device=sessions.device_class(request),
        officer_id=request.scope.officer_id if said["with_name"] else None,
    )
    messages.success(request, "Thank you. What comes of it stands under “You said, we did”.")
    return redirect("you-said")


@require_GET
def you_said(request: AccessRequest) -> HttpResponse:
    """What was said and what came of it, for everybody; without names."""
    answered = Feedback.objects.exclude(answer="").order_by("-answered_at")[:SHOWN]
    return render(request, "desk/you_said.html", {"answered": answered})


@require_GET
@permission_required(Permission.FEEDBACK_ANSWER)
def triage(request: AccessRequest) -> HttpResponse:
    """Everything that was said, new first, and how the product is used."""
    said = Feedback.objects.order_by("-created_at").select_related("officer")
    waiting = list(said.filter(state=Feedback.State.NEW)[:SHOWN])
    others = list(said.exclude(state=Feedback.State.NEW)[:SHOWN])
    context = {"waiting": waiting, "others": others, "figures": figures.all_of_them()}
    return render(request, "desk/triage.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.FEEDBACK_ANSWER)
def answer(request: AccessRequest, pk: int) -> HttpResponse:
    """Decide what comes of one."""
    said = get_object_or_404(Feedback, pk=pk)
    known = {"state": said.state, "summary": said.summary, "answer": said.answer}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(said, name, value)
        said.answered_at = timezone.now()
        said.save()
        messages.success(request, "Saved")
        return redirect("feedback-triage")
    return render(request, "desk/answer.html", {"said": said, "form": form})


@require_http_methods(["GET", "POST"])
def survey(request: AccessRequest) -> HttpResponse:
    """Two questions a quarter; who answered is kept apart from what was answered."""
    today = timezone.localdate()
    quarter = f"{today.year}-{(today.month + 2) // 3}"
    mine: dict[str, Any] = {"officer_id": request.scope.officer_id, "quarter": quarter}
    taken = SurveyTaken.objects.filter(**mine).exists()
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not taken and form.is_valid():
        with transaction.atomic():
            _, is_new = SurveyTaken.objects.get_or_create(**mine)
            if is_new:
                SurveyAnswer.objects.create(on=today, **form.cleaned_data)
        return redirect("survey")
    return render(request, "desk/survey.html", {"form": form, "taken": taken})


def _route(address: str) -> str:
    """The name of the page an address leads to, which holds no id; empty where there is none."""
    try:
        return resolve(urlsplit(address).path).view_name[:60]
    except Resolver404:
        return ""
