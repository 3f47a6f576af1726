"""How well matching works, for data scientists and the panel; one sampled pair to label."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import Action
from ingest.models import ResolutionRun
from ingest.review import figures, sampling, sides
from ingest.review.forms import LabelForm
from ingest.review.models import Verdict
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_safe
@permission_required(Permission.QUALITY_VIEW)
def matching_quality(request: AccessRequest) -> HttpResponse:
    """Numbers only; the look is recorded like every other. `?all` unfolds every table."""
    run = ResolutionRun.objects.filter(state=ResolutionRun.State.DONE).first()
    whole, blocking = figures.blocking()
    rows, reviewers = figures.samples(), figures.reviewers()
    trail.record(
        request,
        Action.QUALITY_VIEWED,
        shown=[{"run": run.pk if run else None, "samples": [r.sample.pk for r in rows]}],
    )
    context = {
        "run": run,
        "runs": figures.runs(),
        "weights": figures.weights(run) if run else [],
        "sizes": figures.bars(run.cluster_sizes) if run else [],
        "whole": whole,
        "blocking": blocking,
        "samples": rows,
        "reviewers": reviewers,
        "concerns": sum(bool(row.concern) for row in reviewers),
        "days": figures.DAYS,
        "all": "all" in request.GET,
    }
    return render(request, "quality/matching.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MATCH_REVIEW)
@purpose_required
def label_pair(request: AccessRequest, pk: int) -> HttpResponse:
    """Two records side by side without weight or link; the answer measures and decides nothing."""
    pair = sampling.to_label(request.scope).filter(pk=pk).first()
    if pair is None:
        raise not_found(request, "sampled pair", pk)
    shown = sides.of_records(pair.left_record, pair.right_record, request.scope, weighed=False)
    if shown is None:
        raise not_found(request, "sampled pair", pk)
    form = LabelForm(request.POST) if request.method == "POST" else LabelForm.fresh()
    if form.is_bound and form.is_valid():
        verdict = Verdict(form.cleaned_data["verdict"])
        taken = sampling.label(pair, verdict, form.seconds, request.scope.officer_id)
        trail.record(
            request,
            Action.SAMPLE_LABELLED,
            subject_kind="record",
            subject_ids=[str(r) for r in (pair.left_record, pair.right_record)],
            detail={"sample": pair.sample_id, "pair": pk, "label": verdict, "counted": taken},
        )
        after = sampling.to_label(request.scope).first()
        messages.success(request, "Saved" if after else "Saved. The sample is labelled")
        return redirect("sampled-pair", pk=after.pk) if after else redirect("matches")
    return trail.show(
        request,
        Action.MATCHES_VIEWED,
        "review/sampled.html",
        {
            "shown": shown,
            "form": form,
            "verdicts": Verdict.choices,
            "left": sampling.to_label(request.scope).count(),
        },
        subject_kind="person",
        subject_ids=[str(person) for person in shown.people],
        shown=[{"sampled": pk, "records": sorted({*shown.left.ids, *shown.right.ids})}],
        result_count=len(shown.people),
    )
