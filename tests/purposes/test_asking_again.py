"""A living purpose is asked for again where the risk rises, in words, and once for a subject."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Event
from people.models import Person
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access import asking, living
from wmp_search.access.asking import SubjectFacts
from wmp_search.access.scope import NOBODY

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
GIVEN = {"code": "CRIME-INV", "reference": "20/123456/26"}


@pytest.fixture(autouse=True)
def _asks(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = True


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def someone(surname: str = "Wick", system: str = "custody", **fields: Any) -> Person:
    return person(record(system, given_names="Robert", surname=surname, **fields))


def asked(client: Client, address: str, **given: str) -> str:
    """What the purpose page says after `address` led to it; then the purpose is confirmed."""
    answer = client.get(address)
    assert answer.status_code == 302, answer.status_code
    assert answer["Location"].startswith("/purpose?next=")
    page = client.get(answer["Location"]).content.decode()
    confirmed = client.post("/purpose", {**GIVEN, "next": address, **given})
    assert confirmed["Location"] == address
    return page


def test_the_first_subject_is_what_the_purpose_was_given_for() -> None:
    client = with_purpose(signed_in(officer("officer")))
    assert client.get(f"/people/{someone().pk}").status_code == 200


def test_an_unrelated_subject_is_asked_about_once() -> None:
    first, second = someone(), someone("Featherstone")
    client = with_purpose(signed_in(officer("officer")))
    client.get(f"/people/{first.pk}")
    assert "did not find this under" in asked(client, f"/people/{second.pk}")
    for pk in (second.pk, first.pk, second.pk):
        assert client.get(f"/people/{pk}").status_code == 200
    event = Event.objects.filter(action="purpose.given").latest("at")
    assert event.detail["for"] == f"person:{second.pk}"
    assert "did not find this" in event.detail["asked"][0]


def test_following_links_needs_no_new_purpose() -> None:
    suspect = record("crime_recording", given_names="Robert", surname="Wick")
    victim = record("crime_recording", given_names="Ann", surname="Other", role="suspect")
    one, two = person(suspect), person(victim)
    burglary = crime()
    involve(suspect, burglary, "suspect")
    involve(victim, burglary, "suspect")
    client = with_purpose(signed_in(officer("officer")))
    for address in (f"/people/{one.pk}", f"/crimes/{burglary.pk}", f"/people/{two.pk}"):
        assert client.get(address).status_code == 200, address


def test_another_reference_knows_nothing_of_the_subjects_of_the_first() -> None:
    first, second = someone(), someone("Featherstone")
    client = with_purpose(signed_in(officer("officer")))
    client.get(f"/people/{first.pk}")
    with_purpose(client, reference="20/999999/26")
    assert client.get(f"/people/{second.pk}").status_code == 200
    other = {"reference": "20/999999/26"}
    assert "did not find this" in asked(client, f"/people/{first.pk}", **other)


def test_hidden_and_missing_people_are_asked_about_alike() -> None:
    hidden = someone("Quillfeather", "domestic_abuse")
    client = with_purpose(signed_in(officer("officer")))
    client.get(f"/people/{someone().pk}")
    pages = [asked(client, f"/people/{pk}") for pk in (hidden.pk, 987654)]
    assert all("did not find this" in page for page in pages)
    assert [client.get(f"/people/{pk}").status_code for pk in (hidden.pk, 987654)] == [404, 404]


def test_restricted_records_are_asked_about_by_whoever_sees_them() -> None:
    both = person(
        record("custody", surname="Wick"), record("domestic_abuse", surname="Quillfeather")
    )
    plain, analyst = (with_purpose(signed_in(officer(r))) for r in ("officer", "analyst"))
    assert plain.get(f"/people/{both.pk}").status_code == 200
    assert "Restricted or protected" in asked(analyst, f"/people/{both.pk}")
    assert analyst.get(f"/people/{both.pk}").status_code == 200


def test_somebody_only_ever_harmed_is_asked_about() -> None:
    victim = someone(role="victim")
    client = with_purpose(signed_in(officer("officer")))
    assert "somebody harmed" in asked(client, f"/people/{victim.pk}")
    assert client.get(f"/people/{victim.pk}").status_code == 200


def test_many_pages_in_a_short_time_are_asked_about(clock: Any, settings: Any) -> None:
    settings.PURPOSE_BULK_VIEWS = 3
    one = someone()
    client = with_purpose(signed_in(officer("officer")))
    for _ in range(3):
        clock.shift(timedelta(minutes=1))
        assert client.get(f"/people/{one.pk}").status_code == 200
    assert "many pages in a short time" in asked(client, f"/people/{one.pk}")
    again = with_purpose(signed_in(officer("officer")))
    for _ in range(5):
        clock.shift(timedelta(minutes=4))
        assert again.get(f"/people/{one.pk}").status_code == 200


def test_a_reason_without_a_reference_serves_a_few_pages_only() -> None:
    one = someone()
    reason = "Welfare check after a call"
    client = with_purpose(signed_in(officer("officer")), "SAFEGUARD", reason)
    for _ in range(3):
        assert client.get(f"/people/{one.pk}").status_code == 200
    given = {"code": "SAFEGUARD", "reference": reason}
    assert "no reference" in asked(client, f"/people/{one.pk}", **given)


def test_after_thirty_minutes_it_is_asked_and_a_page_from_before_cannot_renew_it(
    clock: Any,
) -> None:
    client = with_purpose(signed_in(officer("officer")))
    for _ in range(3):  # an officer at work: never ten minutes without a page
        clock.shift(timedelta(minutes=9))
        client.get("/purpose")
    clock.shift(timedelta(minutes=4))
    assert client.get(f"/people/{someone().pk}").status_code == 302
    sent = client.post("/people/search", {**GIVEN, "text": "robert wick", "carried": "1"})
    assert sent.status_code == 400
    assert "Your purpose has ended" in sent.content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (SubjectFacts("search", "1", page=4), "far down a long list"),
        (SubjectFacts("person", "1", export=True), "take data out"),
        (SubjectFacts("person", "1", restricted=True, victim_only=True), "Restricted"),
        (SubjectFacts("person", "1"), ""),
        (SubjectFacts("search", "1", page=3), ""),
    ],
)
def test_every_rule_has_its_words(rf: Any, facts: SubjectFacts, words: str) -> None:
    client = with_purpose(signed_in(officer("officer")))
    request = rf.get("/")
    request.session, request.scope = client.session, NOBODY
    found = asking.reasons_to_ask(request, facts)
    assert words in " ".join(found)
    assert bool(found) == bool(words)
    living.confirm(request.session, facts.key)
    assert asking.reasons_to_ask(request, facts) == []


def test_no_rule_is_without_a_test() -> None:
    assert len(asking.RULES) == 7
