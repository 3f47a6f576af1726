"""Pages of networks, paths and what is no link, seen from outside."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs.affiliations import CHILD
from gangs.network import build
from gangs.network.models import Node, NotALink
from people.models import BirthDate, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

PHONE, OTHER = "07700900123", "07700900456"


@pytest.fixture(autouse=True)
def _asked_once(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = False


def looking(role: str = "analyst", purpose: str = "CRIME-INV") -> Client:
    return with_purpose(signed_in(officer(role)), purpose, "20/123456/26")


def chain() -> list[Person]:
    """Wick, a phone with Poole, a phone of Poole with Reed."""
    names = (("Wick", [PHONE]), ("Poole", [PHONE, OTHER]), ("Reed", [OTHER]))
    found = [person(record("custody", surname=name, phones=phones)) for name, phones in names]
    build.rebuild()
    return found


@pytest.mark.parametrize("tab", ["tree", "table", "chart", "positions"])
def test_a_tab_shows_the_first_two_steps_and_is_recorded(tab: str) -> None:
    wick, poole, reed = chain()
    page = looking().get(f"/people/{wick.pk}/network?tab={tab}").content.decode()
    assert "Network of Wick" in page
    if tab != "positions":
        assert f'href="/people/{poole.pk}"' in page
        assert PHONE in page
    assert f'href="/people/{reed.pk}"' not in page
    event = Event.objects.get(action="network.viewed")
    assert event.shown[0]["people"] == [wick.pk, poole.pk]
    assert (event.subject_kind, event.subject_ids) == ("person", [str(wick.pk)])


def test_opening_somebody_goes_a_step_on_and_is_an_event_of_its_own() -> None:
    wick, poole, reed = chain()
    client = looking()
    first = client.get(f"/people/{wick.pk}/network?tab=table").content.decode()
    onward = re.search(rf'href="\?([^"]*open=p{poole.pk}[^"]*)"', looking_tree(client, wick))
    assert onward, first
    page = client.get(f"/people/{wick.pk}/network?{onward[1].replace('&amp;', '&')}")
    assert f'href="/people/{reed.pk}"' in page.content.decode()
    assert "Close" in page.content.decode()
    last = Event.objects.filter(action="network.viewed").latest("at")
    assert last.query["opened"] == [f"p{poole.pk}"]
    assert reed.pk in last.shown[0]["people"]


def looking_tree(client: Client, someone: Person) -> str:
    return client.get(f"/people/{someone.pk}/network").content.decode()


def test_the_table_has_every_link_of_the_chart() -> None:
    wick = chain()[0]
    client = looking()
    chart = client.get(f"/people/{wick.pk}/network?tab=chart").content.decode()
    table = client.get(f"/people/{wick.pk}/network?tab=table").content.decode()
    links = r'data-from="(\w+)" data-to="(\w+)"'
    assert re.findall(links, chart) == re.findall(links, table)
    things = set(re.findall(r'data-code="(\w+)"', chart))
    assert things == {code for pair in re.findall(links, table) for code in pair}
    assert "style=" not in chart
    assert 'id="__________cytoscape_stylesheet"' in chart


def test_kind_source_and_day_narrow_and_stand_in_the_trail() -> None:
    one = record("custody", surname="Wick", phones=[PHONE], recorded_on=date(2024, 1, 1))
    two = record("pnc", surname="Poole", phones=[PHONE], recorded_on=date(2025, 1, 1))
    wick, poole = person(one), person(two)
    where = crime()
    involve(one, where, "suspect")
    involve(two, where, "victim")
    build.rebuild()
    client = looking()
    address = f"/people/{wick.pk}/network?tab=table"
    assert "20CR/000005/26" in client.get(address).content.decode()
    phones = client.get(f"{address}&kind=3").content.decode()
    assert "20CR/000005/26" not in phones
    assert f'href="/people/{poole.pk}"' in phones
    then = client.get(f"{address}&kind=3&known=2024-06-01").content.decode()
    assert f'href="/people/{poole.pk}"' not in then
    assert "As recorded by 1 June 2024" in then
    alone = client.get(f"{address}&source=custody").content.decode()
    assert f'href="/people/{poole.pk}"' not in alone
    query = Event.objects.filter(action="network.viewed").latest("at").query
    assert query["source"] == "custody"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (
        "Enter a day that has been" in client.get(f"{address}&known={tomorrow}").content.decode()
    )


def test_a_victim_is_called_a_victim_first_and_a_child_never_an_associate() -> None:
    harmed = record("crime_recording", surname="Poole", role="victim")
    child = record("gangs", surname="Young", role="subject", born_on=date(2012, 1, 1))
    victim, young = person(harmed), person(child)
    where, crew = crime(), gang()
    involve(harmed, where, "victim")
    involve(harmed, where, "suspect")
    involve(child, where, "suspect")
    affiliate(child, crew, "associate")
    build.rebuild()
    assert BirthDate.objects.filter(person=young).exists()
    client = looking("gangs-officer")
    page = client.get(f"/people/{victim.pk}/network?tab=table").content.decode()
    assert "Victim, Suspect" in page
    crews = client.get(f"/gangs/{crew.pk}/network?tab=table").content.decode()
    assert f'href="/people/{young.pk}"' in crews
    assert CHILD in crews
    assert "Associate" not in crews
    assert "Under 18" in crews
    closed = looking().get(f"/gangs/{crew.pk}/network?tab=table").content.decode()
    assert f'href="/people/{young.pk}"' not in closed  # the list of those harmed (F2)


def test_a_gangs_network_shows_its_people_and_what_they_share_and_is_about_the_gang() -> None:
    crew = gang()
    for name in ("Wick", "Poole"):
        one = record("gangs", surname=name, phones=[PHONE])
        person(one)
        affiliate(one, crew)
    build.rebuild()
    page = looking().get(f"/gangs/{crew.pk}/network?tab=table").content.decode()
    for words in ("Wick", "Poole", PHONE, "Member, evidenced", "3x5x2 2/B"):
        assert words in page
    event = Event.objects.get(action="network.viewed")
    assert (event.subject_kind, event.subject_ids) == ("gang", [str(crew.pk)])


def test_a_restricted_gangs_network_and_link_are_there_for_nobody_without_a_grant() -> None:
    crew = gang(restricted=True)
    one = record("gangs", surname="Wick", phones=[PHONE])
    someone = person(one)
    affiliate(one, crew)
    build.rebuild()
    client = looking()
    assert client.get(f"/gangs/{crew.pk}/network").status_code == 404
    page = client.get(f"/people/{someone.pk}/network?tab=table").content.decode()
    assert crew.name not in page
    assert "1 link between 2" in page


def test_an_officer_without_the_permission_is_refused() -> None:
    wick = chain()[0]
    client = looking("officer")
    for address in ("network", "network/path"):
        assert client.get(f"/people/{wick.pk}/{address}").status_code == 403


def test_a_path_is_asked_and_recorded_with_both_names_and_the_weakest_link() -> None:
    wick, _, reed = chain()
    client = looking()
    page = client.get(f"/people/{wick.pk}/network/path?to={reed.pk}").content.decode()
    assert "Path 1: 4 links" in page
    assert "Weakest link:" in page
    assert "one record, one system" in page
    assert "Without it the two are not connected" in page
    event = Event.objects.get(action="network.path_asked")
    assert event.subject_ids == [str(wick.pk), str(reed.pk)]


def test_no_path_says_what_it_means() -> None:
    wick = chain()[0]
    far = person(record("custody", surname="Stranger"))
    page = looking().get(f"/people/{wick.pk}/network/path?to={far.pk}").content.decode()
    assert "None in records you may see, within 4 links" in page
    assert "not counting shared places" in page


@pytest.mark.parametrize("typed", ["", "0", "abc", "self"])
def test_a_path_to_nobody_asks_again(typed: str) -> None:
    wick = chain()[0]
    to = str(wick.pk) if typed == "self" else typed
    answer = looking().get(f"/people/{wick.pk}/network/path?to={to}")
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not Event.objects.filter(action="network.path_asked").exists()


def phone_node() -> Node:
    return Node.objects.get(label=PHONE)


def test_a_listed_number_is_shown_and_not_walked_through() -> None:
    wick, poole, _ = chain()
    client = looking()
    node = phone_node().pk
    given = {"reason": "default", "explanation": "Typed by every shop",
             "review_on": timezone.localdate() + timedelta(days=90)}  # fmt: skip
    assert "is no link" in client.get(f"/network/not-a-link/add/{node}").content.decode()
    assert client.post(f"/network/not-a-link/add/{node}", given).status_code == 302
    page = client.get(f"/people/{wick.pk}/network?tab=table").content.decode()
    assert PHONE in page
    assert f'href="/people/{poole.pk}"' not in page
    assert "Many links: not walked through" in page
    listed = client.get("/network/not-a-link").content.decode()
    assert "Typed by every shop" in listed
    row = NotALink.objects.get()
    assert client.post(f"/network/not-a-link/{row.pk}/end").status_code == 302
    assert f'href="/people/{poole.pk}"' in looking_tree(client, wick)
    assert Event.objects.filter(action="not_a_link.set").count() == 1
    assert Event.objects.filter(action="not_a_link.ended").count() == 1


def test_a_refuge_is_in_no_network_and_its_address_not_on_the_list() -> None:
    wick, poole, _ = chain()
    client = looking()
    node = phone_node().pk
    given = {"reason": "refuge", "explanation": "Known to us",
             "review_on": timezone.localdate() + timedelta(days=90)}  # fmt: skip
    client.post(f"/network/not-a-link/add/{node}", given)
    for address in (
        f"/people/{wick.pk}/network?tab=table", f"/people/{poole.pk}/network?tab=table",
        "/network/not-a-link", f"/people/{wick.pk}/network?open=t{node & (1 << 56) - 1}",
    ):  # fmt: skip
        assert PHONE not in client.get(address).content.decode(), address
    assert client.get(f"/network/not-a-link/add/{node}").status_code == 404
    build.rebuild()
    assert PHONE not in client.get(f"/people/{wick.pk}/network").content.decode()


def test_a_number_that_the_officer_cannot_see_cannot_be_listed() -> None:
    person(record("domestic_abuse", surname="Wick", phones=[PHONE]))
    build.rebuild()
    node = phone_node().pk
    assert looking("supervisor").get(f"/network/not-a-link/add/{node}").status_code == 404
    assert looking("analyst").get(f"/network/not-a-link/add/{node}").status_code == 200


def test_positions_are_for_analysts_and_only_what_holds_is_shown() -> None:
    hub = record("custody", surname="Middle", phones=[f"077009002{n:02}" for n in range(12)])
    middle = person(hub)
    for number in range(12):
        person(record("custody", surname=f"Leaf{number}", phones=[f"077009002{number:02}"]))
    build.rebuild()
    address = f"/people/{middle.pk}/network?tab=positions"
    page = looking().get(address).content.decode()
    assert re.search(r"Middle</a></span>\s*: Among the five with most links. Holds in 100", page)
    assert "Leaf3</a></span>: Among" not in page
    other = looking("supervisor").get(address).content.decode()
    assert "Positions in this chart" not in other


def test_more_links_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    few = chain()[0]
    many = person(
        record("custody", surname="Many", phones=[f"077009003{n:02}" for n in range(30)])
    )
    for number in range(30):
        person(record("custody", surname=f"Leaf{number}", phones=[f"077009003{number:02}"]))
    build.rebuild()
    client = looking()
    for one in (few, many):
        with django_assert_max_num_queries(36):
            client.get(f"/people/{one.pk}/network?tab=table")


def test_a_refuge_is_not_shown_as_shared_among_associates_or_in_a_search() -> None:
    home = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}
    wick = person(record("custody", surname="Wick", addresses=[home]))
    poole = person(record("custody", surname="Poole", addresses=[home]))
    build.rebuild()
    index()
    client = looking()
    node = Node.objects.get(type=3)
    given = {"reason": "children", "explanation": "Registered with Ofsted",
             "review_on": timezone.localdate() + timedelta(days=90)}  # fmt: skip
    associates = f"/people/{wick.pk}/associates"
    asked = {"text": "12 Slade Road B23 7PJ", "code": "CRIME-INV", "reference": "20/123456/26"}
    tab = client.post("/people/search", asked)["Location"] + "/addresses"
    assert f'href="/people/{poole.pk}"' in client.get(associates).content.decode()
    assert "12 Slade" in client.get(tab).content.decode()
    client.post(f"/network/not-a-link/add/{node.pk}", given)
    assert f'href="/people/{poole.pk}"' not in client.get(associates).content.decode()
    assert f'href="/people/{poole.pk}"' not in client.get(tab).content.decode()


def test_a_link_is_an_assessment_only_where_nothing_but_graded_intelligence_says_so() -> None:
    said = {"grade": "2/C/P", "grade_scheme": "3x5x2", "handling": "Lawful sharing permitted"}
    wick = person(
        record("intelligence", surname="Wick", phones=[PHONE, OTHER], role="subject", **said),
        record("custody", surname="Wick", phones=[PHONE]),
    )
    build.rebuild()
    page = looking().get(f"/people/{wick.pk}/network?tab=table").content.decode()
    rows = {PHONE: "", OTHER: ""} | {
        number: row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)
        for number in (PHONE, OTHER) if number in row
    }  # fmt: skip
    assert "Assessment" in rows[OTHER]
    assert "3x5x2 2/C/P" in rows[OTHER]
    assert "Lawful sharing permitted" in rows[OTHER]
    assert "Assessment" not in rows[PHONE]
    assert "3x5x2" not in rows[PHONE]
