"""The list of gangs and one gang's page, seen from outside."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from guardian.shortcuts import assign_perm

from audit.models import Event
from tests.crime_data import affiliate, gang
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def test_the_list_names_gangs_and_no_people_and_is_recorded() -> None:
    one = gang(aliases=["CSC"])
    member = record("gangs", surname="Wick")
    person(member)
    affiliate(member, one)
    page = looking().get("/gangs").content.decode()
    assert "Canal Street Crew" in page
    assert "CSC" in page
    assert "Wick" not in page
    assert Event.objects.get(action="gang.listed").subject_ids == [str(one.pk)]


def test_a_gang_is_found_by_another_name_and_the_search_is_recorded() -> None:
    gang(aliases=["The Towpath"])
    gang("Number Nine", area="Nechells")
    index()
    answer = looking().post("/gangs/search", {"text": "towpath", **PURPOSE}, follow=True)
    page = answer.content.decode()
    assert "1 gang for “towpath”" in page
    assert "Canal Street Crew" in page
    assert "Number Nine" not in page
    row = Event.objects.filter(action="gang.listed").latest("at")
    assert (row.query, row.result_count) == ({"text": "towpath"}, 1)


def test_members_and_those_harmed_are_on_lists_of_their_own_and_the_removed_on_none() -> None:
    one = gang()
    for name, status in (
        ("Memberson", "member"),
        ("Associateson", "associate"),
        ("Exploitedson", "exploited"),
        ("Riskson", "at_risk"),
        ("Removedson", "removed"),
    ):
        each = record("gangs", surname=name)
        person(each)
        affiliate(each, one, status)
    page = looking("safeguarding").get(f"/gangs/{one.pk}").content.decode()
    members, harmed = page[page.index('id="members"') :].split('id="harmed"')
    for name in ("Memberson", "Associateson"):
        assert name in members
        assert name not in harmed
    for name in ("Exploitedson", "Riskson"):
        assert name in harmed
        assert name not in members
    assert "Removedson" not in page
    for text in ("3x5x2 2/B", "Charged with evidenced members", "DI Farrell", "1 Jan 2099"):
        assert text in members
    assert Event.objects.get(action="gang.viewed").result_count == 4


def test_an_overdue_review_is_marked_on_both_pages() -> None:
    one, member = gang(), record("gangs", surname="Wick")
    someone = person(member)
    affiliate(member, one, review_on=date(2025, 9, 1))
    client = looking()
    for address in (f"/gangs/{one.pk}", f"/people/{someone.pk}"):
        assert "Review overdue" in client.get(address).content.decode()


def test_a_restricted_gang_is_there_only_for_a_role_with_a_grant() -> None:
    one = gang(restricted=True)
    member = record("gangs", surname="Wick")
    someone = person(member)
    affiliate(member, one)
    client = looking()
    assert client.get(f"/gangs/{one.pk}").status_code == 404
    for address in ("/gangs", f"/people/{someone.pk}"):
        assert "Canal Street Crew" not in client.get(address).content.decode()
    assign_perm("see_gang", Group.objects.get(name="role:officer"), one)
    for address in ("/gangs", f"/gangs/{one.pk}", f"/people/{someone.pk}"):
        assert "Canal Street Crew" in client.get(address).content.decode()


def test_a_member_known_only_from_restricted_records_is_not_listed_for_an_officer() -> None:
    one, member = gang(), record("domestic_abuse", surname="Quillfeather")
    person(member)
    affiliate(member, one)
    assert "Quillfeather" not in looking().get(f"/gangs/{one.pk}").content.decode()
    assert "Quillfeather" in looking("analyst").get(f"/gangs/{one.pk}").content.decode()


def test_more_members_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    few, many = gang("Few"), gang("Many")
    for number, one in [(1, few), *((n, many) for n in range(20))]:
        member = record("gangs", surname=f"Wick{number}")
        person(member)
        affiliate(member, one)
    client = looking()
    for one in (few, many):
        # session, officer, roles; gang, kept, delivered, links; seven of people; visit twice,
        # relations, crimes in common twice; three of other gangs; three of
        # late feeds, which are kept for 30 s outside tests
        with django_assert_max_num_queries(27):
            client.get(f"/gangs/{one.pk}")
