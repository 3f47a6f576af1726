"""What may be counted of how memberships are kept (policing.md F10): aggregates, every number
rounded to five by itself, no list behind them. Whose they are is not asked: no gang stands here.
"""

from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils import timezone

from gangs import standing
from gangs.kept_models import KeptMembership
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import Dataset, Dimension, Measure, Table, month


def _rows(scope: Scope) -> QuerySet[KeptMembership]:
    """The memberships that stand today, of the whole force, as the page of governance counts."""
    if scope.practises:
        return KeptMembership.objects.none()
    overdue = When(review_on__lt=timezone.localdate(), then=Value("Overdue"))
    review = Case(overdue, default=Value("In time"), output_field=CharField())
    return standing.holding().order_by().annotate(review=review)


GOVERNANCE = Dataset(
    key="gangs",
    label="Gang memberships",
    sentence="Memberships that stand today, and whether they are reviewed in time",
    permissions=(Permission.GANG_GOVERN,),
    source=Table(_rows),
    day="authorised_on",
    dated="by the day a membership was authorised",
    dimensions=(
        month("authorised_on"),
        Dimension("unit", "Unit", "unit__name", size=500),
        Dimension("review", "Review", "review"),
    ),
    measures=(Measure("memberships", "Number of memberships", "memberships"),),
    caveats=("A membership is an assessment; past its review date it says nothing.",),
    rounded_to=5,
)
DATASETS = (GOVERNANCE,)
