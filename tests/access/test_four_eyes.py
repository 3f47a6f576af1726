"""What is sensitive needs two administrators, and neither of them is the subject."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in
from wmp_search.access import services
from wmp_search.access.models import Officer, Role, RoleAssignment, RoleRequest
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
REASON = "Needed for the court bundle of Operation Ash"


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin")


@pytest.fixture
def second() -> Officer:
    return officer("administrator", username="admin2")


def ask(by: Officer, to: Officer, slug: str = "analyst", **fields: Any) -> str:
    """Ask for a role as the page does; the page that follows."""
    form = {
        "role": Role.objects.get(slug=slug).pk,
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
        "confirmed": "yes",
        "reason": REASON,
        **fields,
    }
    return signed_in(by).post(f"/officers/{to.pk}/grant", form, follow=True).content.decode()


def decide(by: Officer, decision: str = "approve", reason: str = "Checked with the team") -> str:
    asked = RoleRequest.objects.latest("pk")
    sent = {"decision": decision, "reason": reason}
    answer = signed_in(by).post(f"/role-requests/{asked.pk}", sent, follow=True)
    return answer.content.decode()


def test_a_sensitive_role_counts_only_once_another_administrator_approved(
    admin: Officer, second: Officer
) -> None:
    who = officer("officer")
    assert "waits for a second administrator" in ask(admin, who)
    assert scope_of(who).roles == ("officer",)
    assert REASON in signed_in(second).get("/role-requests").content.decode()
    assert "Approved" in decide(second)
    assert scope_of(who).roles == ("analyst", "officer")
    held = RoleAssignment.objects.get(officer=who, role__slug="analyst")
    assert (held.granted_by, held.approved_by) == (admin, second)
    requested = Event.objects.get(action=Action.ROLE_REQUESTED)
    assert (requested.officer_id, requested.subject_ids) == (admin.pk, [str(who.pk)])
    granted = Event.objects.get(action=Action.ROLE_GRANTED)
    assert granted.officer_id == second.pk
    assert [r["role"] for r in granted.detail["before"]["roles"]] == ["officer"]
    assert [r["role"] for r in granted.detail["after"]["roles"]] == ["analyst", "officer"]


def test_a_reason_is_asked_for_before_the_request_is_made(admin: Officer) -> None:
    who = officer()
    assert "Say why it is needed" in ask(admin, who, reason="")
    assert "at least 10 characters" in ask(admin, who, reason="because")
    assert not RoleRequest.objects.exists()


def test_who_asked_cannot_approve(admin: Officer) -> None:
    who = officer()
    ask(admin, who)
    assert "You asked for this yourself" in decide(admin)
    assert scope_of(who).roles == ()


def test_the_subject_cannot_approve(admin: Officer, second: Officer) -> None:
    boss = officer("ethics", username="boss")
    RoleAssignment.objects.filter(officer=boss).delete()
    ask(admin, boss, "auditor")
    RoleAssignment.objects.create(
        officer=boss, role=Role.objects.get(slug="administrator"), starts_on=timezone.localdate()
    )
    assert "about your own account" in decide(boss)
    assert scope_of(boss).roles == ("administrator",)


def test_nobody_asks_for_a_role_for_themselves(admin: Officer) -> None:
    assert "Nobody can change their own account" in ask(admin, admin)
    assert not RoleRequest.objects.exists()


def test_a_refused_request_changes_nothing_and_says_why(admin: Officer, second: Officer) -> None:
    who = officer()
    ask(admin, who)
    assert "nothing has changed" in decide(second, "refuse", "Not on that team any more")
    assert scope_of(who).roles == ()
    row = Event.objects.get(action=Action.ROLE_REFUSED)
    assert (row.officer_id, row.detail["role"]) == (second.pk, "analyst")
    assert row.detail["decision"] == "Not on that team any more"
    assert "decided or has expired" in decide(second)


def test_a_request_can_be_taken_back_by_who_made_it_only(admin: Officer, second: Officer) -> None:
    who = officer()
    ask(admin, who)
    asked = RoleRequest.objects.get()
    address = f"/role-requests/{asked.pk}/take-back"
    page = signed_in(second).post(address, follow=True).content.decode()
    assert "Only the administrator who asked" in page
    signed_in(admin).post(address)
    assert "decided or has expired" in decide(second)
    assert scope_of(who).roles == ()


def test_a_request_expires_after_seven_days(admin: Officer, second: Officer) -> None:
    who = officer()
    ask(admin, who)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert "decided or has expired" in decide(second)
        assert "Expired" in signed_in(second).get("/role-requests").content.decode()
        assert RoleRequest.objects.get().state == RoleRequest.State.EXPIRED
        assert "7 days" in Event.objects.get(action=Action.ROLE_REFUSED).detail["why"]
        assert "waits for a second" in ask(admin, who), "it can be asked for again"
    assert scope_of(who).roles == ()


def test_six_days_later_a_request_still_counts(admin: Officer, second: Officer) -> None:
    who = officer()
    ask(admin, who)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
        assert "Approved" in decide(second)
        assert scope_of(who).roles == ("analyst",)
        held = RoleAssignment.objects.get(officer=who)
        assert held.starts_on == timezone.localdate(), "not from a day before the approval"


def test_the_same_role_is_asked_for_once(admin: Officer, second: Officer) -> None:
    who = officer()
    ask(admin, who)
    assert "already been asked for" in ask(second, who)
    assert RoleRequest.objects.count() == 1


def test_without_a_request_the_service_gives_no_sensitive_role(admin: Officer) -> None:
    request: Any = type("Request", (), {"scope": scope_of(admin), "user": admin})()
    wanted = services.Grant(officer(), Role.objects.get(slug="analyst"), timezone.localdate())
    with pytest.raises(services.ChangeRefusedError, match="second administrator"):
        services.grant(request, wanted)


def test_the_database_refuses_one_pair_of_eyes(admin: Officer) -> None:
    role, today = Role.objects.get(slug="analyst"), timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            officer=officer(), role=role, starts_on=today, granted_by=admin, approved_by=admin
        )
    common = {"role": role, "starts_on": today, "reason": "r", "expires_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.create(officer=admin, requested_by=admin, **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.create(
            officer=officer(), requested_by=admin, decided_by=admin, state="approved", **common
        )


@pytest.mark.parametrize(
    ("holds", "slug"),
    [("administrator", "officer"), ("administrator", "auditor"), ("supervisor", "administrator")],
)
def test_roles_that_do_not_go_together_are_refused(admin: Officer, holds: str, slug: str) -> None:
    who = officer(holds)
    assert "cannot be held together" in ask(admin, who, slug)
    assert scope_of(who).roles == (holds,)
    assert not RoleRequest.objects.exists()


def test_roles_that_do_not_go_together_may_follow_each_other(admin: Officer) -> None:
    who, today = officer("administrator"), timezone.localdate()
    RoleAssignment.objects.filter(officer=who).update(ends_on=today + timedelta(days=3))
    late = (today + timedelta(days=4)).isoformat()
    assert "now has the role Officer" in ask(admin, who, "officer", starts_on=late)


def test_a_clash_that_arose_while_the_request_waited_is_found_at_approval(
    admin: Officer, second: Officer
) -> None:
    who = officer()
    ask(admin, who, "administrator")
    ask(admin, who, "officer")
    asked = RoleRequest.objects.get()
    page = decide(second)
    assert "cannot be held together" in page
    asked.refresh_from_db()
    assert asked.state == RoleRequest.State.PENDING
    assert scope_of(who).roles == ("officer",)


def test_the_page_of_requests_asks_the_database_no_more_for_fifty(
    admin: Officer, second: Officer, django_assert_max_num_queries: Any
) -> None:
    role, now = Role.objects.get(slug="analyst"), timezone.now()
    RoleRequest.objects.bulk_create(
        RoleRequest(
            officer=officer(),
            role=role,
            starts_on=now.date(),
            reason=REASON,
            requested_by=admin,
            expires_at=now + timedelta(days=7),
        )
        for _ in range(60)
    )
    client: Client = signed_in(second)
    client.get("/role-requests")
    with django_assert_max_num_queries(8):
        page = client.get("/role-requests").content.decode()
    assert page.count("/role-requests/") == 50
