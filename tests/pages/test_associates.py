"""Who shares something with a person, by evidence that the scope is shown, seen from outside."""

import re
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from people.models import Person
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.search import client as opensearch

pytestmark = pytest.mark.django_db

HOME = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}


def looking(role: str = "officer", purpose: str = "CRIME-INV") -> Client:
    return with_purpose(signed_in(officer(role)), purpose, "20/123456/26")


def listed(client: Client, someone: Person) -> tuple[set[int], str]:
    """The people on the page of the person's associates, and the page."""
    page = client.get(f"/people/{someone.pk}/associates").content.decode()
    found = {int(pk) for pk in re.findall(r'<a class="govuk-link" href="/people/(\d+)"', page)}
    return found - {someone.pk}, page


def test_each_kind_of_link_is_shown_with_how_and_when() -> None:
    suspect = record("crime_recording", surname="Wick", role="suspect", vehicles=["BD51SMR"],
                     event_ref="20CR/000005/26", addresses=[HOME])  # fmt: skip
    someone = person(suspect)
    lodger = person(record("pnc", surname="Poole", addresses=[{**HOME, "street": "Slade Rd"}]))
    driver = person(record("stop_search", surname="Reed", vehicles=["BD51SMR"], role="stopped"))
    other = record("crime_recording", surname="Chaudhry", role="suspect",
                   event_ref="20CR/000005/26")  # fmt: skip
    partner = person(other)
    person(record("custody", surname="Stranger", addresses=[{**HOME, "house": "14"}]))
    one = crime()
    involve(suspect, one, "suspect")
    involve(other, one, "suspect")
    index()
    found, page = listed(looking(), someone)
    assert found == {lodger.pk, driver.pk, partner.pk}
    for words in ("Address 12 Slade", "Vehicle BD51SMR", "Crime 20CR/000005/26"):
        assert words in page
    assert "Police National Computer, 3 May 2024" in page
    assert "This person: Suspect, 2 May 2024" in page
    assert page.count("20CR/000005/26") == 1  # the crime and the record of it are one event
    event = Event.objects.get(action="person.searched")
    assert set(event.subject_ids) == {str(p.pk) for p in (someone, lodger, driver, partner)}
    assert event.detail["reach"]


def test_hidden_evidence_links_nobody() -> None:
    someone = person(
        record("custody", surname="Wick"),
        record("domestic_abuse", surname="Wick", phones=["07700900123"]),
    )
    other = person(record("pnc", surname="Poole", phones=["07700900123"]))
    index()
    assert listed(looking(), someone)[0] == set()
    assert listed(looking(), other)[0] == set()
    assert listed(looking("analyst"), someone)[0] == {other.pk}


def test_who_was_only_ever_harmed_is_listed_under_a_purpose_that_covers_victims_alone() -> None:
    from people import lens

    someone = person(record("custody", surname="Wick", addresses=[HOME]))
    victim = person(record("crime_recording", surname="Poole", role="victim", addresses=[HOME]))
    lens.refresh()
    index()
    assert listed(looking(purpose="INTEL-DEV"), someone)[0] == set()
    assert listed(looking(purpose="CRIME-INV"), someone)[0] == {victim.pk}


def test_a_stale_index_links_nobody_and_a_missing_one_says_so(monkeypatch: Any) -> None:
    someone = person(record("custody", surname="Wick", addresses=[HOME]))
    gone = person(record("custody", surname="Poole", addresses=[HOME]))
    index()
    Person.objects.filter(pk=gone.pk).update(status="withdrawn")
    client = looking()
    assert listed(client, someone)[0] == set()

    def away(*_args: Any, **_kwargs: Any) -> Any:
        raise opensearch.SearchUnavailable("away")

    monkeypatch.setattr(opensearch, "search", away)
    assert client.get(f"/people/{someone.pk}/associates").status_code == 503
    assert client.get(f"/people/{someone.pk}").status_code == 200
