"""Who was only ever harmed is found only under a purpose that covers victims (C2)."""

import pytest

from people import lens, rule
from people.models import Person
from tests.crime_data import crime, involve
from tests.officers import officer
from tests.people_data import person, record
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db

SUSPECTS, VICTIMS = Purpose("INTEL-DEV", "20/123456/26"), Purpose("SAFEGUARD", "20/123456/26")


def found(who: Person, purpose: Purpose, role: str = "officer") -> bool:
    lens.refresh()
    return rule.findable(scope_of(officer(role), purpose)).filter(pk=who.pk).exists()


def test_a_victim_is_not_found_in_a_search_for_suspects() -> None:
    who = person(record(role="victim"), record(role="witness"))
    assert not found(who, SUSPECTS)
    assert found(who, VICTIMS)


def test_one_suspicion_is_enough_to_be_found() -> None:
    assert found(person(record(role="victim"), record(role="suspect")), SUSPECTS)


def test_a_role_in_a_crime_counts() -> None:
    one = record(role="unclassified")
    who = person(one)
    assert found(who, SUSPECTS)  # nobody said what they were
    involve(one, crime(), "victim")
    assert not found(who, SUSPECTS)
    involve(one, crime("20CR/000006/26"), "suspect")
    assert found(who, SUSPECTS)


def test_what_a_scope_may_not_see_does_not_make_a_victim_a_suspect() -> None:
    who = person(record(role="victim"), record("domestic_abuse", role="suspect"))
    lens.refresh()
    assert Person.objects.get(pk=who.pk).harmed_at == [0]
    assert not found(who, SUSPECTS)
