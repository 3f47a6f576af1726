"""Administrators give and withdraw roles; every change is audited, and they read no people."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from audit.actions import Action
from audit.models import Event
from audit.record import AuditUnavailable
from tests.officers import officer, signed_in
from wmp_search.access.models import Officer, Role, RoleAssignment
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin")


@pytest.fixture
def client(admin: Officer) -> Client:
    return signed_in(admin)


def give(client: Client, to: Officer, slug: str, **fields: Any) -> Any:
    """Fill in and confirm the grant form."""
    form = {
        "role": Role.objects.get(slug=slug).pk,
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
        "confirmed": "yes",
        **fields,
    }
    return client.post(f"/officers/{to.pk}/grant", form, follow=True)


def test_a_granted_role_counts_at_the_next_request(client: Client, admin: Officer) -> None:
    who = officer()
    page = give(client, who, "officer")
    assert "now has the role Officer" in page.content.decode()
    assert scope_of(who).roles == ("officer",)
    row = Event.objects.get(action=Action.ROLE_GRANTED)
    assert (row.officer_id, row.subject_ids) == (admin.pk, [str(who.pk)])
    assert row.detail["before"]["roles"] == []
    assert row.detail["after"]["roles"] == [
        {"role": "officer", "from": timezone.localdate().isoformat(), "until": None}
    ]


def test_nothing_is_granted_before_it_is_confirmed(client: Client) -> None:
    who = officer()
    form = {
        "role": Role.objects.get(slug="officer").pk,
        "starts_on": timezone.localdate().isoformat(),
    }
    page = client.post(f"/officers/{who.pk}/grant", form).content.decode()
    assert "Search for people" in page
    assert not RoleAssignment.objects.filter(officer=who).exists()


def test_a_role_may_begin_later_and_end(client: Client) -> None:
    who, today = officer(), timezone.localdate()
    give(client, who, "officer", starts_on=(today + timedelta(days=1)).isoformat())
    assert scope_of(who).roles == ()
    give(client, who, "ethics", ends_on=today.isoformat())
    assert scope_of(who).roles == ("ethics",)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [(-1, None, "today or later"), (3, 2, "must not be before the first day")],
)
def test_days_that_make_no_sense_are_refused(
    client: Client, starts: int, ends: int | None, words: str
) -> None:
    who, today = officer(), timezone.localdate()
    page = give(
        client,
        who,
        "officer",
        starts_on=(today + timedelta(days=starts)).isoformat(),
        ends_on=(today + timedelta(days=ends)).isoformat() if ends else "",
    )
    assert words in page.content.decode()
    assert not RoleAssignment.objects.filter(officer=who).exists()


def test_a_role_is_not_given_twice(client: Client) -> None:
    who = officer("officer")
    assert "already has the role" in give(client, who, "officer").content.decode()
    assert RoleAssignment.objects.filter(officer=who).count() == 1


def test_an_ended_role_can_be_given_again(client: Client) -> None:
    who, today = officer("officer"), timezone.localdate()
    RoleAssignment.objects.filter(officer=who).update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=2)
    )
    assert "now has the role" in give(client, who, "officer").content.decode()
    assert scope_of(who).roles == ("officer",)


def test_a_withdrawn_role_ends_at_once_with_before_and_after(client: Client) -> None:
    who = officer("officer", "analyst")
    held = who.assignments.get(role__slug="officer")
    address = f"/officers/{who.pk}/roles/{held.pk}/withdraw"
    assert "Withdraw the role" in client.get(address).content.decode()
    assert scope_of(who).roles == ("analyst", "officer")
    client.post(address)
    assert scope_of(who).roles == ("analyst",)
    row = Event.objects.get(action=Action.ROLE_REVOKED)
    assert [r["role"] for r in row.detail["before"]["roles"]] == ["analyst", "officer"]
    assert [r["role"] for r in row.detail["after"]["roles"]] == ["analyst"]


def test_nobody_grants_to_themselves(client: Client, admin: Officer) -> None:
    page = give(client, admin, "officer").content.decode()
    assert "Nobody can change their own account or roles" in page
    assert scope_of(admin).roles == ("administrator",)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            officer=admin,
            role=Role.objects.get(slug="officer"),
            starts_on=timezone.localdate(),
            granted_by=admin,
        )


def test_nobody_withdraws_their_own_role_or_closes_their_own_account(
    client: Client, admin: Officer
) -> None:
    held = admin.assignments.get()
    client.post(f"/officers/{admin.pk}/roles/{held.pk}/withdraw")
    client.post(f"/officers/{admin.pk}/status", {"active": "no"})
    admin.refresh_from_db()
    assert admin.is_active
    assert scope_of(admin).roles == ("administrator",)


def test_closing_an_account_ends_sessions_and_tokens(client: Client) -> None:
    who = officer("officer")
    theirs = signed_in(who)
    AuthToken.objects.create(user=who)
    client.post(f"/officers/{who.pk}/status", {"active": "no"})
    assert theirs.get("/purpose").status_code == 302
    assert not AuthToken.objects.exists()
    assert Event.objects.filter(action=Action.OFFICER_DEACTIVATED).count() == 1
    client.post(f"/officers/{who.pk}/status", {"active": "yes"})
    who.refresh_from_db()
    assert who.is_active


def test_without_an_audit_row_nothing_changes(client: Client) -> None:
    who = officer("officer")
    held = who.assignments.get()
    with patch("wmp_search.access.trail.door.event", side_effect=AuditUnavailable):
        assert give(client, who, "ethics").status_code == 503
        answer = client.post(f"/officers/{who.pk}/roles/{held.pk}/withdraw")
        assert answer.status_code == 503
        assert client.post(f"/officers/{who.pk}/status", {"active": "no"}).status_code == 503
        assert client.get("/officers").status_code == 503
    who.refresh_from_db()
    assert who.is_active
    assert scope_of(who).roles == ("officer",)


def test_officers_are_found_by_part_of_name_or_number(client: Client) -> None:
    officer(first_name="Nadia", last_name="Rahman", collar_number="WM1440", username="nr")
    officer(first_name="Sam", last_name="Bartlett", username="sb")
    for words in ("rahm", "nadia rahman", "1440", "nr"):
        page = client.post("/officers", {"words": words}, follow=True).content.decode()
        assert "Nadia Rahman" in page, words
        assert "Sam Bartlett" not in page, words
    answer = client.post("/officers", {"words": "rahman"})
    assert "rahman" not in answer["Location"]
    assert Event.objects.filter(action=Action.OFFICERS_VIEWED).last() is not None


def test_the_number_of_queries_does_not_grow_with_the_officers(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        officer("officer", "analyst")
    client.get("/officers")  # the first request of a session writes its clock
    with django_assert_max_num_queries(7):
        client.get("/officers")


def test_administrators_read_no_people(admin: Officer) -> None:
    scope = scope_of(admin)
    assert scope.max_tier == -1
    assert scope.permissions == {"role.manage"}


def test_the_roles_page_says_in_words_what_each_role_may_do(client: Client) -> None:
    page = client.get("/roles").content.decode()
    for words in ("Ethics panel", "Search for people", "See everything in the audit trail"):
        assert words in page
