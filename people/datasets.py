"""What may be counted of people: by the records that the scope is shown, so that no number tells
of a record it is not (policing.md C2, B8).
"""

from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Value, When

from people import contested, rule
from people.models import InvolvementRole
from people.sources import title
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import NOT_RECORDED, Dataset, Dimension, Measure, Table, month

YEAR = timedelta(days=365)
SEXES = {"M": "Male", "F": "Female"}


def _rows(scope: Scope) -> QuerySet[Any]:
    return _told(rule.visible_links(scope))


def _told(links: QuerySet[Any]) -> QuerySet[Any]:
    """With the sex that may be used (`people.contested`): a restricted one is not recorded."""
    kind = contested.Kind.SEX
    records = [r for one in contested.restricted() if one.kind == kind for r in one.records]
    unusable = When(record__in=records, then=Value(NOT_RECORDED))
    told: QuerySet[Any] = links.annotate(told_sex=Case(unusable, default=F("record__sex")))
    return told


def _repeats(scope: Scope) -> QuerySet[Any]:
    """Records before which the person had another in the same system within YEAR."""
    seen = rule.visible_links(scope).filter(
        person=OuterRef("person"),
        record__system=OuterRef("record__system"),
        record__recorded_on__lt=OuterRef("record__recorded_on"),
        record__recorded_on__gte=OuterRef("record__recorded_on") - YEAR,
    )
    return _told(rule.visible_links(scope).filter(Exists(seen)))


def _role(value: str) -> str:
    return str(InvolvementRole(value).label) if value in InvolvementRole.values else value


def _sex(value: str) -> str:
    return SEXES.get(value, value)


PEOPLE = Dataset(
    key="people",
    label="People",
    sentence="People of whom you may see a record, and those records",
    permissions=(Permission.PERSON_VIEW,),
    source=Table(_rows),
    day="record__recorded_on",
    dated="by the day a record was made",
    dimensions=(
        month("record__recorded_on"),
        Dimension("system", "System", "record__system", words=title),
        Dimension("role", "Role", "record__role", words=_role),
        Dimension("sex", "Sex", "told_sex", words=_sex),
    ),
    measures=(
        Measure("people", "Number of people", "people", Count("person", distinct=True), False),
        Measure("records", "Number of records", "records"),
    ),
    caveats=(
        "A person counts in each group that one of their records falls into.",
        "A role is what a record says, not what somebody has done.",
    ),
)
REPEATS = Dataset(
    key="repeats",
    label="Repeats",
    sentence="People with a further record in a system within a year of an earlier one there",
    permissions=(Permission.PERSON_VIEW,),
    source=Table(_repeats),
    day="record__recorded_on",
    dated="by the day of the later record",
    dimensions=PEOPLE.dimensions,
    measures=PEOPLE.measures,
    caveats=(
        "Counted are records that you may see: an earlier one may be closed to you.",
        "One occurrence recorded twice is a repeat, too: look at the records.",
    ),
)
DATASETS = (PEOPLE, REPEATS)
