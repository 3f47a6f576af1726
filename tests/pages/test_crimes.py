"""Searching for crimes and seeing one, seen from outside."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def test_a_crime_is_found_by_number_street_and_offence_and_the_search_is_recorded() -> None:
    wanted = crime(outcome="Charged")
    crime(
        "20CR/000006/26", offence="Theft from a shop", location="High Street", postcode="B70 6PP"
    )
    index()
    client = looking()
    for text in ("20CR/000005/26", "slade road", "burglary b23 7pj"):
        answer = client.post("/crimes/search", {"text": text, **PURPOSE}, follow=True)
        page = answer.content.decode()
        assert "1 crime for" in page
        assert f'href="/crimes/{wanted.pk}"' in page
        assert "slade" not in answer.redirect_chain[0][0]
    row = Event.objects.filter(action="crime.searched").first()
    assert row is not None
    assert (row.subject_ids, row.result_count) == ([str(wanted.pk)], 1)
    assert row.query["text"] == "burglary b23 7pj"


def test_a_crime_search_needs_a_purpose() -> None:
    client = signed_in(officer("officer"))
    answer = client.post("/crimes/search", {"text": "slade road", "code": "", "reference": ""})
    assert answer.status_code == 400
    assert "Choose why you are looking" in answer.content.decode()


def test_the_page_shows_outcomes_and_everybody_by_role() -> None:
    one = crime(outcome="Charged")
    victim = record("crime_recording", surname="Chaudhry", role="victim", born_on=date(2015, 3, 4))
    suspect = record("crime_recording", surname="Wick", role="suspect")
    people = {"victim": person(victim), "suspect": person(suspect)}
    involve(victim, one, "victim")
    involve(suspect, one, "suspect")
    page = looking().get(f"/crimes/{one.pk}").content.decode()
    assert "Charged, 1 June 2024" in page
    table = page[page.index("People involved") :]
    assert table.index("Suspect") < table.index("Wick") < table.index("Victim")
    for someone in people.values():
        assert f'href="/people/{someone.pk}"' in table
    assert "Under 18" in table
    row = Event.objects.get(action="crime.viewed")
    assert sorted(row.shown[0]["people"]) == sorted(p.pk for p in people.values())


@pytest.mark.parametrize(("born", "young"), [("2014-05-03", True), ("2014-05-02", False)])
def test_of_a_child_under_ten_no_word_of_suspicion_is_said(born: str, young: bool) -> None:
    one = crime()  # of 2 May 2024
    named = record("crime_recording", surname="Wick", born_on=date.fromisoformat(born))
    someone = person(named)
    involve(named, one, "suspect")
    crime_page = looking().get(f"/crimes/{one.pk}").content.decode()
    crimes = looking().get(f"/people/{someone.pk}").content.decode()
    for page, start in ((crime_page, "People involved"), (crimes, 'id="crimes"')):
        table = page[page.index(start) :].split("</table>")[0]
        assert ("Child under 10, recorded as involved" in table) is young
        assert (re.search(r">\s*Suspect\s*<", table) is None) is young
    assert ("Nobody you may see is suspected" in crime_page) is young


def test_an_involvement_of_a_restricted_record_is_not_there_for_an_officer() -> None:
    one = crime()
    hidden = record("domestic_abuse", surname="Quillfeather")
    person(hidden)
    involve(hidden, one, "suspect")
    assert "Quillfeather" not in looking().get(f"/crimes/{one.pk}").content.decode()
    assert "Quillfeather" in looking("analyst").get(f"/crimes/{one.pk}").content.decode()


def test_a_restricted_crime_can_neither_be_found_nor_seen_nor_met_on_a_persons_page() -> None:
    one = crime(tier=1)
    suspect = record("crime_recording", surname="Wick")
    someone = person(suspect)
    involve(suspect, one, "suspect")
    index()
    client = looking()
    found = client.post("/crimes/search", {"text": "slade road", **PURPOSE}, follow=True)
    assert "0 crimes" in found.content.decode()
    assert client.get(f"/crimes/{one.pk}").status_code == 404
    assert "Burglary" not in client.get(f"/people/{someone.pk}").content.decode()
    assert "Burglary" in looking("analyst").get(f"/people/{someone.pk}").content.decode()


def test_a_persons_page_lists_their_crimes_with_the_role() -> None:
    one = crime(outcome="Charged")
    suspect = record("crime_recording", surname="Wick", role="victim")
    someone = person(suspect)
    involve(suspect, one, "suspect")
    page = looking().get(f"/people/{someone.pk}").content.decode()
    table = page[page.index('id="crimes"') :]
    for text in ("Suspect", "20CR/000005/26", "Burglary in a dwelling", "Charged"):
        assert text in table
    assert "Only ever" not in page  # the role in the crime counts too


def test_a_record_that_only_names_somebody_takes_its_role_from_the_crime() -> None:
    named = record("crime_recording", given_names="Amina", surname="Wick", role="unclassified")
    someone = person(named)
    involve(named, crime(), "victim")
    involve(named, crime("20CR/9/26", tier=1), "suspect")
    index()
    client = looking()
    found = client.post("/people/search", {"text": "amina wick", **PURPOSE}, follow=True)
    assert "Only ever recorded as victim" in found.content.decode()
    page = client.get(f"/people/{someone.pk}").content.decode()
    assert "Only ever recorded as victim" in page
    assert "Unclassified" not in page
    assert "Only ever" not in looking("analyst").get(f"/people/{someone.pk}").content.decode()


def test_more_people_in_a_crime_cost_no_more_queries(django_assert_num_queries: Any) -> None:
    few, many = crime("C1"), crime("C2")
    for number, one in [(1, few), *((n, many) for n in range(20))]:
        suspect = record("crime_recording", surname=f"Wick{number}")
        person(suspect)
        involve(suspect, one, "suspect")
    index()
    client = looking()
    for one in (few, many):
        # session, officer, roles; crime, outcomes, involvements, links; eight of people; five of
        # linked crimes; three of late feeds, which are kept for 30 s outside tests
        with django_assert_num_queries(25):
            client.get(f"/crimes/{one.pk}")
