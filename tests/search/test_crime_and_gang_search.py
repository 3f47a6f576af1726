"""Searching crimes and gangs, within what the scope may see."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crime.models import Crime
from crime.search import SPEC, CrimeCriteria, CriteriaError
from crime.search import search as search_crimes
from crime.selectors import visible as visible_crimes
from gangs.models import Gang
from gangs.search import search as search_gangs
from gangs.selectors import visible as visible_gangs
from tests.people_data import index, next_id
from tests.search.scopes import EVERYTHING, scope
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import outbox

pytestmark = pytest.mark.django_db

CHANGED = datetime(2026, 1, 5, 9, tzinfo=UTC)
CRIMES = scope(Permission.CRIME_VIEW)
RESTRICTED_TOO = scope(
    Permission.CRIME_VIEW, Permission.PERSON_SEARCH, Permission.PERSON_VIEW_RESTRICTED
)


def _crime(number: str, **fields: object) -> Crime:
    pk = next_id()
    made = Crime.objects.create(
        pk=pk, system="crime_recording", source_ref=f"C{pk}", crime_number=number,
        changed_at=CHANGED, **fields,
    )  # fmt: skip
    outbox.queue("crime", [pk])
    return made


@pytest.fixture
def burglary() -> Crime:
    made = _crime(
        "20BW/123456/24", offence="Burglary - residential", category="burglary",
        offence_code="028/01", location="On or near Soho Road", postcode="B21 9AA",
        lsoa="E01008881", lsoa_name="Birmingham 031A", month=date(2024, 5, 1),
    )  # fmt: skip
    _crime("20BW/999999/24", offence="Theft from a vehicle", location="On or near High Street")
    _crime("20BW/777777/24", offence="Burglary - residential", location="Elsewhere", tier=1)
    index()
    return made


@pytest.mark.parametrize(
    "text",
    [
        "20BW/123456/24", "20bw 123456 24", "burglary soho road", "burglery soho", "B21 9AA",
        "b219aa burglary", "burglary B21 9AA", "2024-05 burglary", "E01008881", "028/01 soho",
    ],
)  # fmt: skip
def test_a_crime_is_found_by_what_is_known_of_it(burglary: Crime, text: str) -> None:
    found = search_crimes(CrimeCriteria(text=text), CRIMES)
    assert [m.crime_id for m in found.matches][:1] == [burglary.pk]


@pytest.mark.parametrize("who", [CRIMES, RESTRICTED_TOO], ids=["open", "restricted"])
def test_crimes_in_the_index_and_in_sql_are_the_same(burglary: Crime, who: Scope) -> None:
    found = search_crimes(CrimeCriteria(text="residential"), who)
    in_sql = visible_crimes(who).filter(offence__contains="residential")
    assert sorted(m.crime_id for m in found.matches) == sorted(c.pk for c in in_sql)


def test_the_outcomes_of_a_crime_are_read_after_its_version(burglary: Crime) -> None:
    with CaptureQueriesContext(connection) as asked:
        list(SPEC.documents([burglary.pk]))
    tables = [q["sql"] for q in asked if "crime_crime" in q["sql"] or "crime_outcome" in q["sql"]]
    assert "crime_crime" in tables[0]
    assert "crime_outcome" in tables[1]


def test_without_permission_no_search_takes_place(burglary: Crime) -> None:
    with pytest.raises(PermissionDenied):
        search_crimes(CrimeCriteria(text="burglary"), EVERYTHING)
    with pytest.raises(PermissionDenied):
        search_gangs("Soho", EVERYTHING)


@pytest.mark.parametrize("text", ["", "...", "x" * 201])
def test_an_empty_or_endless_text_is_refused(text: str) -> None:
    with pytest.raises(CriteriaError):
        CrimeCriteria(text=text)


def test_a_restricted_gang_is_found_by_roles_with_a_grant_only() -> None:
    group = Group.objects.create(name="gangs unit")
    plain = _gang("Soho Road Firm")
    hidden = _gang("Soho Shadows", restricted=True)
    from guardian.shortcuts import assign_perm

    assign_perm("see_gang", group, hidden)
    outbox.queue("gang", [plain.pk, hidden.pk])
    index()
    for who, expected in (
        (scope(Permission.GANG_VIEW), {plain.pk}),
        (scope(Permission.GANG_VIEW, group_ids=(group.pk,)), {plain.pk, hidden.pk}),
        (scope(Permission.GANG_VIEW, group_ids=(group.pk + 1,)), {plain.pk}),
    ):
        assert {m.gang_id for m in search_gangs("soho", who).matches} == expected
        assert set(visible_gangs(who).values_list("pk", flat=True)) == expected


def test_a_gang_is_found_by_another_name_misspelt() -> None:
    gang = _gang("Northside", aliases=["Ladywood Mafia"], area="Ladywood")
    outbox.queue("gang", [gang.pk])
    index()
    found = search_gangs("ladywod mafia", scope(Permission.GANG_VIEW))
    assert [m.gang_id for m in found.matches] == [gang.pk]


def _gang(name: str, **fields: object) -> Gang:
    pk = next_id()
    return Gang.objects.create(
        pk=pk, system="gangs", source_ref=f"G{pk}", name=name, changed_at=CHANGED, **fields
    )
