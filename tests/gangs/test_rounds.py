"""The monthly round: what was due, decided by another person, what is left, and the signature."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs import rounds
from gangs.kept_models import KeptMembership
from gangs.models import SignedMonth
from tests.crime_data import gang
from tests.gangs.kept import GangsUnit, gangs_unit, kept, remove, suspected
from tests.officers import officer, signed_in, with_purpose

pytestmark = pytest.mark.django_db
MONTH = "/memberships/month"
SIGN = "/memberships/month/sign"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def main_of(client: Client, address: str = MONTH) -> str:
    page = client.get(address).content.decode()
    return page[page.index("<main") : page.index("</main>")]


def review(client: Client, row: KeptMembership) -> Any:
    on = min(timezone.localdate() + timedelta(days=60), row.expires_on)
    return client.post(f"/memberships/{row.pk}/review", {"review_on": on.isoformat()})


@pytest.fixture
def month() -> Any:
    """Four memberships, due in October 2026: one still holds, one is removed, two are left."""
    one = gang()
    with time_machine.travel(noon(date(2026, 9, 15)), tick=False):
        team = gangs_unit()
        rows = [
            kept(team, who, one, review_on="2026-10-10")
            for who in (
                suspected(n, born_on=date(1995, 3, 2))
                for n in ("Stillson", "Goneson", "Leftone", "Lefttwo")
            )
        ]
    with time_machine.travel(noon(date(2026, 10, 20)), tick=False):
        team.sign_in()
        review(team.proposing, rows[0])  # its author: refused
        assert rounds.due([rounds.parse("2026-10")])[0].outcome == "left"  # type: ignore[list-item]
        assert review(team.deciding, rows[0]).status_code == 302
        remove(team, rows[1])
    with time_machine.travel(noon(date(2026, 11, 3)), tick=False):
        team.sign_in()
        yield team, rows


Month = tuple[GangsUnit, list[KeptMembership]]


def other_supervisor() -> Client:
    return with_purpose(signed_in(officer("gangs-supervisor", in_unit="Gangs unit")))


def test_f4_a_month_says_what_was_due_what_became_of_it_and_who_decided(month: Month) -> None:
    team, _ = month
    page = main_of(team.proposing)
    assert "Reviews of October 2026" in page
    for words, number in (("Still holds", 1), ("Removed", 1), ("Left", 2), ("Expired", 0)):
        assert f'>{words}</dt><dd class="govuk-summary-list__value">{number}<' in page
    assert str(team.supervisor) in page
    for name in ("Stillson", "Leftone", "Lefttwo"):
        assert name in page
    assert "Goneson" not in page
    assert "Nobody is shown it any more" in page


def test_f4_nobody_reviews_what_they_proposed_and_the_database_says_so_too(month: Month) -> None:
    team, rows = month
    assert KeptMembership.objects.filter(root=rows[0].root).count() == 2
    last = KeptMembership.objects.get(root=rows[0].root, superseded_at=None)
    assert last.reviewed_by == team.supervisor
    assert "Another officer of your unit reviews it" in main_of(
        team.proposing, f"/memberships/{rows[2].pk}"
    )
    same = {f.attname: getattr(last, f.attname) for f in last._meta.concrete_fields}
    same |= {
        "id": None,
        "number": 3,
        "reviewed_by_id": last.author_id,
        "superseded_at": noon(date(2026, 11, 3)),
    }
    with pytest.raises(IntegrityError, match="reviews_are_by_another"), transaction.atomic():
        KeptMembership.objects.create(**same)


def test_f10_it_is_signed_off_once_by_a_supervisor_who_decided_none_of_it(month: Month) -> None:
    team, _ = month
    address = f"{SIGN}?month=2026-10"
    given = {"reason": "Two officers were ill; done by 10 November"}
    assert team.proposing.post(address, given).status_code == 403
    assert team.deciding.post(address, given).status_code == 400  # reviewed one of them
    another = other_supervisor()
    assert another.post(address, {"reason": ""}).status_code == 400  # two are left: why?
    assert another.post(f"{SIGN}?month=2026-11", given).status_code == 400  # is not over
    assert not SignedMonth.objects.exists()
    assert another.post(address, given).status_code == 302
    assert another.post(address, given).status_code == 400
    signed = SignedMonth.objects.get()
    assert signed.counts == {"kept": 1, "removed": 1, "left": 2}
    event = Event.objects.get(action="memberships.signed")
    assert event.detail["counts"] == signed.counts
    assert "Signed off by" in main_of(team.proposing, f"{MONTH}?month=2026-10")
    # what was left is due in the next month, and what was signed stays as it was
    (november,) = rounds.figures([rounds.Month(date(2026, 11, 1))])
    assert november.left == 2
    (october,) = rounds.figures([rounds.Month(date(2026, 10, 1))])
    assert october.signed == signed


def test_f2_without_the_list_of_those_harmed_a_month_is_not_signed_off(month: Month) -> None:
    _, _ = month
    narrow = with_purpose(
        signed_in(officer("gangs-supervisor", in_unit="Gangs unit")), "INTEL-DEV", "20/123456/26"
    )
    answer = narrow.post(f"{SIGN}?month=2026-10", {"reason": "All done but two"})
    assert answer.status_code == 400
    assert not SignedMonth.objects.exists()


def test_f10_the_panel_sees_due_left_and_whether_signed_with_small_numbers_hidden(
    month: Month,
) -> None:
    page = main_of(signed_in(officer("ethics")), "/gang-figures")
    part = page[page.index('id="rounds"') : page.index('id="refusals"')]
    assert "October 2026" in part
    assert "Not signed off" in part
    assert part.count("fewer than 5") == 2
    for name in ("Stillson", "Leftone"):
        assert name not in part
    reason = {"reason": "Two officers were ill; done by 10 November"}
    other_supervisor().post(f"{SIGN}?month=2026-10", reason)
    assert "Not signed off" not in main_of(signed_in(officer("ethics")), "/gang-figures")


def test_another_unit_has_a_month_of_its_own(month: Month) -> None:
    other = with_purpose(signed_in(officer("gangs-officer", in_unit="Other unit")))
    page = main_of(other, f"{MONTH}?month=2026-10")
    assert "No review was due" in page
    assert "Stillson" not in page
