"""Second factors of local accounts: set up, used, counted, required where the setting says so."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.core.management import CommandError, call_command
from django.test import Client

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.identity.provider import text
from tests.officers import PASSWORD, accept_notice, officer, signed_in
from wmp_search.access.lockout import FAILURES
from wmp_search.access.models import Officer
from wmp_search.identity import crypto

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def code(secret: str = SECRET) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def with_app(who: Officer) -> Officer:
    Authenticator.objects.create(user=who, type="totp", data={"secret": crypto.encrypt(SECRET)})
    return who


def first_step(who: Officer) -> Client:
    client = Client()
    answer = client.post(
        "/sign-in", {"username": who.username, "password": PASSWORD, "next": "/gangs"}
    )
    assert answer["Location"] == "/sign-in/second-factor?next=%2Fgangs"
    return client


def test_an_app_is_set_up_and_its_key_is_encrypted() -> None:
    client = signed_in(officer("officer"))
    page = text(client.get("/account/app"))
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    answer = client.post("/account/app", {"code": code(secret)})
    assert answer["Location"] == "/account/recovery-codes"
    held = Authenticator.objects.get(type="totp")
    assert secret not in str(held.data)
    assert crypto.decrypt(held.data["secret"]) == secret
    row = Event.objects.get(action=Action.MFA_CHANGED)
    assert row.detail == {"change": "added", "kind": "totp"}


def test_a_wrong_code_sets_up_nothing() -> None:
    client = signed_in(officer("officer"))
    client.get("/account/app")
    assert client.post("/account/app", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_without_an_audit_row_nothing_is_set_up() -> None:
    client = signed_in(officer("officer"))
    client.get("/account/app")
    secret = client.session["mfa.totp.secret"]
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert client.post("/account/app", {"code": code(secret)}).status_code == 503
    assert not Authenticator.objects.exists()


def test_setting_up_needs_a_fresh_proof(clock: Any) -> None:
    client = signed_in(officer("officer"))
    clock.shift(timedelta(minutes=6))
    for address in ("/account/app", "/account/passkey", "/account/recovery-codes"):
        assert client.get(address)["Location"].startswith("/confirm-who-you-are"), address


def test_the_right_password_is_only_half_of_it(clock: Any) -> None:
    client = first_step(with_app(officer("officer")))
    assert client.get("/purpose")["Location"].startswith("/sign-in")
    answer = client.post("/sign-in/second-factor", {"code": code(), "next": "/gangs"})
    assert answer["Location"] == "/gangs"
    row = Event.objects.get(action=Action.SIGNED_IN)
    assert (row.detail["method"], row.detail["factor"]) == ("second factor", "totp")


def test_a_code_is_good_once(clock: Any) -> None:
    who = with_app(officer("officer"))
    first_step(who).post("/sign-in/second-factor", {"code": code()})
    again = first_step(who).post("/sign-in/second-factor", {"code": code()})
    assert "The code is wrong, has been used or has run out" in text(again)


def test_the_second_step_must_follow_within_five_minutes(clock: Any) -> None:
    client = first_step(with_app(officer("officer")))
    clock.shift(timedelta(minutes=5, seconds=1))
    assert client.post("/sign-in/second-factor", {"code": code()})["Location"] == "/sign-in"
    assert Client().get("/sign-in/second-factor")["Location"] == "/sign-in"


def test_five_wrong_codes_close_the_second_factor_even_with_the_right_password(
    clock: Any,
) -> None:
    who = with_app(officer("officer"))
    for _ in range(FAILURES):
        page = text(first_step(who).post("/sign-in/second-factor", {"code": "000000"}))
        assert "The code is wrong" in page
    locked = first_step(who).post("/sign-in/second-factor", {"code": code()})
    assert "Too many wrong codes" in text(locked)
    failures = Event.objects.filter(action=Action.SIGN_IN_FAILED)
    assert {row.detail["at"] for row in failures} == {"second factor"}
    assert failures.count() == FAILURES + 1
    clock.shift(timedelta(minutes=15, seconds=1))
    assert first_step(who).post("/sign-in/second-factor", {"code": code()}).status_code == 302


def test_recovery_codes_are_shown_once_and_each_works_once(clock: Any) -> None:
    who = with_app(officer("officer"))
    client = signed_in(who)
    page = client.post("/account/recovery-codes").content.decode()
    codes = [part.split("</code>")[0] for part in page.split("<code>")[1:]]
    assert len(codes) == 10
    assert codes[0] not in client.get("/account/recovery-codes").content.decode()
    assert first_step(who).post("/sign-in/second-factor", {"code": codes[0]}).status_code == 302
    assert first_step(who).post("/sign-in/second-factor", {"code": codes[0]}).status_code == 200


def test_step_up_asks_for_the_second_factor_of_who_has_one(clock: Any) -> None:
    client = signed_in(with_app(officer("officer")))
    clock.shift(timedelta(minutes=6))
    asked = client.post("/confirm-who-you-are", {"password": PASSWORD})
    assert "Enter a code" in text(asked)
    assert client.post("/confirm-who-you-are", {"code": code()}).status_code == 302
    assert Event.objects.get(action=Action.STEPPED_UP).detail["method"] == "second factor"


def test_removing_the_last_factor_removes_the_codes() -> None:
    who = with_app(officer("officer"))
    client = signed_in(who)
    client.post("/account/recovery-codes")
    held = Authenticator.objects.get(type="totp")
    assert "Remove the authenticator app?" in text(
        client.get(f"/account/factors/{held.pk}/remove")
    )
    client.post(f"/account/factors/{held.pk}/remove")
    assert not Authenticator.objects.exists()


def test_nobody_removes_the_factor_of_another() -> None:
    with_app(officer("officer"))
    held = Authenticator.objects.get()
    answer = signed_in(officer("officer")).post(f"/account/factors/{held.pk}/remove")
    assert answer.status_code == 404
    assert Authenticator.objects.exists()


def test_where_it_is_required_nothing_opens_before_it_is_set_up(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    who = officer("officer")
    client = Client()
    client.post("/sign-in", {"username": who.username, "password": PASSWORD})
    accept_notice(client)
    assert client.get("/gangs")["Location"].startswith("/account?")
    assert client.get("/api/v1/people/1").status_code == 403
    assert "needs a second factor before you can go on" in text(client.get("/account"))
    client.get("/account/app")
    client.post("/account/app", {"code": code(client.session["mfa.totp.secret"])})
    assert client.get("/purpose").status_code == 200


def sealed(capsys: Any, **options: Any) -> str:
    call_command("seal_emergency_account", **options)
    return str(capsys.readouterr().out.split("Secret:")[1].strip())


def use_envelope(secret: str) -> Any:
    return Client().post("/sign-in", {"username": "emergency", "password": secret})


def test_the_emergency_account_opens_once_and_raises_an_event(capsys: Any, settings: Any) -> None:
    settings.LOCAL_ACCOUNTS, settings.SECOND_FACTOR_REQUIRED = False, True
    secret = sealed(capsys)
    assert len(secret.replace("-", "")) == 30
    client = Client()
    answer = client.post("/sign-in", {"username": "emergency", "password": secret})
    assert answer.status_code == 302
    assert accept_notice(client).get("/officers").status_code == 200
    used = Event.objects.get(action=Action.EMERGENCY_USED)
    assert (used.officer, used.roles) == ("emergency", ["administrator"])
    assert "is wrong" in text(use_envelope(secret))
    assert not Officer.objects.get().has_usable_password()


def test_sealing_anew_ends_the_secret_before(capsys: Any, settings: Any) -> None:
    settings.LOCAL_ACCOUNTS = False
    first, second = sealed(capsys), sealed(capsys)
    assert "is wrong" in text(use_envelope(first))
    assert use_envelope(second).status_code == 302


def test_the_envelope_stays_good_when_the_trail_cannot_be_written(
    capsys: Any, settings: Any
) -> None:
    settings.LOCAL_ACCOUNTS = False
    secret = sealed(capsys)
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert use_envelope(secret).status_code == 503
    assert use_envelope(secret).status_code == 302


def test_sealing_takes_nobody_elses_account() -> None:
    officer("officer", username="emergency")
    with pytest.raises(CommandError, match="somebody's account"):
        call_command("seal_emergency_account")


def test_the_command_line_ends_sessions_and_closes_accounts(clock: Any) -> None:
    who = officer("officer")
    client = signed_in(who)
    client.get("/purpose")
    clock.shift(timedelta(seconds=5))
    call_command("end_sessions", who.username, "--close")
    assert client.get("/purpose").status_code == 302
    actions = set(Event.objects.values_list("action", flat=True))
    assert {Action.ENDED_EVERYWHERE, Action.OFFICER_DEACTIVATED} <= actions
