"""What may be counted of crimes and of who is recorded in them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet

from crime import hour_counts, naming, selectors
from crime.models import Involvement
from crime.search import SPEC, area_key, index_filter
from crime.trends import heat
from people import rule
from people.models import InvolvementRole
from people.sources import title
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.datasets import (
    Dataset,
    Dimension,
    Index,
    Kind,
    Listing,
    Measure,
    Table,
    day,
    month,
)

LATE = "A month may still grow by what is recorded late."
MOVED = (
    "Sources such as data.police.uk move each place to a nearby point: near an edge a crime may "
    "stand in the next area."
)
RECORDED = "Recorded crime is what was reported and recorded: it rises with better recording, too."


def _weekday(value: str) -> str:
    return heat.NAMES[int(value)] if value.isdecimal() else value


def _hour(value: str) -> str:
    return heat.between(int(value)) if value.isdecimal() else value


def _category(value: str) -> str:
    return value.replace("-", " ").capitalize() if value.islower() else value


def _role(value: str) -> str:
    return str(InvolvementRole(value).label) if value in InvolvementRole.values else value


def _listed(ids: Sequence[int], scope: Scope) -> Sequence[Any]:
    known = {crime.crime_id: crime for crime in selectors.summaries(ids, scope)}
    return [known[pk] for pk in ids if pk in known]


def _involvements(scope: Scope) -> QuerySet[Involvement]:
    """Roles in crimes that the scope sees, of records that it is shown."""
    records = rule.visible_links(scope).values("record")
    crimes = selectors.visible(scope).values("pk")
    return Involvement.objects.filter(
        crime__in=crimes, record__in=records, deleted_at__isnull=True
    )


CRIMES = Dataset(
    key="crimes",
    label="Crimes",
    sentence="Recorded crimes that you may open",
    permissions=(Permission.CRIME_VIEW,),
    source=Index(SPEC.alias, index_filter, "crime_id"),
    day="day",
    dated="by the day a crime was committed, or else recorded",
    dimensions=(
        month("day"),
        day("day"),
        Dimension(
            "weekday",
            "Day of the week",
            "hour_of_week",
            Kind.WEEKDAY,
            size=8,
            words=_weekday,
            filters=False,
        ),
        Dimension("category", "Offence", "category", words=_category, release=True),
        Dimension("authority", "Authority", "authority", size=60, release=True),
        Dimension(
            "district",
            "Postcode district",
            "district",
            size=200,
            typed=area_key,
            hint="Such as B23",
        ),
        Dimension(
            "lsoa",
            "LSOA",
            "lsoa",
            size=2_000,
            typed=area_key,
            hint="Its code, such as E01008881",
            named=naming.lsoas,
            mapped="lsoa",
            caveat=MOVED,
        ),
        Dimension(
            "ward",
            "Ward",
            "ward",
            size=500,
            typed=str.strip,
            hint="Its name or code, where boundaries of wards are loaded",
            stored=naming.ward_codes,
            named=naming.wards,
            mapped="ward",
            caveat=MOVED,
        ),
        *(
            Dimension(
                f"hexagon_{number}",
                f"Hexagon of {words}",
                f"h3_{number}",
                size=2_000,
                filters=False,
                named=naming.hexagons,
                mapped="hexagon",
                caveat=MOVED,
            )
            for number, words in ((7, "2.4 km"), (8, "900 m"))
        ),
        Dimension("outcome", "Outcome", "outcome"),
        Dimension("offence_code", "Offence code", "offence_code", size=500, hint="Such as 028/01"),
        Dimension("system", "System", "system", size=60, words=title),
        Dimension(
            "area",
            "Area",
            "area_key",
            typed=area_key,
            hint="Postcode district (B23), authority (Walsall) or LSOA",
            splits=False,
        ),
    ),
    measures=(Measure("crimes", "Number of crimes", "crimes"),),
    caveats=(LATE, RECORDED),
    listing=Listing("crime", _listed, "crime/found.html"),
    judged=True,
)
INVOLVEMENTS = Dataset(
    key="involvements",
    label="People in crimes",
    sentence="Roles that records of people have in crimes, where you may see both",
    permissions=(Permission.CRIME_VIEW,),
    source=Table(_involvements),
    day="recorded_on",
    dated="by the day the role was recorded",
    dimensions=(
        month("recorded_on"),
        Dimension("role", "Role", "role", words=_role),
        Dimension("category", "Offence", "crime__category", words=_category),
        Dimension("system", "System", "system", words=title),
    ),
    measures=(
        Measure("involvements", "Number of roles", "roles"),
        Measure(
            "crimes", "Number of crimes", "crimes", Count("crime", distinct=True), adds_up=False
        ),
    ),
    caveats=("One person may have several roles, and several records.",),
)
HOURS = Dataset(
    key="hours",
    label="Hours of crimes",
    sentence="At what hours of the week crimes that you may open happened",
    permissions=(Permission.CRIME_VIEW,),
    source=Table(hour_counts.visible, timed=True, spread=hour_counts.spread),
    day="occurred_from",
    dated="by when a crime began",
    dimensions=(
        Dimension(
            "weekday", "Day of the week", "", Kind.WEEKDAY, size=7, words=_weekday, filters=False
        ),
        Dimension("hour", "Hour", "", Kind.HOUR, size=24, words=_hour, filters=False),
        Dimension("category", "Offence", "category", words=_category, splits=False),
        Dimension("authority", "Authority", "authority_of", size=60, splits=False),
        Dimension(
            "district",
            "Postcode district",
            "district_of",
            typed=area_key,
            hint="Such as B23",
            splits=False,
        ),
        Dimension("system", "System", "system", size=60, words=title, splits=False),
    ),
    measures=(Measure("crimes", "Crimes", "crimes"),),
    caveats=(RECORDED,),
    choices="crimes",
)
DATASETS = (CRIMES, HOURS, INVOLVEMENTS)
