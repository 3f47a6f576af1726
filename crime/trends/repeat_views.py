"""Where and to whom crime comes back, and near repeats."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime.trends import again, asking, named, repeats, rows
from crime.trends.counts import Counted, monthly
from crime.trends.refusing import refuses_too_many
from crime.where import Where
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

CHOOSE = "Choose one offence: crimes of different kinds do not repeat each other."
NEVER_NEAR = (
    "No crime here has both an exact day and an exact place. Data of data.police.uk give the "
    "month alone, and move each place to the nearest of a few points, where every place is a "
    "repeat."
)


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
@refuses_too_many
def crime_repeats(request: AccessRequest) -> HttpResponse:
    """Repeat places, repeat victims, near repeats, of crimes that are exact enough."""
    asked = asking.asked(request)
    there = asked.there(request)
    counted = monthly(there, request.scope)
    figures = _figures(asked, there, counted, request.scope)
    people = [row.person for row in figures.get("harmed", ())]
    named.record(request, people, "people who were victims again")
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/repeats.html",
        {
            "form": asking.PeriodForm(asked, tuple(counted.by_category)),
            **asking.context(asked, there),
            **figures,
            "never": NEVER_NEAR,
            "permutations": again.PERMUTATIONS,
            "spans": [f"{span:.0f}" for span in repeats.SPANS],
        },
        subject_kind="crime",
        query={**asked.where, "months": asked.months, "page": "repeats"},
        result_count=figures.get("exact", 0),
    )


def _figures(asked: asking.Asked, there: Where, counted: Counted, scope: Scope) -> dict[str, Any]:
    period = asked.last(counted.periods)
    if period is None:
        return {}
    first, last = period
    chosen = rows.committed(rows.chosen(asked, there, scope), first, last)
    usable = again.exact(chosen)
    total, exact = sum(counted.of(asked.category)[-asked.months :]), usable.count()
    shown: dict[str, Any] = {"first": first, "last": last, "total": total, "exact": exact}
    if scope.may(Permission.CRIME_EXACT_PLACE):
        shown["places"], shown["spots"] = again.places(usable)
    near = again.near(usable) if asked.category else CHOOSE
    near = near if exact else NEVER_NEAR
    return shown | {
        "victims": again.victims(chosen, scope),
        "harmed": again.harmed(chosen, scope),
        "inexact": max(0, total - exact),
        "near": near if isinstance(near, list) else None,
        "why_not": near if isinstance(near, str) else "",
    }
