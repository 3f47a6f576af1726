"""Hostile lines through the box and the API: answered or refused, never an error, all audited."""

import time
from typing import Any

import pytest
from django.test import Client

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from tests.search.hostile import lines

pytestmark = pytest.mark.django_db
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
MOST_CPU_SECONDS = 1.0


@pytest.fixture
def client(settings: Any) -> Client:
    settings.WIDE_SEARCHES_PER_HOUR = settings.SCANT_SEARCHES_PER_HOUR = 10_000
    person(record(given_names="Robert", surname="Smith"))
    index()
    made = with_purpose(signed_in(officer("officer")))
    made.raise_request_exception = False
    return made


def test_there_are_two_hundred() -> None:
    assert len(set(lines())) >= 200


def test_the_box_answers_or_refuses(client: Client) -> None:
    wrong = []
    for text in lines():
        begun, before = time.process_time(), _searches()
        answer = client.post("/people/search", {"text": text, **PURPOSE}, follow=True)
        took = time.process_time() - begun
        shown = answer.status_code == 200 and bool(answer.redirect_chain)
        audited = _searches() - before
        if answer.status_code not in {200, 400} or took > MOST_CPU_SECONDS or audited != shown:
            wrong.append((text[:60], len(text), answer.status_code, round(took, 2), audited))
        assert "<script>alert" not in answer.content.decode()
    assert wrong == []
    assert _searches() > len(lines()) / 2


@pytest.mark.parametrize("field", ["name", "identifier", "postcode", "born_on"])
def test_the_api_answers_or_refuses(client: Client, field: str) -> None:
    wrong = []
    for text in lines()[::4]:
        begun, before = time.process_time(), _searches()
        asked = {"name": "Robert Smith", field: text, "purpose": PURPOSE}
        answer = client.post("/api/v1/people/search", asked, content_type="application/json")
        took, audited = time.process_time() - begun, _searches() - before
        good = answer.status_code in {200, 400} and audited == (answer.status_code == 200)
        if not good or took > MOST_CPU_SECONDS:
            wrong.append((field, text[:60], answer.status_code, round(took, 2), audited))
    assert wrong == []


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", "1", '"x"', "{", '{"name": null}', '{"name": []}', '{"name": {"a": 1}}',
        '{"name": 1e999}', '{"name": "x", "limit": -1}', '{"name": "x", "limit": 1e9}',
        '{"name": "x", "age": "NaN"}', '{"name": "x", "more_identifiers": "x"}', "[" * 5_000,
        '{"name": "\\ud800"}', '{"purpose": []}', '{"name": "x", "__proto__": {}}', "\x00", "<x/>",
    ],
)  # fmt: skip
def test_the_api_refuses_what_is_no_question(client: Client, body: str) -> None:
    answer = client.post("/api/v1/people/search", body, content_type="application/json")
    assert answer.status_code == 400, answer.content[:200]
    assert _searches() == 0


def _searches() -> int:
    return Event.objects.filter(action=Action.PERSON_SEARCHED).count()
