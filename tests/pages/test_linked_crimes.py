"""A crime's page: what happened when, and crimes that may be linked, as far as one may see."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from audit.replays import Look
from crime import linked
from crime.against import Facts, against, kilometres
from crime.models import Crime
from crime.place import Place
from crime.profile import profile
from crime.selectors import may_see_again
from people.models import Identifier, NominalRecord, Person
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from tests.search.scopes import scope
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope
from wmp_search.search import client as search_client

pytestmark = pytest.mark.django_db

SEEING = (Permission.CRIME_VIEW, Permission.PERSON_SEARCH, Permission.PERSON_VIEW)
OPEN = scope(*SEEING)
EXACT = scope(*SEEING, Permission.CRIME_EXACT_PLACE)
RESTRICTED = scope(*SEEING, Permission.PERSON_VIEW_RESTRICTED)
FORCED = "Entry forced through rear patio door, tidy search, jewellery taken"
SUSPECT, VEHICLE, PLACE, METHOD = range(4)
ELSEWHERE = {"postcode": "B70 6PP", "location": "High Street"}


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def leads(one: Crime, who: Scope, which: int) -> dict[int, linked.Lead]:
    shown = profile(one.pk, who)
    assert shown is not None
    return {lead.crime.crime_id: lead for lead in linked.of_crime(shown, who).lists[which].leads}


def somebody(*roles: tuple[Crime, str], vehicles: tuple[str, ...] = (), **of: Any) -> Person:
    """A person with one record, in these roles, with vehicles."""
    one = record("crime_recording", **{"surname": "Wick", "vehicles": list(vehicles), **of})
    made = person(one)
    for value in vehicles:
        Identifier.objects.get_or_create(
            person=made, kind=Identifier.Kind.VEHICLE, value=value,
            defaults={"records": [one.pk], "tier": one.tier, "rank": 0},
        )  # fmt: skip
    for of_crime, role in roles:
        involve(one, of_crime, role)
    return made


@pytest.mark.parametrize(
    ("here", "there", "is_linked"),
    [
        ("suspect", "charged", True),
        ("arrested", "suspect", True),
        ("convicted", "arrested", True),
        ("victim", "victim", False),
        ("witness", "witness", False),
        ("suspect", "victim", False),
        ("victim", "suspect", False),
        ("reporting", "suspect", False),
        ("suspect", "involved", False),
    ],
)
def test_the_same_suspect_links_and_nobody_else_does(
    here: str, there: str, is_linked: bool
) -> None:
    one, other = crime("C1"), crime("C2", **ELSEWHERE)
    somebody((one, here), (other, there))
    index()
    found = leads(one, OPEN, SUSPECT)
    assert set(found) == ({other.pk} if is_linked else set())
    if is_linked:
        assert f"Wick: {there} there" in found[other.pk].reasons[0].replace(" WICK", " Wick")


def test_two_records_of_one_person_are_the_same_suspect() -> None:
    one, other = crime("C1"), crime("C2", **ELSEWHERE)
    first, second = record("crime_recording"), record("custody")
    person(first, second)
    involve(first, one, "suspect")
    involve(second, other, "charged")
    index()
    assert set(leads(one, OPEN, SUSPECT)) == {other.pk}


def test_a_vehicle_of_suspects_of_both_links_and_one_of_a_victim_does_not() -> None:
    one, other, third = crime("C1"), crime("C2", **ELSEWHERE), crime("C3", **ELSEWHERE)
    somebody((one, "suspect"), (third, "suspect"), vehicles=("BD51SMR",))
    somebody((other, "charged"), surname="Ashdown", vehicles=("BD51SMR",))
    somebody((third, "victim"), surname="Holt", vehicles=("BD51SMR",))
    index()
    found = leads(one, OPEN, VEHICLE)
    assert set(found) == {other.pk}
    assert found[other.pk].reasons[0].startswith("Vehicle BD51SMR is recorded with")
    assert "Ashdown" not in str(found)  # the other is not named here


def test_a_vehicle_of_a_victim_here_links_nothing() -> None:
    one, other = crime("C1"), crime("C2", **ELSEWHERE)
    somebody((one, "victim"), vehicles=("BD51SMR",))
    somebody((one, "suspect"), surname="Holt")
    somebody((other, "suspect"), surname="Ashdown", vehicles=("BD51SMR",))
    index()
    assert not leads(one, OPEN, VEHICLE)


def test_the_same_place_is_exact_for_who_may_know_it_and_a_hexagon_else() -> None:
    at: dict[str, Any] = {
        "latitude": 52.5200,
        "longitude": -1.8500,
        "postcode": "",
        "location": "",
    }
    one = crime("C1", **at)
    near = crime("C2", **at | {"latitude": 52.52008})  # 9 m
    crime("C3", **at | {"latitude": 52.53})  # 1.1 km
    index()
    exact, rough = leads(one, EXACT, PLACE), leads(one, OPEN, PLACE)
    assert set(exact) == {near.pk}
    assert "within 50 m" in exact[near.pk].reasons[0]
    assert set(rough) == {near.pk}
    assert "hexagon" in rough[near.pk].reasons[0]


def test_places_that_a_system_has_moved_are_not_the_same_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = crime("C1")
    crime("C2")
    index()
    assert leads(one, OPEN, PLACE)
    monkeypatch.setattr("crime.place.snapped", lambda: frozenset({"crime_recording"}))
    assert not leads(one, OPEN, PLACE)


def test_a_similar_method_names_the_shared_words_and_what_is_against_it() -> None:
    group: dict[str, Any] = {
        "category": "Burglary", "mo": FORCED, "postcode": "", "location": "",
    }  # fmt: skip
    one = crime("C1", latitude=52.52, longitude=-1.85, **group)
    alike = crime(
        "C2", latitude=52.42, longitude=-1.85,
        **group | {"mo": "Rear patio doors forcing, jewellery stolen"},
        occurred_from=datetime(2022, 5, 2, 12, 30, tzinfo=UTC),
    )  # fmt: skip
    crime("C3", **group | {"mo": "Window smashed with a garden tool"})
    crime("C4", **group | {"category": "Vehicle crime"})
    index()
    found = leads(one, OPEN, METHOD)
    assert set(found) == {alike.pk}
    (reason,) = found[alike.pk].reasons
    for word in ("forced", "rear", "patio", "door", "jewellery"):
        assert word in reason
    assert "search" not in reason
    assert [a.split(",")[0] for a in found[alike.pk].against] == [
        "11 km apart", "2.0 years between", "at about 13:00",
    ]  # fmt: skip


def test_how_sexual_offences_were_done_is_not_compared() -> None:
    group = {"category": "Violence and sexual offences", "mo": FORCED, **ELSEWHERE}
    one = crime("C1", **group, offence="Rape of a female", offence_code="019/08")
    other = crime("C2", **group)
    index()
    assert not leads(one, RESTRICTED, METHOD)
    assert not leads(other, RESTRICTED, METHOD)


def _hidden(one: Crime) -> list[Crime]:
    """Crimes that would be in every list, if they were not restricted; and a hidden person's."""
    same: dict[str, Any] = {"category": "Burglary", "mo": FORCED, "tier": 1}
    hidden = [crime(f"H{n}", **same) for n in range(4)]
    suspect = Person.objects.get(link__record__in=[i.record_id for i in one.involvements.all()])
    mine = NominalRecord.objects.get(link__person=suspect)
    for other in hidden:
        involve(mine, other, "suspect")
        somebody((other, "suspect"), surname="Ashdown", vehicles=("BD51SMR",))
    return hidden


def test_what_is_hidden_is_in_no_list_and_changes_none() -> None:
    one = crime("C1", category="Burglary", mo=FORCED)
    words = "Rear patio door forced, nothing taken, alarm cut"
    other = crime("C2", category="Burglary", mo=words)
    crime("C4", category="Burglary", mo="Rear door opened with a key")
    somebody((one, "suspect"), (other, "suspect"), vehicles=("BD51SMR",))
    somebody((other, "suspect"), surname="Holt", vehicles=("BD51SMR",))
    index()
    before = linked.of_crime(_shown(one, OPEN), OPEN)
    assert all(a.leads for a in before.lists)
    hidden = _hidden(one)
    index()
    assert linked.of_crime(_shown(one, OPEN), OPEN) == before
    all_of_it = linked.of_crime(_shown(one, RESTRICTED), RESTRICTED)
    assert {h.pk for h in hidden} <= set(all_of_it.crime_ids)


def test_a_suspect_whose_record_is_hidden_links_nothing() -> None:
    one, other = crime("C1"), crime("C2", **ELSEWHERE)
    hidden = record("domestic_abuse", surname="Quillfeather")
    person(hidden)
    involve(hidden, one, "suspect")
    involve(hidden, other, "suspect")
    index()
    assert not leads(one, OPEN, SUSPECT)
    assert leads(one, RESTRICTED, SUSPECT)


def _shown(one: Crime, who: Scope) -> Any:
    shown = profile(one.pk, who)
    assert shown is not None
    return shown


def test_the_page_says_leads_tells_the_time_and_records_what_it_showed() -> None:
    one = crime(
        "C1", outcome="Charged", reported_on=date(2024, 5, 3), category="Burglary", mo=FORCED,
        occurred_to=datetime(2024, 5, 3, 6, tzinfo=UTC),
    )  # fmt: skip
    other = crime("C2", category="Burglary", mo=FORCED)
    somebody((one, "suspect"), (other, "charged"))
    index()
    page = looking().get(f"/crimes/{one.pk}").content.decode()
    lists = page[page.index('id="linked"') :]
    assert "leads to look into, not findings" in lists
    assert lists.count("Leads, not findings.") == 3  # suspect, place, method
    assert f'href="/crimes/{other.pk}"' in lists
    times = page[page.index('id="timeline"') : page.index('id="people"')]
    order = ["Began", "Ended, or was found", "Reported", "Suspect recorded", "Outcome: Charged"]
    places = [times.index(word) for word in order]
    assert places == sorted(places)
    row = Event.objects.get(action="crime.viewed")
    assert row.shown[0]["linked"] == [other.pk]


def test_without_the_index_the_page_is_there_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = crime("C1"), crime("C2")
    somebody((one, "suspect"), (other, "charged"))

    def away(*_: Any, **__: Any) -> Any:
        raise search_client.SearchUnavailable("away")

    monkeypatch.setattr(search_client, "search", away)
    page = looking().get(f"/crimes/{one.pk}").content.decode()
    assert page.count("cannot be asked at the moment") == 2
    assert f'href="/crimes/{other.pk}"' in page


def test_more_links_cost_no_more_queries_and_two_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = crime("C1", mo=FORCED, category="Burglary"), crime("C2", **ELSEWHERE)
    somebody((few, "suspect"), (crime("C3"), "suspect"), vehicles=("BD51SMR",))
    for number in range(12):
        vehicles = (f"BD5{number}SMR",)
        others = [crime(f"D{number}-{n}", **ELSEWHERE) for n in range(3)]
        somebody((many, "suspect"), *((o, "suspect") for o in others), vehicles=vehicles)
        somebody((others[0], "charged"), surname="Holt", vehicles=vehicles)
    index()
    asked: list[str] = []
    search = search_client.search

    def noted(name: str, *given: Any, **named: Any) -> dict[str, Any]:
        asked.append(name)
        return search(name, *given, **named)

    monkeypatch.setattr(search_client, "search", noted)
    counts = []
    for one in (few, many):
        shown = _shown(one, OPEN)
        with CaptureQueriesContext(connection) as queries:
            found = linked.of_crime(shown, OPEN)
        assert found.crime_ids
        assert all(len(a.leads) <= linked.MOST for a in found.lists)
        counts.append(len(queries))
    assert counts == [7, 7]
    assert len(asked) <= 2 + 1


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (Facts(None, None, None), Facts(None, None, None), 2),
        (Facts(Place(52.5, -1.8), date(2024, 1, 1), 1),
         Facts(Place(52.5, -1.8), date(2024, 2, 1), 23), 0),
        (Facts(Place(52.5, -1.8), date(2024, 1, 1), 1),
         Facts(Place(52.9, -1.8), date(2026, 2, 1), 13), 3),
    ],
)  # fmt: skip
def test_what_speaks_against_a_link(here: Facts, there: Facts, expected: int) -> None:
    assert len(against(here, there, is_method=True)) == expected


def test_kilometres_are_those_of_the_earth() -> None:
    birmingham, london = Place(52.4797, -1.9027), Place(51.5074, -0.1278)
    assert kilometres(birmingham, london) == pytest.approx(163, abs=1)


def test_a_replay_is_withheld_from_who_may_not_see_a_linked_crime() -> None:
    one, other = crime("C1"), crime("C2", tier=1)
    shown = [{"id": str(one.pk), "linked": [other.pk]}]
    look = Look("crime.viewed", (), "crime", (str(one.pk),), shown, {})
    assert not may_see_again(OPEN, look)
    assert may_see_again(RESTRICTED, look)
