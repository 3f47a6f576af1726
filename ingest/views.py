"""The page on loading and matching, for analysts and the ethics panel."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.actions import Action
from ingest import quality
from people import sources
from wmp_search.access import friction, trail
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_safe
@permission_required(Permission.QUALITY_VIEW)
def quality_page(request: AccessRequest) -> HttpResponse:
    """Numbers only; the look is recorded like every other."""
    found = quality.now()
    run = found.run
    trail.record(
        request,
        Action.QUALITY_VIEWED,
        shown=[{"run": run.pk if run else None, "batches": [b.pk for b in found.batches]}],
    )
    context = {
        "quality": found,
        "seconds": friction.last_days(),
        "deliveries": [{"title": sources.title(b.system), "batch": b} for b in found.batches],
        "rejections": [{**r, "title": sources.title(r["system"])} for r in found.rejections],
    }
    return render(request, "quality/quality.html", context)
