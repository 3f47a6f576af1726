"""Open sessions are listed and ended: by their officer, an administrator, a limit, by leaving."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client
from knox.models import AuthToken

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import PASSWORD, accept_notice, officer, signed_in
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 16; Pixel 9) Mobile"


@pytest.fixture
def who() -> Officer:
    return officer("officer")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def session_of(who: Officer, device: str = "a computer") -> Client:
    client = Client(headers={"User-Agent": device})
    client.post("/sign-in", {"username": who.username, "password": PASSWORD})
    return accept_notice(client)


def is_in(client: Client) -> bool:
    return client.get("/purpose").status_code == 200


def test_an_officer_sees_where_they_are_signed_in(who: Officer) -> None:
    here = session_of(who)
    session_of(who, PHONE)
    session_of(officer("officer"))
    page = here.get("/account").content.decode()
    assert page.count(">Computer") == 1
    assert page.count("Phone or tablet") == 1
    assert "Computer (this one)" in page


def test_a_session_that_ended_is_not_listed(who: Officer) -> None:
    here, there = session_of(who), session_of(who, PHONE)
    there.post("/sign-out")
    assert "Phone" not in here.get("/account").content.decode()


def test_signing_out_everywhere_ends_all_sessions_and_tokens(clock: Any, who: Officer) -> None:
    here, there, stranger = session_of(who), session_of(who, PHONE), session_of(officer())
    AuthToken.objects.create(user=who)
    clock.shift(timedelta(minutes=1))
    answer = here.post("/account/sign-out-everywhere", follow=True)
    assert "signed out on all your devices" in answer.content.decode()
    assert not is_in(here)
    ended = there.get("/purpose", follow=True)
    assert "signed out on all your devices" in ended.content.decode()
    assert is_in(stranger)
    assert not AuthToken.objects.exists()
    row = Event.objects.get(action=Action.ENDED_EVERYWHERE)
    assert (row.officer_id, row.subject_ids) == (who.pk, [str(who.pk)])
    assert is_in(session_of(who))


def test_an_administrator_signs_another_officer_out(clock: Any, who: Officer) -> None:
    theirs, admin = session_of(who), officer("administrator")
    clock.shift(timedelta(minutes=1))
    client, address = signed_in(admin), f"/officers/{who.pk}/sign-out"
    assert "Open sessions (1) end" in client.get(address).content.decode()
    assert is_in(theirs)
    client.post(address)
    assert not is_in(theirs)
    row = Event.objects.get(action=Action.ENDED_EVERYWHERE)
    assert (row.officer_id, row.subject_ids) == (admin.pk, [str(who.pk)])


def test_without_an_audit_row_nobody_is_signed_out_everywhere(clock: Any, who: Officer) -> None:
    theirs = session_of(who)
    clock.shift(timedelta(minutes=1))
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert theirs.post("/account/sign-out-everywhere").status_code == 503
    assert is_in(theirs)


def test_a_fourth_session_ends_the_oldest(clock: Any, who: Officer) -> None:
    opened = []
    for _ in range(4):
        opened.append(session_of(who))
        clock.shift(timedelta(minutes=1))
    assert [is_in(client) for client in opened] == [False, True, True, True]


def test_an_account_closed_and_opened_again_revives_no_session(clock: Any, who: Officer) -> None:
    theirs = session_of(who)
    admin = signed_in(officer("administrator"))
    clock.shift(timedelta(minutes=1))
    admin.post(f"/officers/{who.pk}/status", {"active": "no"})
    admin.post(f"/officers/{who.pk}/status", {"active": "yes"})
    assert not is_in(theirs)


def test_a_leaver_loses_session_and_token_at_the_next_request(who: Officer) -> None:
    theirs = session_of(who)
    _, token = AuthToken.objects.create(user=who)
    api = Client(headers={"Authorization": f"Bearer {token}"})
    assert api.get("/api/v1/schema").status_code == 200
    Officer.objects.filter(pk=who.pk).update(is_active=False)
    assert not is_in(theirs)
    assert api.get("/api/v1/schema").status_code == 401
