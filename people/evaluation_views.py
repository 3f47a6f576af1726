"""The page on how well search finds, for the data scientists: numbers only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.actions import Action
from people import evaluations
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission


@require_safe
@permission_required(Permission.QUALITY_VIEW)
def search_quality(request: AccessRequest) -> HttpResponse:
    """The last measurement of each query file beside the one before; the look is recorded."""
    found = evaluations.latest()
    trail.record(
        request, Action.QUALITY_VIEWED, shown=[{"evaluations": [now.pk for now, _ in found]}]
    )
    reports = [
        {
            "now": now,
            "before": before,
            "all": evaluations.overall(now, before),
            "parts": [
                ("By name tradition", evaluations.compared(now, before, "traditions")),
                ("By category", evaluations.compared(now, before, "categories")),
            ],
        }
        for now, before in found
    ]
    return render(request, "quality/search.html", {"reports": reports})
