"""Scheduled reports: once for each recipient, as that recipient, and not beyond their access."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from tests.crime_data import crime
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index
from wmp_search.access.models import Role, RoleAssignment
from wmp_search.reports import files, schedules
from wmp_search.reports.models import Delivery, Report, ReportFile, Schedule
from wmp_search.reports.periods import Period
from wmp_search.reports.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Schedule:
    """A report of the analyst for a constable, due today, as CSV."""
    first = Period(last=2).resolved().first
    at = datetime(first.year, first.month, 9, 12, tzinfo=UTC)
    crime("20CR/000001/26", occurred_from=at, category="Burglary")
    crime("20CR/000002/26", occurred_from=at, category="Stalking", tier=1)
    index()
    owner, constable = officer("analyst"), officer("officer", username="constable")
    spec = read({"dataset": "crimes", "by": ["category"], "period": {"last": 3}})
    report = Report.objects.create(owner=owner, title="Morning", spec=spec.as_json())
    report.roles.add(Role.objects.get(slug="officer"))
    found = Schedule.objects.create(
        report=report,
        owner=owner,
        every="day",
        form="csv",
        purpose_code="CRIME-INV",
        purpose_reference="20/123456/26",
        next_on=timezone.localdate(),
    )
    found.recipients.set([constable, owner])
    return found


def test_each_recipient_gets_it_once_with_their_own_access(made: Schedule) -> None:
    assert schedules.deliver() == 2
    assert schedules.deliver() == 0
    assert files.make_waiting() == 2
    texts = {
        file.owner_id: bytes(file.content or b"").decode() for file in ReportFile.objects.all()
    }
    constable = made.recipients.get(username="constable")
    assert "Stalking" in texts[made.owner_id]
    assert "Stalking" not in texts[constable.pk]
    assert "Total,1" in texts[constable.pk]
    made.refresh_from_db()
    assert made.next_on == schedules.following(Schedule.Every.DAY, timezone.localdate())
    told = Event.objects.filter(action="report.delivered")
    assert {event.officer_id for event in told} == {made.owner_id, constable.pk}


def test_the_inbox_holds_a_link_and_no_figure(made: Schedule) -> None:
    schedules.deliver()
    files.make_waiting()
    client = signed_in(made.recipients.get(username="constable"))
    shown = client.get("/reports/inbox").content.decode()
    assert "Morning" in shown
    assert "Burglary" not in shown
    delivery = Delivery.objects.get(recipient__username="constable")
    answer = client.get(f"/reports/inbox/{delivery.pk}")
    assert answer["Location"] == f"/reports/files/{delivery.file_id}"
    assert client.get(answer["Location"])["Location"].startswith("/purpose")
    other = signed_in(officer("officer"))
    assert other.get(f"/reports/inbox/{delivery.pk}").status_code == 404


@pytest.mark.parametrize(
    ("leaves", "why"),
    [("owner", "Its owner has left"), ("role", "may not share"), ("all", "has left")],
)
def test_it_stops_where_nobody_stands_behind_it_any_more(
    made: Schedule, leaves: str, why: str
) -> None:
    if leaves == "owner":
        made.owner.is_active = False
        made.owner.save()
    elif leaves == "role":
        RoleAssignment.objects.filter(officer=made.owner).update(revoked_at=timezone.now())
    else:
        made.recipients.set(made.recipients.filter(username="constable"))
        made.recipients.update(is_active=False)
    assert schedules.deliver() == 0
    made.refresh_from_db()
    assert made.stopped_at is not None
    assert why in made.why_stopped
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("lost", ["suspended", "role", "share"])
def test_a_recipient_who_may_not_ask_any_more_gets_nothing(made: Schedule, lost: str) -> None:
    constable = made.recipients.get(username="constable")
    if lost == "suspended":
        constable.is_active = False
        constable.save()
    elif lost == "role":
        RoleAssignment.objects.filter(officer=constable).update(revoked_at=timezone.now())
    else:
        made.report.roles.clear()
    assert schedules.deliver() == 1
    assert not Delivery.objects.filter(recipient=constable).exists()


def test_a_schedule_is_made_on_the_page_for_whom_the_report_is_shared_with(
    made: Schedule,
) -> None:
    client = with_purpose(signed_in(made.owner))
    at = f"/reports/{made.report_id}/schedule"
    form = {"every": "week", "form": "page", "to": "constable"}
    assert client.post(at, form).status_code == 302
    assert Schedule.objects.latest("pk").purpose_reference == "20/123456/26"
    officer("supervisor", username="stranger")
    refused = client.post(at, {**form, "to": "constable, stranger"})
    assert "not shared with stranger" in refused.content.decode()
    assert "nobody here called ghost" in client.post(at, {**form, "to": "ghost"}).content.decode()
    newest = Schedule.objects.latest("pk")
    assert client.post(f"/reports/schedules/{newest.pk}/stop").status_code == 302
    newest.refresh_from_db()
    assert newest.stopped_at


@pytest.mark.parametrize(
    ("every", "day", "next_on"),
    [
        ("day", date(2026, 2, 28), date(2026, 3, 1)),
        ("week", date(2026, 11, 30), date(2026, 12, 7)),
        ("week", date(2026, 12, 2), date(2026, 12, 7)),
        ("month", date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_next_day_of_a_schedule(every: Any, day: date, next_on: date) -> None:
    assert schedules.following(Schedule.Every(every), day) == next_on
