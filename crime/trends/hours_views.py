"""At what hours of the week the crimes of an area happened."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime.trends import asking, heat, hours, rows, spans
from crime.trends.counts import Counted, monthly
from crime.trends.refusing import refuses_too_many
from crime.where import Where
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
@refuses_too_many
def hours_of_week(request: AccessRequest) -> HttpResponse:
    """The week as a heat map: each crime spread over the hours in which it may have happened."""
    asked = asking.asked(request)
    there = asked.there(request)
    counted = monthly(there, request.scope)
    figures = _figures(asked, there, counted, request.scope)
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/hours.html",
        {
            "form": asking.PeriodForm(asked, tuple(counted.by_category)),
            **asking.context(asked, there),
            **figures,
            "days": heat.NAMES,
            "most": spans.MOST,
            "longest": hours.LONGEST,
        },
        subject_kind="crime",
        query={**asked.where, "months": asked.months, "page": "hours"},
        result_count=figures["found"].counted if figures.get("found") else 0,
    )


def _figures(asked: asking.Asked, there: Where, counted: Counted, scope: Scope) -> dict[str, Any]:
    """The picture, and how many crimes are not in it and why. `total`: crimes of the period."""
    period = asked.last(counted.periods)
    if period is None:
        return {}
    total = sum(counted.of(asked.category)[-asked.months :])
    first, last = period
    found = spans.of_crimes(rows.committed(rows.chosen(asked, there, scope), first, last))
    shown: dict[str, Any] = {"first": first, "last": last, "total": total, "found": found}
    if found is None or not found.counted:
        return shown
    return shown | {
        "heat": heat.drawn(found.week),
        "busiest": heat.busiest(found.week) if found.counted >= heat.FEWEST else "",
        "untimed": max(0, total - found.counted - found.week.left_out),
    }
