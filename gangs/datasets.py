"""What may be counted of how gang affiliations are governed (policing.md F1, F4): aggregates, no
list of members behind them.
"""

from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.utils import timezone

from gangs import selectors
from gangs.models import Membership
from people import rule
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import Dataset, Dimension, Measure, Table, month

REVIEW = {"overdue": "Overdue", "in time": "In time"}


def _rows(scope: Scope) -> QuerySet[Membership]:
    """Affiliations to gangs that the scope sees, of records that it is shown."""
    overdue = When(review_on__lt=timezone.localdate(), then=Value("overdue"))
    return Membership.objects.filter(
        deleted_at__isnull=True,
        gang__in=selectors.visible(scope).values("pk"),
        record__in=rule.visible_links(scope).values("record"),
    ).annotate(review=Case(overdue, default=Value("in time"), output_field=CharField()))


def _status(value: str) -> str:
    return str(Membership.Status(value).label) if value in Membership.Status.values else value


def _review(value: str) -> str:
    return REVIEW.get(value, value)


GOVERNANCE = Dataset(
    key="gangs",
    label="Gang affiliations",
    sentence="How affiliations are authorised and reviewed, as numbers",
    permissions=(Permission.GANG_VIEW,),
    source=Table(_rows),
    day="authorised_on",
    dated="by the day an affiliation was authorised",
    dimensions=(
        month("authorised_on"),
        Dimension("status", "Status", "status", words=_status),
        Dimension("review", "Review", "review", words=_review),
        Dimension("grade", "Grade", "grade"),
        Dimension("area", "Area of the gang", "gang__area", size=500),
    ),
    measures=(
        Measure("affiliations", "Number of affiliations", "affiliations"),
        Measure("gangs", "Number of gangs", "gangs", Count("gang", distinct=True), adds_up=False),
    ),
    caveats=("An affiliation is an assessment; past its review date it says nothing.",),
)
DATASETS = (GOVERNANCE,)
