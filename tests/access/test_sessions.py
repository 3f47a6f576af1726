"""Sessions end, purposes expire, and closed accounts are nobody from the next request on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in, with_purpose
from wmp_search.access.models import Officer, RoleAssignment

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client() -> Client:
    return signed_in(officer("officer"))


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


@pytest.mark.parametrize(("device", "minutes"), [("a computer", 10), (PHONE, 5)])
def test_an_idle_session_ends_and_says_why(clock: Any, device: str, minutes: int) -> None:
    client = signed_in(officer("officer"), headers={"User-Agent": device})
    client.get("/purpose")
    clock.shift(timedelta(minutes=minutes))
    assert client.get("/purpose").status_code == 200
    clock.shift(timedelta(minutes=minutes, seconds=1))
    page = client.get("/purpose", follow=True)
    assert page.redirect_chain[0][0] == "/sign-in?next=/purpose"
    assert f"signed out after {minutes} minutes without activity" in page.content.decode()
    event = Event.objects.get(action=Action.SIGNED_OUT)
    assert f"{minutes} minutes" in event.detail["why"]


def test_activity_keeps_a_session_alive(clock: Any, client: Client) -> None:
    for _ in range(6):
        clock.shift(timedelta(minutes=9))
        assert client.get("/purpose").status_code == 200


def test_no_activity_keeps_a_session_beyond_one_shift(clock: Any, client: Client) -> None:
    client.get("/purpose")
    for _ in range(80):
        clock.shift(timedelta(minutes=9))
        assert client.get("/purpose").status_code == 200
    clock.shift(timedelta(minutes=9))
    assert client.get("/purpose").status_code == 302


def test_a_closed_account_loses_access_at_the_next_request(client: Client) -> None:
    assert client.get("/purpose").status_code == 200
    Officer.objects.update(is_active=False)
    assert client.get("/purpose").status_code == 302


def test_a_withdrawn_role_is_gone_at_the_next_request() -> None:
    client = signed_in(officer("administrator"))
    assert client.get("/roles").status_code == 200
    RoleAssignment.objects.update(revoked_at=timezone.now())
    assert client.get("/roles").status_code == 403


def test_a_purpose_lives_thirty_minutes(clock: Any, client: Client) -> None:
    with_purpose(client, "CRIME-INV", "20/123456/26")
    for _ in range(3):
        clock.shift(timedelta(minutes=9))
        client.get("/purpose")
    clock.shift(timedelta(minutes=3))
    assert "20/123456/26" in client.get("/purpose").content.decode()
    clock.shift(timedelta(seconds=1))
    assert "20/123456/26" not in client.get("/purpose").content.decode()


def test_another_reference_replaces_the_purpose(client: Client) -> None:
    with_purpose(client, "CRIME-INV", "20/111111/26")
    with_purpose(client, "STOP", "20/222222/26")
    page = client.get("/purpose").content.decode()
    assert "20/222222/26" in page
    assert "20/111111/26" not in page


def test_pages_of_a_session_are_never_stored(client: Client) -> None:
    for path in ("/purpose", "/roles", "/nothing-is-here"):
        assert client.get(path)["Cache-Control"] == "no-store", path


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "Enter a reference or a reason"),
        ("ab1", "Enter a crime, incident or task number"),
        ("short reason", "at least 15 characters"),
        ("x" * 201, "200 characters"),
    ],
)
def test_a_poor_purpose_is_refused_and_says_what_to_give(
    client: Client, reference: str, words: str
) -> None:
    answer = client.post("/purpose", {"code": "CRIME-INV", "reference": reference})
    assert answer.status_code == 200
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/roles", "/roles"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_the_purpose_only_our_own_pages_follow(
    client: Client, wanted: str, given: str
) -> None:
    answer = client.post(
        "/purpose", {"code": "CRIME-INV", "reference": "20/123456/26", "next": wanted}
    )
    assert answer["Location"] == given
