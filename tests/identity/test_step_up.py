"""What is sensitive asks again who is there, when the last proof is older than five minutes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import PASSWORD, officer, signed_in
from wmp_search import urls
from wmp_search.access.decorators import step_up_required
from wmp_search.access.lockout import FAILURES

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


@step_up_required
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the secret")


handler500 = urls.handler500
urlpatterns = [path("secret", secret), *urls.urlpatterns]


@pytest.fixture(autouse=True)
def _with_the_secret(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(clock: Any) -> Client:
    return signed_in(officer("officer"))


def test_five_minutes_after_signing_in_the_officer_is_asked_again(
    clock: Any, client: Client
) -> None:
    assert client.get("/secret").content == b"the secret"
    clock.shift(timedelta(minutes=5))
    assert client.get("/secret").content == b"the secret"
    clock.shift(timedelta(seconds=1))
    answer = client.get("/secret?page=2")
    assert answer["Location"] == "/confirm-who-you-are?next=%2Fsecret%3Fpage%3D2"
    again = client.post(answer["Location"], {"password": PASSWORD, "next": "/secret?page=2"})
    assert again["Location"] == "/secret?page=2"
    assert client.get("/secret").content == b"the secret"


def test_looking_at_other_pages_is_no_proof(clock: Any, client: Client) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=2))
        client.get("/purpose")
    assert client.get("/secret").status_code == 302


def test_the_proof_is_audited_and_changes_the_key_of_the_session(
    clock: Any, client: Client
) -> None:
    before = client.cookies["session"].value
    client.post("/confirm-who-you-are", {"password": PASSWORD})
    assert client.cookies["session"].value != before
    row = Event.objects.get(action=Action.STEPPED_UP)
    assert row.detail["method"] == "password"
    assert row.detail["session_before"] not in ("", row.session)
    assert Client(headers={"Cookie": f"session={before}"}).get("/secret").status_code == 302


def test_a_wrong_password_opens_nothing_and_is_audited(clock: Any, client: Client) -> None:
    clock.shift(timedelta(minutes=6))
    page = client.post("/confirm-who-you-are", {"password": "hunter2-hunter2", "next": "/secret"})
    assert "The password is wrong" in page.content.decode()
    assert client.get("/secret").status_code == 302
    row = Event.objects.get(action=Action.SIGN_IN_FAILED)
    assert row.detail == {"at": "step-up", "locked_out": False}
    assert "hunter2" not in repr(row.__dict__)


def test_the_password_of_somebody_else_is_no_proof(clock: Any, client: Client) -> None:
    officer("officer", username="other").set_password("another password of theirs")
    clock.shift(timedelta(minutes=6))
    client.post("/confirm-who-you-are", {"password": "another password of theirs"})
    assert client.get("/secret").status_code == 302


def test_guesses_here_lock_the_name_as_they_do_at_sign_in(clock: Any, client: Client) -> None:
    clock.shift(timedelta(minutes=6))
    for _ in range(FAILURES):
        client.post("/confirm-who-you-are", {"password": "wrong"})
    page = client.post("/confirm-who-you-are", {"password": PASSWORD})
    assert "Too many wrong passwords" in page.content.decode()
    assert client.get("/secret").status_code == 302


def test_without_an_audit_row_there_is_no_proof(clock: Any, client: Client) -> None:
    clock.shift(timedelta(minutes=6))
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert client.post("/confirm-who-you-are", {"password": PASSWORD}).status_code == 503
    assert client.get("/secret").status_code == 302


def test_a_form_sent_too_late_comes_back_to_its_page(clock: Any, client: Client) -> None:
    clock.shift(timedelta(minutes=6))
    sent = client.post("/secret", headers={"Referer": "http://testserver/purpose"})
    assert sent["Location"] == "/confirm-who-you-are?next=%2Fpurpose"
    sent = client.post("/secret", headers={"Referer": "https://example.org/purpose"})
    assert sent["Location"] == "/confirm-who-you-are?next=%2F"


def test_afterwards_only_our_own_pages_follow(clock: Any, client: Client) -> None:
    wanted = {"password": PASSWORD, "next": "https://example.org/"}
    assert client.post("/confirm-who-you-are", wanted)["Location"] == "/"


def test_the_declaration_stands_on_the_view() -> None:
    assert secret.asks_step_up  # type: ignore[attr-defined]
