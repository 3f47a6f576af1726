"""One search in ten is asked about: drawn by chance, answered later, recorded for supervisors."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from people.models import SearchRequest
from tests.officers import officer, signed_in
from wmp_search.access import challenges
from wmp_search.access.purpose_models import Challenge, PurposeVersion

pytestmark = pytest.mark.django_db

ASKED = {"text": "robert wick", "code": "CRIME-INV", "reference": "20/123456/26"}
WORDS = "The victim named him as the man seen at the back door"


@pytest.fixture
def always(settings: Any) -> None:
    settings.PURPOSE_CHALLENGE_PERCENT = 100


@pytest.fixture
def client(always: None) -> Client:
    """An officer who has been asked about one search."""
    made = signed_in(officer("officer"))
    assert made.post("/people/search", ASKED).status_code == 303
    return made


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenges, "chance", random.Random(7))  # noqa: S311


def test_of_three_hundred_searches_thirty_are_asked_about(seeded: None, settings: Any) -> None:
    settings.PURPOSE_CHALLENGE_PERCENT = 10
    client = signed_in(officer("officer"))
    for _ in range(300):
        assert client.post("/crimes/search", {**ASKED, "text": "burglary"}).status_code == 303
    assert SearchRequest.objects.count() == 300
    assert 15 <= Challenge.objects.count() <= 45
    assert Challenge.objects.count() == Event.objects.filter(action="purpose.challenged").count()


def test_a_purpose_may_ask_more_or_less_often(settings: Any) -> None:
    from wmp_search.access import purposes

    PurposeVersion.objects.filter(code="CRIME-INV").update(challenge_percent=100)
    purposes.forget()
    client = signed_in(officer("officer"))
    client.post("/people/search", ASKED)
    client.post("/people/search", {**ASKED, "code": "STOP"})
    assert [c.purpose_code for c in Challenge.objects.all()] == ["CRIME-INV"]


def test_it_blocks_no_search_and_is_offered_on_pages_and_at_home(client: Client) -> None:
    assert client.post("/people/search", ASKED).status_code == 303
    home = client.get("/").content.decode()
    assert "asked, at random, to say more" in home
    assert "Say more about 2 of your searches" in home
    assert 'name="text"' in home


def test_the_answer_is_recorded_with_the_search_and_closes_it(client: Client) -> None:
    asked = Challenge.objects.get()
    address = f"/purpose/explain/{asked.pk}"
    assert "20/123456/26" in client.get(address).content.decode()
    answer = client.post(address, {"text": WORDS})
    assert answer["Location"] == "/"
    event = Event.objects.get(action="purpose.justified")
    assert event.operation_id == asked.pk == SearchRequest.objects.get().pk
    assert event.detail == {"of": "person", "justification": WORDS, "late": False}
    assert (event.purpose_code, event.purpose_reference) == ("CRIME-INV", "20/123456/26")
    assert "asked, at random" not in client.get("/").content.decode()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("text", ["", "because", "enquiry " * 10])
def test_a_poor_answer_leaves_it_open(client: Client, text: str) -> None:
    asked = Challenge.objects.get()
    page = client.post(f"/purpose/explain/{asked.pk}", {"text": text})
    assert page.status_code == 200
    assert "Error" in page.content.decode()
    assert challenges.waiting(asked.officer_id).exists()


def test_nobody_answers_for_another(client: Client) -> None:
    asked = Challenge.objects.get()
    other = signed_in(officer("officer"))
    assert other.post(f"/purpose/explain/{asked.pk}", {"text": WORDS}).status_code == 404


@pytest.mark.parametrize("where", ["/people/search", "/crimes/search", "/gangs/search"])
def test_an_overdue_one_is_asked_before_the_next_search(client: Client, where: str) -> None:
    Challenge.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    asked = Challenge.objects.get()
    address = f"/purpose/explain/{asked.pk}"
    assert client.post(where, ASKED)["Location"] == address
    assert 'name="text"' not in client.get("/").content.decode()
    client.post(address, {"text": WORDS})
    assert Event.objects.get(action="purpose.justified").detail["late"] is True
    assert client.post(where, ASKED).status_code == 303
