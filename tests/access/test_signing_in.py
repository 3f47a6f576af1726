"""Signing in and out: audited, locked against guessing, closed without an audit trail."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import PASSWORD, officer, signed_in
from wmp_search.access.lockout import FAILURES
from wmp_search.access.models import Officer, SignInLock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


def attempt(username: str, password: str, client: Client | None = None) -> str:
    answer = (client or Client()).post("/sign-in", {"username": username, "password": password})
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_a_sign_in_is_audited_with_the_session_it_opens() -> None:
    who = officer("officer")
    client = Client()
    assert attempt(who.username, PASSWORD, client) == "in"
    client.post("/sign-out")
    came, went = Event.objects.order_by("at")
    assert (came.action, went.action) == (Action.SIGNED_IN, Action.SIGNED_OUT)
    assert came.officer_id == went.officer_id == who.pk
    assert came.roles == ["officer"]
    assert came.session
    assert came.session == went.session


def test_a_wrong_password_is_audited_without_the_password() -> None:
    who = officer("officer")
    assert "is wrong" in attempt(who.username, "hunter2-hunter2")
    row = Event.objects.get()
    assert (row.action, row.officer_id) == (Action.SIGN_IN_FAILED, who.pk)
    assert "hunter2" not in repr(row.__dict__)


def test_a_name_without_an_account_does_not_enter_the_trail() -> None:
    attempt("my secret typed into the wrong box", "x")
    row = Event.objects.get()
    assert row.detail["account"] == "unknown"
    assert "secret" not in repr(row.__dict__)
    assert "secret" not in repr(SignInLock.objects.get().__dict__)


@pytest.mark.parametrize("exists", [True, False])
def test_five_wrong_passwords_close_a_name_for_fifteen_minutes(exists: bool) -> None:
    name = officer("officer").username if exists else "nobody"
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(FAILURES):
            assert "is wrong" in attempt(name, "wrong")
        assert "Too many wrong passwords" in attempt(name, PASSWORD)
        clock.shift(timedelta(minutes=14, seconds=59))
        assert "Too many wrong passwords" in attempt(name, PASSWORD)
        clock.shift(timedelta(seconds=2))
        answer = attempt(name, PASSWORD)
        assert answer == "in" if exists else "is wrong" in answer


def test_attempts_during_the_lock_do_not_prolong_it() -> None:
    who = officer("officer")
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(FAILURES * 2):
            attempt(who.username, "wrong")
        clock.shift(timedelta(minutes=15, seconds=1))
        assert attempt(who.username, PASSWORD) == "in"


def test_wrong_passwords_spread_over_time_do_not_lock() -> None:
    who = officer("officer")
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(FAILURES - 1):
            attempt(who.username, "wrong")
        clock.shift(timedelta(minutes=15, seconds=1))
        attempt(who.username, "wrong")
        assert attempt(who.username, PASSWORD) == "in"


def test_a_lock_concerns_one_name_only() -> None:
    first, second = officer("officer"), officer("officer")
    for _ in range(FAILURES):
        attempt(first.username, "wrong")
    assert attempt(second.username, PASSWORD) == "in"


def test_a_closed_account_cannot_sign_in() -> None:
    who = officer("officer", is_active=False)
    assert "is wrong" in attempt(who.username, PASSWORD)


def test_without_an_audit_row_nobody_is_signed_in() -> None:
    who, client = officer("officer"), Client()
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        answer = client.post("/sign-in", {"username": who.username, "password": PASSWORD})
    assert answer.status_code == 503
    assert client.get("/purpose")["Location"].startswith("/sign-in")


def test_signing_out_works_even_without_the_audit_trail() -> None:
    client = signed_in(officer("officer"))
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert client.post("/sign-out").status_code == 503
    assert client.get("/purpose").status_code == 302


def test_signing_out_takes_a_post_and_clears_the_browser() -> None:
    client = signed_in(officer("officer"))
    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/purpose").status_code == 302


def test_signing_in_leads_only_to_our_own_pages() -> None:
    who = officer("officer")
    answer = Client().post(
        "/sign-in",
        {"username": who.username, "password": PASSWORD, "next": "https://example.org"},
    )
    assert answer["Location"] == "/"


def test_the_name_on_the_lock_is_keyed_to_this_installation(settings: object) -> None:
    attempt("nobody", "wrong")
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    attempt("nobody", "wrong")
    assert SignInLock.objects.count() == 2
    assert not Officer.objects.exists()
