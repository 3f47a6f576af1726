"""What became of the crimes of each month within the same time: outcome rates by cohort.

Outcomes of a month divided by crimes of a month say nothing where the number of crimes moves, and
the newest months look bad because time is missing. So each month's crimes are followed for
FOLLOWED days each, and a month whose time is not over yet is called so (crime.md 1.9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from crime import selectors
from crime.models import Crime, Outcome
from crime.trends.steps import following
from wmp_search.access.scope import Scope

FOLLOWED = 90  # days
MONTHS_FOLLOWED = 3  # where only months are known: the month itself and the two after it,
AT_MOST = 80  # days: whose first days are at most 62 days later, the next at least 89
FEWEST = 20  # crimes of a month: of fewer no share is said
NOT_FOLLOWED = "Anti-social behaviour"  # is recorded without an outcome


@dataclass(frozen=True, slots=True)
class Cohort:
    """The crimes recorded in a month, and how many of them had each outcome in time. `is_over`:
    the time of all of them is over.
    """

    month: date
    crimes: int
    outcomes: dict[str, int]
    is_over: bool

    def share(self, outcome: str) -> float | None:
        """Per cent with the outcome; None of few crimes."""
        if self.crimes < FEWEST:
            return None
        return 100 * self.outcomes.get(outcome, 0) / self.crimes


def cohorts(crimes: QuerySet[Crime], first: date, last: date, scope: Scope) -> list[Cohort]:
    """The months between two days, of crimes with a day or month of recording. Three queries."""
    recorded = Coalesce("reported_on", "month")
    chosen = (
        crimes.exclude(category__iexact=NOT_FOLLOWED)
        .annotate(recorded=recorded)
        .filter(recorded__gte=first, recorded__lte=last)
    )
    counted = chosen.annotate(of=TruncMonth("recorded")).values("of")
    numbers = {
        row["of"]: (row["n"], row["exact"] is not None)
        for row in counted.annotate(n=Count("pk"), exact=Min("reported_on"))
    }
    reached = _reached(chosen)
    newest = _newest(scope)
    return [
        Cohort(month, n, reached.get(month, {}), _is_over(month, newest, exact=exact))
        for month, (n, exact) in sorted(numbers.items())
    ]


def _reached(chosen: QuerySet[Crime]) -> dict[date, dict[str, int]]:
    """Month → outcome → crimes that had it in time."""
    in_time = Q(outcomes__outcome_on__lte=F("reported_on") + timedelta(days=FOLLOWED)) | Q(
        reported_on=None,
        outcomes__outcome_on__lte=F("month") + timedelta(days=AT_MOST),
    )
    found = (
        chosen.filter(in_time, outcomes__deleted_at__isnull=True)
        .annotate(of=TruncMonth("recorded"))
        .values_list("of", "outcomes__outcome")
        .annotate(n=Count("pk", distinct=True))
    )
    reached: dict[date, dict[str, int]] = {}
    for month, outcome, n in found.order_by():
        reached.setdefault(month, {})[outcome] = n
    return reached


def _newest(scope: Scope) -> date | None:
    """The newest outcome of any crime that the scope may see: until then outcomes are known."""
    known = Outcome.objects.filter(
        crime__in=selectors.visible(scope),
        deleted_at__isnull=True,
        outcome_on__lte=timezone.localdate(),
    )
    return known.order_by("-outcome_on").values_list("outcome_on", flat=True).first()


def _is_over(month: date, newest: date | None, *, exact: bool) -> bool:
    if newest is None:
        return False
    if exact:
        return following(month, 2)[1] - timedelta(days=1) + timedelta(days=FOLLOWED) <= newest
    return following(month, MONTHS_FOLLOWED)[-1] <= newest


def totals(over: Sequence[Cohort]) -> list[tuple[str, int]]:
    """The outcomes of months whose time is over, the commonest first."""
    found: dict[str, int] = {}
    for cohort in over:
        for outcome, n in cohort.outcomes.items():
            found[outcome] = found.get(outcome, 0) + n
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
