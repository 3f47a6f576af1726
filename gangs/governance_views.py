"""Governance: how memberships are kept, and who is kept, as numbers only (policing.md F9, F10)."""

from datetime import datetime, time

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actions import Action
from gangs import governance, proportions
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.dates import months_after

USUAL = 12


@require_safe
@permission_required(Permission.GANG_GOVERN)
def figures(request: AccessRequest) -> HttpResponse:
    """Additions, removals, reviews, evidence and refusals by unit."""
    given = request.GET.get("months", "")
    months = int(given) if given.isdecimal() and int(given) in governance.PERIODS else USUAL
    first = months_after(timezone.localdate(), -months)
    since = timezone.make_aware(datetime.combine(first, time.min))
    return trail.show(
        request,
        Action.GANGS_GOVERNED,
        "gangs/governance.html",
        {
            "figures": governance.figures(since),
            "rounds": governance.months(months),
            "columns": governance.COLUMNS,
            "periods": governance.PERIODS,
            "months": months,
            "since": since,
        },
        query={"months": months},
    )


@require_safe
@permission_required(Permission.GANG_GOVERN)
def proportion(request: AccessRequest) -> HttpResponse:
    """The latest monthly report on who is kept, beside the denominators."""
    report = next(iter(proportions.last(1)), None)
    return trail.show(
        request,
        Action.GANGS_GOVERNED,
        "gangs/proportions.html",
        {
            "report": report,
            "tables": proportions.tables(report.figures) if report else (),
            "headings": proportions.HEADINGS,
            "source": proportions.source(),
        },
    )
