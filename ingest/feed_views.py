"""The page of the feeds: how fresh each is, and what is held until somebody decides."""

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import Action
from ingest import freshness
from ingest.mapping import drafts
from ingest.mapping.forms import WHY
from ingest.models import Batch, SourceDraft
from people import sources
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, permission_required
from wmp_search.access.forms import reason_line
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission

_MOST_DECIDED = 20
_OVER = (SourceDraft.State.REFUSED, SourceDraft.State.ABANDONED, SourceDraft.State.STOPPED)


class DecisionForm(forms.Form):
    """Let a held delivery in, or keep it out."""

    decision = forms.ChoiceField(
        label="What should happen to it?",
        choices=[
            (Batch.State.ACCEPTED, "Load it: the good rows count, the bad ones stay rejected"),
            (Batch.State.REFUSED, "Keep it out: the earlier state stands"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what should happen to the delivery"},
    )
    reason = reason_line("Why", WHY, least=3)


@require_safe
@permission_required(Permission.FEED_MANAGE)
def feeds(request: AccessRequest) -> HttpResponse:
    """Numbers and times only."""
    held = Batch.objects.filter(state=Batch.State.HELD)
    decided = Batch.objects.exclude(decided_at=None).order_by("-decided_at")[:_MOST_DECIDED]
    trail.record(request, Action.QUALITY_VIEWED, shown=[{"batches": [b.pk for b in held]}])
    mapped = drafts.seen_by(request.scope.officer_id).select_related("author")
    context = {
        "mapped": mapped.exclude(state__in=_OVER)[:_MOST_DECIDED],
        "states": freshness.states(),
        "held": _titled(held),
        "decided": _titled(decided),
        "may_map": request.scope.may(Permission.SOURCE_MANAGE),
    }
    return render(request, "quality/feeds.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.FEED_MANAGE)
def held(request: AccessRequest, pk: int) -> HttpResponse:
    """One held delivery: why it is held, and the decision, which is audited first."""
    batch = Batch.objects.filter(pk=pk, state=Batch.State.HELD).first()
    if batch is None:
        raise not_found(request, "batch", pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _decide(request, batch, form.cleaned_data["decision"], form.cleaned_data["reason"])
        return redirect("feeds")
    trail.record(request, Action.QUALITY_VIEWED, shown=[{"batches": [batch.pk]}])
    context = {"batch": batch, "title": sources.title(batch.system), "form": form}
    return render(request, "quality/held.html", context)


def _decide(request: AccessRequest, batch: Batch, decision: str, reason: str) -> None:
    with transaction.atomic():
        trail.record(
            request,
            Action.RECORDS_COLLECTED,
            subject_kind="batch",
            subject_ids=[str(batch.pk)],
            detail={"system": batch.system, "decision": decision, "reason": reason},
        )
        Batch.objects.filter(pk=batch.pk, state=Batch.State.HELD).update(
            state=decision,
            decided_by=request.user.get_username(),
            decided_at=timezone.now(),
        )


def _titled(batches: object) -> list[dict[str, object]]:
    return [{"title": sources.title(b.system), "batch": b} for b in batches]  # type: ignore[attr-defined]
