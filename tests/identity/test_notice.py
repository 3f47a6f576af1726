"""The log-on notice stands before the first page of a session; accepting it is recorded."""

from unittest.mock import patch

import pytest
from django.test import Client
from knox.models import AuthToken

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import PASSWORD, accept_notice, officer, signed_in
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Officer:
    return officer("officer")


@pytest.fixture
def client(who: Officer) -> Client:
    """A session that has just begun."""
    made = Client()
    made.post("/sign-in", {"username": who.username, "password": PASSWORD})
    return made


def test_every_page_leads_to_the_notice_until_it_is_accepted(client: Client) -> None:
    for address in ("/", "/gangs", "/people/1", "/account", "/purpose"):
        answer = client.get(address)
        assert answer["Location"].startswith("/notice?next="), address
    words = client.get("/notice?next=%2Fpurpose").content.decode()
    for told in ("policing purposes only", "monitored", "1990 section 1", "2018 section 170"):
        assert told in words
    assert client.post("/notice", {"next": "/purpose"})["Location"] == "/purpose"
    assert client.get("/purpose").status_code == 200


def test_the_acceptance_is_audited_with_the_version_of_the_words(
    client: Client, who: Officer
) -> None:
    client.get("/notice")
    assert not Event.objects.filter(action=Action.NOTICE_ACCEPTED).exists()
    accept_notice(client)
    row = Event.objects.get(action=Action.NOTICE_ACCEPTED)
    assert (row.officer_id, row.detail) == (who.pk, {"version": 1})


def test_another_session_is_asked_anew(client: Client, who: Officer) -> None:
    accept_notice(client)
    client.post("/sign-out")
    client.post("/sign-in", {"username": who.username, "password": PASSWORD})
    assert client.get("/purpose")["Location"].startswith("/notice")


def test_without_an_audit_row_it_is_not_accepted(client: Client) -> None:
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert client.post("/notice").status_code == 503
    assert client.get("/purpose")["Location"].startswith("/notice")


def test_who_does_not_accept_can_sign_out(client: Client) -> None:
    assert client.post("/sign-out")["Location"] == "/sign-in"


def test_a_session_gets_no_data_from_the_api_either(client: Client) -> None:
    answer = client.get("/api/v1/people/1")
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Accept the log-on notice first.",
    )


def test_an_api_token_is_not_a_session(who: Officer) -> None:
    _, token = AuthToken.objects.create(user=who)
    asked = {"Authorization": f"Bearer {token}"}
    assert Client(headers=asked).get("/api/v1/schema").status_code == 200


def test_afterwards_only_our_own_pages_follow(client: Client) -> None:
    assert client.post("/notice", {"next": "//example.org/"})["Location"] == "/"


def test_the_helper_of_the_tests_has_accepted(who: Officer) -> None:
    assert signed_in(who).get("/purpose").status_code == 200
