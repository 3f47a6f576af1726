"""Roles and units for many officers from a file: every line is checked, all of it or nothing."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import officer, signed_in, unit
from wmp_search.access import bulk
from wmp_search.access.models import Officer, Role, RoleAssignment, RoleFile, RoleRequest
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
HEAD = "officer,role,from,until,unit\n"


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin")


def send(client: Client, text: str | bytes, reason: str = "New intake of the autumn") -> Any:
    """Upload a file; the page with what it would do."""
    body = text.encode() if isinstance(text, str) else text
    sent = {"file": SimpleUploadedFile("roles.csv", body), "reason": reason}
    return client.post("/officers/file", sent, follow=True)


def carry_out(client: Client) -> str:
    address = f"/officers/file/{RoleFile.objects.latest('uploaded_at').pk}"
    return client.post(address, follow=True).content.decode()


def test_a_file_gives_roles_asks_for_sensitive_ones_and_moves_officers(admin: Officer) -> None:
    client = signed_in(admin)
    first = officer(username="first", collar_number="WM1001")
    second = officer(username="second")
    third = officer(username="third", in_unit="Central")
    aston = unit("Aston response")
    until = (timezone.localdate() + timedelta(days=30)).strftime("%d/%m/%Y")
    text = f"{HEAD}wm1001,Officer,,{until},\nSecond,analyst,,,\nthird,officer,,,aston RESPONSE\n"
    page = send(client, text).content.decode()
    assert "2 roles will be given, 1 sensitive role will wait" in page
    assert not RoleAssignment.objects.exclude(officer=admin).exists(), "nothing before confirming"
    assert "2 roles given, 1 wait for a second administrator, 1 officers moved" in carry_out(
        client
    )
    assert scope_of(first).roles == scope_of(third).roles == ("officer",)
    assert scope_of(second).roles == ()
    asked = RoleRequest.objects.get()
    assert (asked.officer, asked.requested_by) == (second, admin)
    third.refresh_from_db()
    assert third.unit == aston
    granted = Event.objects.get(action=Action.ROLE_GRANTED)
    assert set(granted.subject_ids) == {str(first.pk), str(third.pk)}
    change = next(c for c in granted.detail["changes"] if c["officer"] == first.pk)
    assert change["before"]["roles"] == []
    assert change["after"]["roles"][0]["role"] == "officer"
    moved = Event.objects.get(action=Action.UNIT_CHANGED)
    assert moved.detail["before"]["unit"] == "Central"
    assert moved.detail["after"]["unit"] == "Aston response"
    assert (
        Event.objects.get(action=Action.ROLE_REQUESTED).detail["requests"][0]["role"] == "analyst"
    )


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("nobody,Officer,,,", "no officer “nobody”", "user name or a collar number"),
        (",Officer,,,", "no officer “”", "user name or a collar number"),
        ("held,Officer,,,", "already has the role", "Take the line out"),
        ("free,Wizard,,,", "no role “Wizard”", "as the page Roles lists it"),
        ("free,Old role,,,", "no role “Old role”", "as the page Roles lists it"),
        ("free,,,,", "neither a role nor a unit", "Fill in role, unit or both"),
        ("free,,,,Nowhere", "no unit “Nowhere”", "Make the unit first"),
        ("free,Officer,32/12/2026,,", "is not a day", "2026-12-31 or 31/12/2026"),
        ("free,Officer,2020-01-01,,", "first day is over", "today or a later day"),
        ("free,Officer,2099-02-01,2099-01-01,", "last day is before", "Correct one of the days"),
        ("admin,Officer,,,", "your own account", "another administrator"),
        ("closed,Officer,,,", "account of “closed” is closed", "Open it first"),
        ("WM77,Officer,,,", "number of 2 officers", "Give the user name"),
        ("boss,Officer,,,", "cannot be held together", "cannot read people"),
        (
            "free,Administrator,,,\nfree,Officer,,,",
            "in line 2 cannot be held",
            "cannot read people",
        ),
        ("free,Officer,,,\nfree,officer,,,", "Line 2 gives the same role", "Take one line out"),
        ("free,,,,Central\nfree,,,,North", "moved by several lines", "Keep one unit"),
        ("asked,analyst,,,", "already been asked for", "Decide on the request"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy_and_stops_the_whole_file(
    admin: Officer, line: str, what: str, remedy: str
) -> None:
    for name in ("free", "good"):
        officer(username=name)
    officer("officer", username="held")
    officer("administrator", username="boss")
    officer(username="closed", is_active=False)
    for name in ("twin1", "twin2"):
        officer(username=name, collar_number="WM77")
    unit("North")
    waits = officer(username="asked")
    RoleRequest.objects.create(
        officer=waits,
        role=Role.objects.get(slug="analyst"),
        starts_on=timezone.localdate(),
        reason="r",
        requested_by=officer("administrator"),
        expires_at=timezone.now() + timedelta(days=1),
    )
    Role.objects.filter(slug="ethics").update(title="Old role", retired_at=timezone.now())
    client, before = signed_in(admin), RoleAssignment.objects.count()
    page = send(client, f"{HEAD}{line}\ngood,Officer,,,\n").content.decode()
    assert "nothing has changed" in page
    assert what in page
    assert remedy in page
    carry_out(client)
    assert RoleAssignment.objects.count() == before, "also if somebody posts without the button"
    assert RoleFile.objects.get().done_at is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,role\nx,Officer\n", "no column “officer”"),
        ("officer,role,wings\nx,Officer,2\n", "column “wings” is not known"),
        (HEAD, "The file has 0 lines"),
        (HEAD + "x,Officer,,,\n" * (bulk.MAX_LINES + 1), "The file has 10,001 lines"),
        (b"officer,role\n\xff\xfe,Officer\n", "not text in UTF-8"),
        ("", "The file is empty"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(
    admin: Officer, text: str | bytes, words: str
) -> None:
    assert words in send(signed_in(admin), text).content.decode()


def test_a_file_is_carried_out_once_and_by_who_sent_it(admin: Officer) -> None:
    client, who = signed_in(admin), officer(username="free")
    send(client, f"{HEAD}free,Officer,,,\n")
    address = f"/officers/file/{RoleFile.objects.get().pk}"
    other = signed_in(officer("administrator"))
    assert other.get(address).status_code == other.post(address).status_code == 404
    carry_out(client)
    assert "has been carried out" in carry_out(client)
    assert who.assignments.count() == 1


def test_what_changed_since_the_preview_stops_the_file(admin: Officer) -> None:
    client = signed_in(admin)
    one, two = officer(username="one"), officer(username="two")
    send(client, f"{HEAD}one,Officer,,,\ntwo,Officer,,,\n")
    RoleAssignment.objects.create(
        officer=two, role=Role.objects.get(slug="officer"), starts_on=timezone.localdate()
    )
    assert "Nothing has changed: line 3 is no longer right" in carry_out(client)
    assert scope_of(one).roles == ()


def test_without_an_audit_row_the_file_changes_nothing(admin: Officer) -> None:
    client, who = signed_in(admin), officer(username="free")
    send(client, f"{HEAD}free,Officer,,,North\n") if unit("North") else None
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        answer = client.post(f"/officers/file/{RoleFile.objects.get().pk}")
    assert answer.status_code == 503
    assert scope_of(who).roles == ()


def test_the_template_is_itself_a_good_file(admin: Officer) -> None:
    officer(username="a", collar_number="WM2101")
    officer(username="b", collar_number="WM2377")
    unit("Aston response")
    answer = signed_in(admin).get("/officers/file/template")
    assert answer["Content-Type"].startswith("text/csv")
    assert bulk.plan(answer.content.decode(), admin.pk).problems == []


def test_the_number_of_queries_does_not_grow_with_the_lines(admin: Officer) -> None:
    client = signed_in(admin)
    counts = []
    for size in (3, 60):
        names = [officer(username=f"n{size}x{at}").username for at in range(size)]
        lines = "".join(f"{name},Officer,,,North\n{name},ethics,,,\n" for name in names)
        unit("North")
        send(client, HEAD + lines)
        address = f"/officers/file/{RoleFile.objects.latest('uploaded_at').pk}"
        with CaptureQueriesContext(connections["default"]) as asked:
            client.post(address)
        counts.append(len(asked))
        assert RoleAssignment.objects.filter(officer__username__in=names).count() == 2 * size
    assert counts[0] == counts[1] <= 40
