"""Warnings whose review is due: the queue, and one of them that still holds or does not (C11)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from audit.actions import Action
from people import confirming, selectors, signals
from people.profile import profile
from people.signal_models import Confirmation
from wmp_search.access import trail
from wmp_search.access.decorators import not_found, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.retention.forms import ConfirmForm
from wmp_search.retention.views import PAGE, managing


@managing
@require_safe
def queue(request: AccessRequest) -> HttpResponse:
    """Warnings that nobody has confirmed for longer than their kind allows, the oldest first."""
    pages = Paginator(signals.queue(request.scope), PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = [(marker, signals.age(marker)) for marker in page]
    return trail.show(
        request,
        Action.RETENTION_VIEWED,
        "retention/warnings.html",
        {"rows": rows, "page": page, "total": pages.count, "periods": signals.periods()},
        subject_kind="person",
        subject_ids=sorted({str(marker.person_id) for marker, _ in rows}),
        result_count=pages.count,
    )


@managing
@purpose_required
@require_http_methods(["GET", "POST"])
def review(request: AccessRequest, pk: int) -> HttpResponse:
    """One warning of a person: who says so, since when; confirm it, or have it taken away.

    `pk` is the number of the row of evidence: an address says nothing of anybody.
    """
    marker = signals.shown_one(pk, request.scope)
    shown = profile(marker.person_id, request.scope) if marker else None
    wanted = f"Warning {marker.code}" if marker else ""
    fact = next((f for f in shown.markers if f.label == wanted), None) if shown else None
    if marker is None or fact is None:
        raise not_found(request, "warning", pk)
    form = ConfirmForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = confirming.Confirmed(
            form.cleaned_data["on"], form.cleaned_data["reference"], form.cleaned_data["basis"]
        )
        confirming.confirm(request, marker, said)
        messages.success(request, "The warning is confirmed")
        return redirect("retention-warnings")
    person = marker.person_id
    earlier = Confirmation.objects.filter(code=marker.code, records__overlap=marker.records)
    return trail.show(
        request,
        Action.RETENTION_VIEWED,
        "retention/warning.html",
        {
            "form": form,
            "fact": fact,
            "summary": selectors.summaries([person], request.scope).get(person),
            "earlier": earlier.select_related("confirmed_by").order_by("-confirmed_on"),
            "systems": sorted({source.title for source in fact.sources}),
        },
        subject_kind="person",
        subject_ids=[str(person)],
        shown=[{"id": str(person), "fields": ["markers"]}],
    )
