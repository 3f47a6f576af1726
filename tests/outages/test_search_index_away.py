"""OpenSearch is away: dates of birth and numbers are found in PostgreSQL, under the same rule."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from people import fallback
from people.criteria import PersonCriteria
from people.models import Person, Restriction
from people.search import Strength, search
from tests.officers import officer, unit
from tests.outages.test_servers_away import ASKED, Browser, at_work, refused
from tests.people_data import index, person, record
from tests.relay import Relay
from tests.search.scopes import EVERYTHING, OPEN

pytestmark = pytest.mark.django_db(transaction=True)
BANNER = "The search index is away"


@pytest.fixture
def robert() -> Person:
    made = person(
        record(
            given_names="Robert", surname="Featherstone", born_on=date(1989, 6, 8),
            pnc_id="1981/0000034U", phones=["07700900123"], vehicles=["AB12CDE"],
            emails=["bob@example.org"],
        )
    )  # fmt: skip
    person(record(given_names="Mary", surname="Quigley", born_on=date(1989, 6, 8)))
    index()
    return made


def _page(client: Browser, text: str) -> tuple[int, str]:
    answer = client.post("/people/search", {**ASKED, "text": text}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "Robert Featherstone 08/06/1989", "Bob Fetherstone 8.6.89", "Featherstone 06/08/1989",
        "81/34U", "1981/0000034U", "+44 7700 900 123", "ABI2 CDE", "BOB@example.org",
    ],
)  # fmt: skip
def test_dates_and_numbers_are_found_without_the_index_marked_and_audited(
    text: str, robert: Person, opensearch_relay: Relay
) -> None:
    client = at_work()
    opensearch_relay.cut()
    status, page = _page(client, text)
    assert status == 200, text
    assert "Featherstone" in page
    assert BANNER in page
    assert "Quigley" not in page
    event = Event.objects.get(action=Action.PERSON_SEARCHED)
    assert event.detail["index_build"] == fallback.BUILD
    assert event.subject_ids == [str(robert.pk)]


def test_with_the_index_back_there_is_no_banner(robert: Person, opensearch_relay: Relay) -> None:
    client = at_work()
    opensearch_relay.cut()
    assert BANNER in _page(client, "Robert Featherstone 08/06/1989")[1]
    opensearch_relay.restore()
    status, page = _page(client, "Robert Featherstone 08/06/1989")
    assert (status, BANNER in page) == (200, False)


def test_a_name_alone_is_not_said_to_be_unknown(robert: Person, opensearch_relay: Relay) -> None:
    client = at_work()
    address = client.post("/people/search", ASKED)["Location"]
    opensearch_relay.cut()
    refused(client, address, "The search index is unavailable")


def test_nobody_is_found_who_is_hidden(robert: Person, opensearch_relay: Relay) -> None:
    protected = person(
        record("domestic_abuse", given_names="Robert", surname="Hiddenham",
               born_on=date(1989, 6, 8), pnc_id="1979/0163001B")
    )  # fmt: skip
    _restrict(robert)
    index()
    opensearch_relay.cut()
    by_birth = PersonCriteria(name="Robert Featherstone", born_on="1989-06-08")
    by_number = PersonCriteria(identifier="81/34U", more_identifiers=("79/163001B",))
    for criteria in (by_birth, by_number):
        assert search(criteria, OPEN, fall_back=True).matches == ()
    found = search(by_number, EVERYTHING, fall_back=True)
    assert [m.person_id for m in found.matches] == [protected.pk]
    assert found.matches[0].strength is Strength.STRONG


def test_the_api_says_that_the_answer_is_not_the_index_s(
    robert: Person, opensearch_relay: Relay
) -> None:
    client = at_work()
    opensearch_relay.cut()
    asked: dict[str, Any] = {
        "name": "Robert Featherstone", "born_on": "1989-06-08",
        "purpose": {"code": "CRIME-INV", "reference": "20/123456/26"},
    }  # fmt: skip
    answer = client.post("/api/v1/people/search", asked, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["degraded"] is True
    assert answer.json()["results"][0]["name"] == "Robert Featherstone"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, 1),
        ({"filters": {"source": ["custody"]}}, 1),
        ({"filters": {"source": ["pnc"]}}, 0),
        ({"filters": {"age": ["0-17"]}}, 0),
        ({"filters": {"age": ["35-44"], "source": ["pnc", "custody"]}, "sort": "last_seen"}, 1),
        ({"exact": True}, 0),  # the date is the one with day and month exchanged
    ],
)
def test_filters_and_exactness_hold_without_the_index(
    more: dict[str, Any], found: int, robert: Person, opensearch_relay: Relay
) -> None:
    client = at_work()
    asked: dict[str, Any] = {
        "name": "Robert Featherstone", "born_on": "1989-08-06", "counts": True, **more,
        "purpose": {"code": "CRIME-INV", "reference": "20/123456/26"},
    }  # fmt: skip
    answers = []
    for is_away in (False, True):
        if is_away:
            opensearch_relay.cut()
        answer = client.post("/api/v1/people/search", asked, content_type="application/json")
        assert answer.status_code == 200, answer.content
        answers.append(answer.json())
    whole, degraded = answers
    assert degraded.pop("degraded") is True
    assert len(degraded["results"]) == found
    for answer in answers:
        del answer["audit_id"], answer["took_ms"]
    assert degraded == whole


def _restrict(whom: Person) -> None:
    Restriction.objects.create(
        person=whom, root=uuid4(), level="restricted", reason="Test", notice=False,
        owner_unit=unit("Elsewhere"), owner=officer("supervisor"), records=[],
        review_on=timezone.localdate() + timedelta(days=30), set_at=timezone.now(),
    )  # fmt: skip
