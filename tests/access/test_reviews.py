"""The yearly review of access: a snapshot, signed off line by line, never by oneself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from tests.officers import officer, signed_in
from wmp_search.access.models import AccessReview, Officer, ReviewLine, RoleAssignment
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Officer:
    return officer("administrator", username="admin", in_unit="Headquarters")


@pytest.fixture
def sergeant() -> Officer:
    return officer("supervisor", username="sergeant", in_unit="Central")


def begin(by: Officer, title: str = "Yearly review 2026", days: int = 30) -> AccessReview:
    due = (timezone.localdate() + timedelta(days=days)).isoformat()
    signed_in(by).post("/access-reviews/start", {"title": title, "due_on": due})
    return AccessReview.objects.get(title=title)


def sign(by: Officer, review: AccessReview, *lines: ReviewLine, decision: str = "keep") -> Any:
    unit = lines[0].unit_id or 0
    sent = {f"line-{line.pk}": decision for line in lines}
    return signed_in(by).post(f"/access-reviews/{review.pk}/units/{unit}", sent, follow=True)


def line_of(review: AccessReview, who: Officer) -> ReviewLine:
    return review.lines.get(officer=who)


def test_a_review_is_a_snapshot_of_everybody_with_a_role(
    admin: Officer, sergeant: Officer
) -> None:
    who, closed = officer("officer"), officer("officer", is_active=False)
    officer()
    review = begin(admin)
    assert set(review.lines.values_list("officer", flat=True)) == {admin.pk, sergeant.pk, who.pk}
    assert not review.lines.filter(officer=closed).exists()
    RoleAssignment.objects.create(
        officer=who, role=line_of(review, sergeant).role, starts_on=timezone.localdate()
    )
    assert review.lines.count() == 3, "what is given later is not part of it"
    row = Event.objects.get(action=Action.ACCESS_REVIEW_STARTED)
    assert row.detail["lines"] == 3


def test_a_supervisor_signs_off_the_own_unit_and_no_other(
    admin: Officer, sergeant: Officer
) -> None:
    who, stranger = officer("officer"), officer("officer", in_unit="North")
    review = begin(admin)
    sign(sergeant, review, line_of(review, who))
    assert line_of(review, who).decision == "keep"
    answer = sign(sergeant, review, line_of(review, stranger))
    assert answer.status_code == 404
    own_unit = line_of(review, who).unit_id
    signed_in(sergeant).post(
        f"/access-reviews/{review.pk}/units/{own_unit}",
        {f"line-{line_of(review, stranger).pk}": "withdraw"},
    )
    assert line_of(review, stranger).decision == "", "not through the own unit's page either"
    page = signed_in(sergeant).get(f"/access-reviews/{review.pk}").content.decode()
    assert "Central" in page
    assert "North" not in page


def test_nobody_signs_off_their_own_role(admin: Officer, sergeant: Officer) -> None:
    review = begin(admin)
    for who in (admin, sergeant):
        sign(who, review, line_of(review, who))
        assert line_of(review, who).decision == ""
    sign(admin, review, line_of(review, sergeant))
    assert line_of(review, sergeant).decided_by == admin
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewLine.objects.filter(officer=admin).update(decided_by=admin)


def test_a_role_not_kept_ends_at_once_and_is_audited(admin: Officer, sergeant: Officer) -> None:
    who = officer("officer")
    review = begin(admin)
    sign(sergeant, review, line_of(review, who), decision="withdraw")
    assert scope_of(who).roles == ()
    held = RoleAssignment.objects.get(officer=who)
    assert held.revoked_by == sergeant
    signed = Event.objects.get(action=Action.ACCESS_REVIEW_SIGNED)
    assert signed.detail["lines"] == [
        {"officer": who.pk, "role": "officer", "decision": "withdraw"}
    ]
    row = Event.objects.get(action=Action.ROLE_REVOKED)
    assert (row.officer_id, row.subject_ids) == (sergeant.pk, [str(who.pk)])
    assert row.detail["before"]["roles"][0]["role"] == "officer"
    assert row.detail["after"]["roles"] == []


def test_a_line_is_decided_once(admin: Officer, sergeant: Officer) -> None:
    who = officer("officer")
    review = begin(admin)
    sign(sergeant, review, line_of(review, who))
    sign(admin, review, line_of(review, who), decision="withdraw")
    assert line_of(review, who).decision == "keep"
    assert scope_of(who).roles == ("officer",)


def test_a_review_is_finished_when_nothing_is_open(admin: Officer, sergeant: Officer) -> None:
    second = officer("administrator", username="admin2", in_unit="Headquarters")
    gone = officer("officer")
    review = begin(admin)
    finish = f"/access-reviews/{review.pk}/finish"
    page = signed_in(admin).post(finish, follow=True).content.decode()
    assert "4 lines are not signed off yet" in page
    gone.assignments.update(revoked_at=timezone.now())
    sign(admin, review, line_of(review, second))
    sign(admin, review, line_of(review, sergeant))
    sign(second, review, line_of(review, admin))
    signed_in(admin).post(finish)
    review.refresh_from_db()
    assert review.finished_by == admin
    last = Event.objects.filter(action=Action.ACCESS_REVIEW_STARTED).latest("at")
    assert (last.detail["kept"], last.detail["withdrawn"]) == (3, 0)


def test_one_review_at_a_time(admin: Officer) -> None:
    begin(admin)
    sent = {"title": "Another", "due_on": timezone.localdate().isoformat()}
    page = signed_in(admin).post("/access-reviews/start", sent).content.decode()
    assert "A review is still open" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessReview.objects.create(title="x", due_on=timezone.localdate(), started_by=admin)


def test_what_is_late_is_shown_as_overdue(admin: Officer, sergeant: Officer) -> None:
    officer("officer")
    review = begin(admin, days=2)
    address = f"/access-reviews/{review.pk}"
    assert "Overdue" not in signed_in(admin).get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        for reader in (admin, sergeant):
            assert "Overdue" in signed_in(reader).get(address).content.decode()
            assert "Overdue" in signed_in(reader).get("/access-reviews").content.decode()


def test_the_pages_ask_the_database_no_more_for_many_lines(
    admin: Officer, sergeant: Officer, django_assert_max_num_queries: Any
) -> None:
    for _ in range(60):
        officer("officer")
    review, client = begin(admin), signed_in(sergeant)
    unit = line_of(review, sergeant).unit_id
    client.get("/access-reviews")
    with django_assert_max_num_queries(9):
        client.get(f"/access-reviews/{review.pk}")
    with django_assert_max_num_queries(12):
        page = client.get(f"/access-reviews/{review.pk}/units/{unit}").content.decode()
    assert "Page 1 of 2" in page
