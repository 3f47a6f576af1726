"""Outcome rates by month of recording."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit.actions import Action
from crime.search import MAX_LENGTH
from crime.trends import asking, chart, outcomes, rows
from crime.trends.counts import Counted, monthly
from crime.trends.outcomes import Cohort
from crime.trends.refusing import refuses_too_many
from crime.where import Where
from wmp_search.access import trail
from wmp_search.access.decorators import permission_required, purpose_required
from wmp_search.access.middleware import AccessRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

FIRST_SHOWN = "charge"  # in the words of the outcome that is shown when none was chosen


class OutcomeForm(asking.PeriodForm):
    """The same with the outcome that is followed."""

    outcome = forms.ChoiceField(label="Outcome", required=False)

    def __init__(
        self, asked: asking.Asked, categories: tuple[str, ...], known: list[str], chosen: str
    ) -> None:
        super().__init__(asked, categories)
        self.data = {**self.data, "outcome": chosen}
        choices = [("", "Charged, else the commonest"), *((name, name) for name in known)]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


@require_GET
@permission_required(Permission.CRIME_VIEW)
@purpose_required
@refuses_too_many
def outcome_rates(request: AccessRequest) -> HttpResponse:
    """Of the crimes of each month, how many had an outcome within the same time."""
    asked = asking.asked(request)
    chosen = request.GET.get("outcome", "").strip()[:MAX_LENGTH]
    there = asked.there(request)
    counted = monthly(there, request.scope)
    found = _cohorts(asked, there, counted, request.scope)
    known = [name for name, _ in outcomes.totals(found)]
    chosen = chosen if chosen in known else ""
    form = OutcomeForm(asked, tuple(counted.by_category), known, chosen)
    figures = _figures(found, chosen or _usual(known))
    return trail.show(
        request,
        Action.CRIME_COUNTED,
        "crime/outcomes.html",
        {"form": form, **asking.context(asked, there), **figures, "followed": outcomes.FOLLOWED},
        subject_kind="crime",
        query={**asked.where, "months": asked.months, "page": "outcomes", "outcome": chosen},
        result_count=sum(cohort.crimes for cohort in found),
    )


def _cohorts(asked: asking.Asked, there: Where, counted: Counted, scope: Scope) -> list[Cohort]:
    period = asked.last(counted.periods)
    if period is None:
        return []
    return outcomes.cohorts(rows.chosen(asked, there, scope), *period, scope)


def _usual(known: list[str]) -> str:
    """The first that says of a charge, else the commonest; "" of none."""
    return next((name for name in known if FIRST_SHOWN in name.lower()), (known or [""])[0])


def _figures(found: list[Cohort], outcome: str) -> dict[str, Any]:
    """Chart and tables. No chart where a month has few crimes: its share would jump."""
    if not found:
        return {"cohorts": []}
    over = [cohort for cohort in found if cohort.is_over]
    shares = [cohort.share(outcome) for cohort in found]
    told = [share for share in shares if share is not None]
    crimes = sum(cohort.crimes for cohort in over)
    figures: dict[str, Any] = {
        "share": None,
        "cohorts": [
            (cohort, cohort.outcomes.get(outcome, 0), share)
            for cohort, share in zip(found, shares, strict=True)
        ][::-1],
        "outcome": outcome,
        "over": crimes,
        "reached": sum(cohort.outcomes.get(outcome, 0) for cohort in over),
        "totals": outcomes.totals(over),
    }
    if len(told) == len(found) > 1 and outcome:
        marks = chart.Marks(later=len(found) - len(over))
        figures["chart"] = chart.drawn([c.month for c in found], told, marks=marks)
    if crimes >= outcomes.FEWEST:
        figures["share"] = 100 * figures["reached"] / crimes
    return figures
