"""One box for everything: tabs with counts, seen from outside."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from crime.models import Crime
from people import holdings
from people.models import Person
from people.understand import read
from tests.crime_data import crime, gang
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.scope import scope_of
from wmp_search.search import client as opensearch

pytestmark = pytest.mark.django_db

ASKED = {"code": "CRIME-INV", "reference": "20/123456/26"}
HOME = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def search(client: Client, text: str) -> str:
    """The address of the results of a search for the text."""
    return str(client.post("/people/search", {**ASKED, "text": text})["Location"])


def tabs(page: str) -> dict[str, str]:
    """The tabs of a page with their counts."""
    found = re.findall(
        r'class="wmp-tabs__tab"[^>]*>(\w+)(?: <span class="wmp-tabs__count">([^<]*)</span>)?', page
    )
    return dict(found)


def a_street() -> tuple[Person, Person]:
    """Two people of one house, one of whom only restricted readers know to have a phone; a crime
    in the street.
    """
    first = person(
        record("custody", given_names="Robert", surname="Wick", addresses=[HOME],
               vehicles=["BD51SMR"], recorded_on=date(2024, 5, 3)),
        record("domestic_abuse", given_names="Robert", surname="Wick", phones=["07700900123"],
               addresses=[{**HOME, "house": "99"}]),
    )  # fmt: skip
    second = person(
        record("pnc", given_names="Jade", surname="Poole", phones=["07700900123"],
               addresses=[{**HOME, "street": "Slade Rd"}], vehicles=["BD51SMR"])
    )  # fmt: skip
    crime()
    crime("20CR/000006/26", tier=1)
    gang("Slade Road Crew")
    index()
    return first, second


def test_one_line_counts_everything_on_every_tab() -> None:
    a_street()
    client = looking()
    address = search(client, "at Slade Road B23 7PJ")
    expected = {
        "People": "2", "Crimes": "0", "Gangs": "0", "Addresses": "1", "Vehicles": "0",
        "Phones": "0",
    }  # fmt: skip
    assert tabs(client.get(address).content.decode()) == expected
    for tab in ("", "/crimes", "/gangs", "/addresses", "/vehicles", "/phones"):
        assert tabs(client.get(f"{address}{tab}").content.decode()) == expected
    assert tabs(client.get(search(client, "slade road")).content.decode())["Crimes"] == "1"
    assert tabs(client.get(search(client, "slade road")).content.decode())["Gangs"] == "1"


def test_an_address_leads_to_the_people_behind_it() -> None:
    first, second = a_street()
    client = looking()
    page = client.get(f"{search(client, 'at Slade Road')}/addresses").content.decode()
    assert "1 address for" in page
    assert page.index("12 Slade R") < page.index(f'href="/people/{first.pk}"')
    assert f'href="/people/{second.pk}"' in page
    assert "Custody · last recorded 3 May 2024" in page
    assert "99 Slade" not in page
    analyst = looking("analyst")
    page = analyst.get(f"{search(analyst, 'at Slade Road')}/addresses").content.decode()
    assert "2 addresses for" in page


def test_a_phone_shows_only_whom_visible_evidence_gives_it() -> None:
    first, second = a_street()
    found = {}
    for role in ("officer", "analyst"):
        client = looking(role)
        page = client.get(f"{search(client, '07700 900123')}/phones").content.decode()
        assert tabs(page)["Phones"] == "1"
        found[role] = {int(pk) for pk in re.findall(r'href="/people/(\d+)"', page)}
    assert found == {"officer": {second.pk}, "analyst": {first.pk, second.pk}}


def test_each_tab_is_one_event_with_what_it_showed_and_the_counts() -> None:
    first, second = a_street()
    client = looking()
    address = search(client, "BD51 SMR")
    client.get(f"{address}/vehicles")
    event = Event.objects.get(action="person.searched")
    assert set(event.subject_ids) == {str(first.pk), str(second.pk)}
    assert event.detail["tab"] == "vehicles"
    assert event.detail["tabs"]["vehicles"] == event.result_count == 1
    address = search(client, "slade road")
    client.get(f"{address}/crimes")
    event = Event.objects.get(action="crime.searched")
    assert (event.subject_kind, event.result_count) == ("crime", 1)
    client.get(f"{address}/gangs")
    assert Event.objects.filter(action="gang.listed", query__text="slade road").count() == 1


def test_a_stale_index_counts_nothing_that_sql_hides() -> None:
    first, second = a_street()
    Crime.objects.update(tier=1)
    Person.objects.filter(pk=first.pk).update(status="withdrawn")
    client = looking()
    assert tabs(client.get(search(client, "slade road")).content.decode())["Crimes"] == "0"
    page = client.get(f"{search(client, 'BD51 SMR')}/vehicles").content.decode()
    assert set(re.findall(r'href="/people/(\d+)"', page)) == {str(second.pk)}


def test_nobody_elses_tabs_open_and_a_role_without_gangs_has_no_tab() -> None:
    index()
    mine = looking()
    address = search(mine, "slade road")
    other = looking()
    for tab in ("crimes", "gangs", "addresses", "vehicles", "phones"):
        assert mine.get(f"{address}/{tab}").status_code == 200
        assert other.get(f"{address}/{tab}").status_code == 404


def test_everything_costs_one_request_and_people_go_on_without_a_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_street()
    client = looking()
    asked: list[Any] = []
    real = opensearch.client().msearch

    def counted(**given: Any) -> Any:
        asked.append(given)
        answer = real(**given)
        answer["responses"][-1] = {"status": 503, "error": {"type": "busy"}}  # of the gangs
        return answer

    monkeypatch.setattr(opensearch.client(), "msearch", counted)
    page = client.get(search(client, "robert wick slade road")).content.decode()
    assert len(asked) == 1
    assert tabs(page)["People"] == "1"
    assert tabs(page)["Gangs"] == ""


def test_keys_are_switched_off_on_the_device() -> None:
    client = looking()
    assert "data-keys" not in client.get("/help").content.decode()
    client.post("/display", {"theme": "", "keys_off": "1"})
    assert 'data-keys="off"' in client.get("/help").content.decode()
    client.post("/display", {"theme": ""})
    assert "data-keys" not in client.get("/help").content.decode()


def test_the_house_that_was_typed_comes_first_of_its_street() -> None:
    for house in ("2", "12", "Flat 3, 12", "120"):
        person(record("custody", surname="Wick", addresses=[{**HOME, "house": house}]))
    index()
    client = looking()
    for typed, first in (("12 slade road", ["Flat 3, 12", "12"]), ("120 slade rd", ["120"])):
        page = client.get(f"{search(client, typed)}/addresses").content.decode()
        listed = re.findall(r'wmp-result__name wmp-as-recorded">(.*?) Slade Road', page)
        assert len(listed) == 4
        assert set(listed[: len(first)]) == set(first), typed


@pytest.mark.parametrize(
    ("typed", "tab"),
    [
        *((text, "Vehicles") for text in ("51SMR", "BD51", "bd51s", "reg D51SM", "D5ISM")),
        *((text, "Phones") for text in ("900123", "0770090", "00900", "07700 9001")),
    ],
)
def test_a_part_of_a_registration_or_of_a_phone_finds_it(typed: str, tab: str) -> None:
    first, second = a_street()
    person(record("pnc", surname="Else", phones=["01214960000"], vehicles=["KX07ABC"]))
    index()
    client = looking()
    address = search(client, typed)
    counts = tabs(client.get(address).content.decode())
    other = "Phones" if tab == "Vehicles" else "Vehicles"
    assert (counts[tab], counts[other]) == ("1", "0")
    page = client.get(f"{address}/{tab.lower()}").content.decode()
    holders = {second.pk} if tab == "Phones" else {first.pk, second.pk}
    assert {int(pk) for pk in re.findall(r'href="/people/(\d+)"', page)} == holders


def test_a_part_of_a_number_alone_is_a_wide_search_and_a_name_asks_for_none() -> None:
    a_street()
    client = looking()
    for text, is_wide in (
        ("900123", True),
        ("07700 900123", False),
        ("robert wick 900123", False),
    ):
        client.get(search(client, text))
        event = Event.objects.filter(action="person.searched").latest("at")
        assert event.detail["wide"] is is_wide, text
    scope = scope_of(officer("officer"))
    for text in ("robert wick", "jade poole 1989", "robert wick WV10"):
        assert "wildcard" not in str(holdings.aside(read(text).criteria, scope)), text
