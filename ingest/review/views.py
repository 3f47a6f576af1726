"""The analysts' queue, one match side by side, decisions; why records are together; doubts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.actions import Action
from ingest.review import decisions, doubts, queue, recalls, sampling, sides
from ingest.review.decisions import Wish
from ingest.review.forms import SecondForm, VerdictForm
from ingest.review.models import Decision, Recall, Task, Verdict
from people import rule
from people import selectors as people
from people.profile import profile
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.services import ChangeRefusedError

reviewing = permission_required(Permission.MATCH_REVIEW)
viewing = permission_required(Permission.PERSON_VIEW)
LISTED = 20
STRICT = (4.5, 8.0, 12.0, 16.0, 20.0)  # bits at which the dial stands


@require_safe
@reviewing
@purpose_required
def matches(request: AccessRequest) -> HttpResponse:
    """What waits, most valuable first; decisions that wait for a second person; the latest."""
    tasks = list(queue.free(request.scope)[:LISTED])
    seen = rule.visible(request.scope)
    recent = Decision.objects.select_related("author").order_by("-pk")
    second = recent.filter(state=Decision.State.WAITING).exclude(author=request.scope.officer_id)
    return trail.show(
        request,
        Action.MATCHES_VIEWED,
        "review/matches.html",
        {
            "tasks": tasks,
            "waiting": queue.waiting(request.scope).count(),
            "second": sides.only_visible(second[:LISTED], seen),
            "recent": sides.only_visible(recent[:LISTED], seen),
            "sampled": sampling.to_label(request.scope).first(),
        },
        subject_kind="task",
        subject_ids=[str(task.pk) for task in tasks],
        result_count=len(tasks),
    )


@require_POST
@reviewing
@purpose_required
def next_match(request: AccessRequest) -> HttpResponse:
    """Claim the most valuable task that nobody works on."""
    task = queue.take(request.scope)
    if task is None:
        messages.info(request, "Nothing waits for you")
        return redirect("matches")
    return redirect("match", pk=task.pk)


@require_http_methods(["GET", "POST"])
@reviewing
@purpose_required
def match(request: AccessRequest, pk: int) -> HttpResponse:
    """Two sides, what speaks for and against, three answers of equal weight."""
    task = queue.take(request.scope, pk)
    shown = sides.of(task, request.scope) if task else None
    if task is None or shown is None:
        raise not_found(request, "task", pk)
    form = VerdictForm(request.POST) if request.method == "POST" else VerdictForm.fresh()
    if form.is_bound and form.is_valid():
        try:
            return _answer(request, task, shown, form)
        except ChangeRefusedError as refused:
            form.add_error(None, str(refused))
    return trail.show(
        request,
        Action.MATCHES_VIEWED,
        "review/match.html",
        {"task": task, "shown": shown, "form": form, "verdicts": Verdict.choices},
        subject_kind="person",
        subject_ids=[str(person) for person in shown.people],
        shown=[{"task": task.pk, "records": sorted({*shown.left.ids, *shown.right.ids})}],
        result_count=len(shown.people),
    )


def _answer(
    request: AccessRequest, task: Task, shown: sides.Shown, form: VerdictForm
) -> HttpResponse:
    verdict = Verdict(form.cleaned_data["verdict"])
    made = None
    if task.kind != Task.Kind.KNOWN:
        left, right = sides.chosen(shown, request.POST, verdict)
        wish = Wish(
            verdict=verdict,
            left=left,
            right=right,
            reason=form.reason,
            seconds=form.seconds,
            weight=task.weight,
            model_version=shown.model_version,
        )
        made = decisions.decide(request, wish)
    queue.close(task, verdict, form.seconds, made)
    words = "Saved. A second person must confirm it" if made and made.state == "waiting" else (
        "Saved" if made is None or made.settled else
        "Saved. Matching is at work; it counts when that has ended"
    )  # fmt: skip
    messages.success(request, words)
    after = queue.take(request.scope)
    return redirect("match", pk=after.pk) if after else redirect("matches")


@require_http_methods(["GET", "POST"])
@reviewing
@purpose_required
def decision(request: AccessRequest, pk: int) -> HttpResponse:
    """One decision: confirm or refuse it as the second person, or undo it."""
    found = Decision.objects.select_related("author", "second", "undone_by").filter(pk=pk).first()
    if found is None or not sides.only_visible([found], rule.visible(request.scope)):
        raise not_found(request, "decision", pk)
    form = SecondForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _second(request, found, form.cleaned_data["reason"])
        except ChangeRefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Saved")
        return redirect("decision", pk=pk)
    return trail.show(
        request,
        Action.MATCHES_VIEWED,
        "review/decision.html",
        {
            "decision": found,
            "form": form,
            "people": sides.people_now(found, request.scope),
            "is_own": found.author_id == request.scope.officer_id,
        },
        subject_kind="person",
        subject_ids=[str(person) for person in found.people],
        detail={"decision": found.pk},
    )


def _second(request: AccessRequest, found: Decision, reason: str) -> None:
    what = request.POST.get("what")
    if what == "undo":
        decisions.undo(request, found, reason)
    elif what in ("confirm", "refuse"):
        decisions.confirm(request, found, agreed=what == "confirm", reason=reason)


@require_safe
@viewing
@purpose_required
def why(request: AccessRequest, pk: int) -> HttpResponse:
    """Why the records are together, link by link, and what a stricter limit would keep."""
    shown = profile(pk, request.scope)
    if shown is None:
        raise not_found(request, "person", pk)
    records = [held.source.record_id for held in shown.records]
    found = doubts.of_person(pk, records)
    held = {one.source.record_id: one for one in shown.records}
    asked = request.GET.get("bits", "")
    bits = float(asked) if asked in {str(b) for b in STRICT} else STRICT[0]
    return trail.show(
        request,
        Action.MATCH_EXPLAINED,
        "review/why.html",
        {
            "person": shown,
            "found": found,
            "links": [sides.waterfall(pair, held) for pair in found.holding()],
            "dial": [(b, len(found.joined_at(b))) for b in STRICT],
            "bits": bits,
            "sets": [[held[r] for r in members] for members in found.joined_at(bits)],
        },
        subject_kind="person",
        subject_ids=[str(pk)],
        shown=[{"id": str(pk), "records": records, "model_version": found.model_version}],
        result_count=1,
    )


@require_POST
@viewing
@purpose_required
def two_people(request: AccessRequest, pk: int) -> HttpResponse:
    """One tap on the person's page: the officer sees them apart at once, an analyst decides."""
    current = people.current_id(pk, request.scope)
    if current is None:
        raise not_found(request, "person", pk)
    task = doubts.report(current, request.scope)
    if task is None:
        messages.info(request, "This person has one record only: there is nothing to part")
        return redirect("person", pk=current)
    trail.record(
        request,
        Action.MATCH_DOUBTED,
        subject_kind="person",
        subject_ids=[str(current)],
        detail={"task": task.pk},
    )
    messages.success(request, "You see the records apart below. An analyst decides within a day")
    return redirect("person", pk=current)


@require_POST
@viewing
def recall_read(request: AccessRequest, pk: int) -> HttpResponse:
    """The officer has read what was wrong."""
    found = Recall.objects.filter(pk=pk, officer=request.scope.officer_id).first()
    if found is None:
        raise not_found(request, "recall", pk)
    recalls.read(request, found)
    return redirect("home")
