"""An administrator makes, copies, changes and retires roles, in plain words."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in
from wmp_search.access import catalogue, separation
from wmp_search.access.models import Officer, Role, RoleAssignment, RoleRequest
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Burglary desk",
    "description": "Staff who link burglaries",
    "permissions": ["crime.view", "person.search"],
}


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin")


def send(by: Officer, address: str, **fields: Any) -> str:
    return signed_in(by).post(address, fields, follow=True).content.decode()


def make(by: Officer, **fields: Any) -> Role:
    send(by, "/roles/new", **{**NEW, **fields})
    return Role.objects.latest("pk")


def test_a_role_is_made_from_the_list_of_described_permissions(admin: Officer) -> None:
    page = signed_in(admin).get("/roles/new").content.decode()
    for described in catalogue.CATALOGUE.values():
        assert described.sentence.replace("'", "&#x27;") in page
    role = make(admin)
    assert (role.slug, role.title) == ("burglary-desk", "Burglary desk")
    who = officer()
    RoleAssignment.objects.create(officer=who, role=role, starts_on=timezone.localdate())
    assert scope_of(who).permissions == {"crime.view", "person.search"}
    row = Event.objects.get(action=Action.ROLE_CREATED)
    assert (row.officer_id, row.subject_kind, row.subject_ids) == (
        admin.pk,
        "role",
        [str(role.pk)],
    )
    assert row.detail["after"]["permissions"] == ["crime.view", "person.search"]


def test_a_copy_begins_with_the_permissions_of_the_other(admin: Officer) -> None:
    officer_role = Role.objects.get(slug="officer")
    page = signed_in(admin).get(f"/roles/new?copy={officer_role.pk}").content.decode()
    assert page.count(" checked>") == len(officer_role.permissions)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"permissions": []}, "Choose at least one permission"),
        ({"permissions": ["person.fly"]}, "not one of the available choices"),
        ({"title": "OFFICER"}, "already a role called"),
        ({"title": ""}, "Enter a name for the role"),
        ({"permissions": ["role.manage", "person.view"]}, "cannot read people"),
        ({"permissions": ["role.manage", "audit.view_all"]}, "does not watch how they are used"),
    ],
)
def test_a_role_that_must_not_be_is_refused(
    admin: Officer, fields: dict[str, Any], words: str
) -> None:
    assert words in send(admin, "/roles/new", **{**NEW, **fields})
    assert not Role.objects.filter(description=NEW["description"]).exists()


def test_the_first_roles_keep_the_duties_apart() -> None:
    for role in Role.objects.all():
        assert separation.broken(role.permissions) == [], role


def test_every_way_of_reading_people_is_apart_from_managing_roles() -> None:
    """A permission that somebody adds must be put on one side or the other."""
    apart = separation.READS_PEOPLE | separation.WATCHES_OFFICERS
    free = {p.value for p in set(Permission) - apart}
    told = {"quality.view", "feed.manage", "feedback.answer", "gang.govern", "trend.manage"}
    # a report counts what its reader's other permissions open, and nothing without them
    asked = {"report.view", "report.build", "report.share"}
    assert free == told | asked | {"role.manage", "practice.only"}  # the last takes away


def test_a_change_is_shown_before_it_is_made_and_counts_at_the_next_request(
    admin: Officer,
) -> None:
    role, who = make(admin), officer()
    RoleAssignment.objects.create(officer=who, role=role, starts_on=timezone.localdate())
    client = signed_in(who)
    assert client.get("/gangs").status_code == 403
    changed = {**NEW, "permissions": ["crime.view", "gang.view"]}
    page = send(admin, f"/roles/{role.pk}/change", **changed)
    assert "1 officer holds it" in page
    assert "See gangs and their members" in page
    assert client.get("/gangs").status_code == 403, "not before it is confirmed"
    send(admin, f"/roles/{role.pk}/change", **changed, confirmed="yes")
    assert client.get("/gangs").status_code != 403
    row = Event.objects.get(action=Action.ROLE_CHANGED)
    assert row.detail["before"]["permissions"] == ["crime.view", "person.search"]
    assert row.detail["after"]["permissions"] == ["crime.view", "gang.view"]


def test_restricted_records_open_and_close_with_the_next_request(admin: Officer) -> None:
    second, who = officer("administrator"), officer("officer")
    role = Role.objects.get(slug="officer")
    wider = {
        "title": role.title,
        "description": role.description,
        "permissions": [*role.permissions, "person.view_restricted"],
    }
    send(admin, f"/roles/{role.pk}/change", **wider, confirmed="yes", reason="For the pilot team")
    assert scope_of(who).max_tier == 0
    asked = RoleRequest.objects.get()
    send(second, f"/role-requests/{asked.pk}", decision="approve", reason="Agreed in writing")
    assert scope_of(who).max_tier == 1
    narrower = {**wider, "permissions": role.permissions}
    send(admin, f"/roles/{role.pk}/change", **narrower, confirmed="yes")
    assert scope_of(who).max_tier == 0


def test_adding_a_sensitive_permission_needs_a_second_administrator(admin: Officer) -> None:
    role, second = make(admin), officer("administrator", username="admin2")
    wider = {**NEW, "permissions": ["crime.view", "record.view_raw"]}
    address = f"/roles/{role.pk}/change"
    assert "Say why it is needed" in send(admin, address, **wider, confirmed="yes")
    page = send(admin, address, **wider, confirmed="yes", reason="Court bundles need them")
    assert "waits for a second administrator" in page
    role.refresh_from_db()
    assert "record.view_raw" not in role.permissions
    asked = RoleRequest.objects.get()
    sent = {"decision": "approve", "reason": "Agreed in writing"}
    assert "You asked for this yourself" in send(admin, f"/role-requests/{asked.pk}", **sent)
    page = signed_in(second).get(f"/role-requests/{asked.pk}").content.decode()
    assert "See a source record as it was delivered" in page
    assert "Search for people" in page, "what is taken away"
    send(second, f"/role-requests/{asked.pk}", **sent)
    role.refresh_from_db()
    assert role.permissions == ["crime.view", "record.view_raw"]
    row = Event.objects.get(action=Action.ROLE_CHANGED)
    assert (row.officer_id, row.detail["requested_by"]) == (second.pk, admin.pk)


def test_nobody_changes_or_retires_a_role_that_they_hold(admin: Officer) -> None:
    role = Role.objects.get(slug="administrator")
    fields = {**NEW, "title": role.title, "permissions": ["quality.view"], "confirmed": "yes"}
    assert "hold themselves" in send(admin, f"/roles/{role.pk}/change", **fields)
    assert "hold themselves" in send(admin, f"/roles/{role.pk}/retire")
    role.refresh_from_db()
    assert role.permissions == ["role.manage"]
    assert role.retired_at is None


def test_nobody_approves_a_change_of_a_role_that_they_hold(admin: Officer) -> None:
    role, second = make(admin, permissions=["quality.view"]), officer("administrator")
    wider = {**NEW, "permissions": ["quality.view", "role.manage"], "confirmed": "yes"}
    send(admin, f"/roles/{role.pk}/change", **wider, reason="Deputies need to manage roles")
    RoleAssignment.objects.create(officer=second, role=role, starts_on=timezone.localdate())
    asked = RoleRequest.objects.get()
    page = send(
        second, f"/role-requests/{asked.pk}", decision="approve", reason="Agreed in writing"
    )
    assert "hold themselves" in page
    role.refresh_from_db()
    assert role.permissions == ["quality.view"]


def test_a_change_may_not_make_two_roles_of_one_officer_clash(admin: Officer) -> None:
    role, who = make(admin, permissions=["quality.view"]), officer("administrator")
    RoleAssignment.objects.create(officer=who, role=role, starts_on=timezone.localdate())
    page = send(admin, f"/roles/{role.pk}/change", **NEW, confirmed="yes")
    assert "Somebody holds this role and the role Administrator together" in page
    role.refresh_from_db()
    assert role.permissions == ["quality.view"]


def test_a_retired_role_is_held_by_nobody_and_its_history_stays(admin: Officer) -> None:
    role, who, other = make(admin), officer(), officer("officer")
    for holder in (who, other):
        RoleAssignment.objects.create(officer=holder, role=role, starts_on=timezone.localdate())
    RoleRequest.objects.create(
        role=role,
        proposed={**NEW},
        reason="r",
        requested_by=admin,
        expires_at=timezone.now() + timedelta(days=1),
    )
    assert (
        "2 officers hold it" in signed_in(admin).get(f"/roles/{role.pk}/retire").content.decode()
    )
    send(admin, f"/roles/{role.pk}/retire")
    assert scope_of(who).roles == ()
    assert scope_of(other).roles == ("officer",)
    assert role.assignments.filter(revoked_by=admin).count() == 2
    assert RoleRequest.objects.get().state == RoleRequest.State.EXPIRED
    page = signed_in(admin).get(f"/officers/{who.pk}").content.decode()
    assert f'value="{role.pk}"' not in page, "it can no longer be given"
    assert "Roles held before" in page
    row = Event.objects.get(action=Action.ROLE_REVOKED)
    assert set(row.subject_ids) == {str(who.pk), str(other.pk)}
    states = {c["officer"]: c for c in row.detail["changes"]}
    assert [r["role"] for r in states[other.pk]["before"]["roles"]] == ["burglary-desk", "officer"]
    assert [r["role"] for r in states[other.pk]["after"]["roles"]] == ["officer"]


def test_the_pages_of_roles_ask_the_database_no_more_for_many_holders(
    admin: Officer, django_assert_max_num_queries: Any
) -> None:
    role, client = Role.objects.get(slug="officer"), signed_in(admin)
    for _ in range(60):
        officer("officer")
    client.get("/roles")
    with django_assert_max_num_queries(4):
        client.get("/roles")
    with django_assert_max_num_queries(9):
        page = client.get(f"/roles/{role.pk}").content.decode()
    assert "60 officers" in page
    assert "Page 1 of 2" in page
