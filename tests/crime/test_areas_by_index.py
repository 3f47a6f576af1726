"""Crimes of an area by an index of its kind: the same crimes, and the index can be used."""

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet

from crime import area_names
from crime.models import Crime
from crime.search import area_key
from crime.trends import rows
from tests.crime_data import crime

pytestmark = pytest.mark.django_db


@pytest.fixture
def crimes() -> QuerySet[Crime]:
    crime("C1", postcode="B23 7PJ", lsoa="E01008881", lsoa_name="Birmingham 031A")
    crime("C2", postcode="WS1 1AA", lsoa="E01010262", lsoa_name="Walsall 001B")
    crime("C3", postcode="B2 3AA", lsoa="", lsoa_name="Stoke-on-Trent 002C")
    crime("C4", postcode="", lsoa="", lsoa_name="")
    crime("C5", postcode="B23 9ZZ", lsoa="E01008881", lsoa_name="Birmingham 031A", tier=1)
    crime("C6", postcode="B23 1AA", lsoa="B23", lsoa_name="B23 001A")  # one name, three kinds
    return Crime.objects.order_by("pk")


def _either(crimes: QuerySet[Crime], area: str) -> QuerySet[Crime]:
    """All ways at once."""
    key = area_key(area)
    named = crimes.alias(
        name_key=area_names.key(F("lsoa_name")),
        of_name=area_names.key(area_names.authority("lsoa_name")),
    )
    starts = Q(postcode__startswith=f"{key} ")
    return named.filter(Q(lsoa=key) | starts | Q(name_key=key) | Q(of_name=key))


@pytest.mark.parametrize(
    "area",
    [
        *("B23", "b23", "B2", "WS1", "E01008881", "Birmingham", "birmingham 031a", "Walsall"),
        *("Stoke-on-Trent", "stoke on trent", "Stoke on Trent 002C", "Atlantis", "B", "%"),
    ],
)
def test_the_crimes_of_an_area_are_those_of_every_way_together(
    crimes: QuerySet[Crime], area: str
) -> None:
    expected = list(_either(crimes, area)) if area_key(area) else []
    assert list(rows.in_area(crimes, area)) == expected


@pytest.mark.parametrize(
    ("area", "name"),
    [
        ("WS1", "crime_postcode"),
        ("E01010262", "crime_lsoa"),
        ("Walsall 001B", "crime_lsoa_key"),
        ("Walsall", "crime_authority_key"),
    ],
)
def test_each_kind_of_area_has_its_index(crimes: QuerySet[Crime], area: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.in_area(crimes.order_by(), area).explain()
    assert f"on {name} " in plan or f"using {name} " in plan
