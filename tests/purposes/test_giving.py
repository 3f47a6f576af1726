"""Giving a purpose: a task to tap, somebody else to look for, what is recorded and counted."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from people.models import SearchRequest
from tests.officers import officer, signed_in, unit, with_purpose
from wmp_search.access import assigned, friction
from wmp_search.access.purpose_models import PurposeSeconds, Task

pytestmark = pytest.mark.django_db

FOR = {
    "for_name": "Jo Birch",
    "for_collar": "WM1234",
    "for_force": "West Midlands Police",
    "for_station": "Lloyd House",
}
GIVEN = {"code": "CRIME-INV", "reference": "20/123456/26"}


def row(reference: str, **fields: str) -> dict[str, str]:
    return {
        "reference": reference,
        "kind": "crime",
        "title": "Burglary in a dwelling",
        "purpose": "CRIME-INV",
        "from": "2026-01-05T08:00",
        "until": "",
        **fields,
    }


def test_an_officers_open_tasks_are_offered_newest_first_and_nobody_elses() -> None:
    who, other = officer("officer", in_unit="Central"), officer("officer", in_unit="North")
    assigned.load(
        [
            row("20CR/1/26", officer=who.username),
            row("LOG 2", unit="central", kind="incident", **{"from": "2026-01-06T08:00"}),
            row("20CR/3/26", officer=who.username, until="2026-01-07"),
            row("20CR/4/26", officer=other.username),
            row("20CR/5/26", officer=who.username, **{"from": "2999-01-01"}),
        ]
    )
    assert [t.reference for t in assigned.open_tasks(who.pk, who.unit_id)] == [
        "LOG 2",
        "20CR/1/26",
    ]
    page = signed_in(who).get("/").content.decode()
    assert page.index("LOG 2") < page.index("20CR/1/26")
    assert "20CR/4/26" not in page


def test_tapping_a_task_is_the_whole_purpose() -> None:
    who = officer("officer")
    assigned.load([row("20CR/1/26", officer=who.username)])
    task = Task.objects.get()
    answer = signed_in(who).post("/people/search", {"text": "robert wick", "task": task.pk})
    assert answer.status_code == 303
    kept = SearchRequest.objects.get()
    assert (kept.purpose_code, kept.purpose_reference) == ("CRIME-INV", "20CR/1/26")


@pytest.mark.parametrize("which", ["another's", "closed", "nonsense"])
def test_only_an_open_task_of_ones_own_counts(which: str) -> None:
    who = officer("officer")
    owner = officer("officer", in_unit="North") if which == "another's" else who
    assigned.load([row("20CR/1/26", officer=owner.username)])
    if which == "closed":
        Task.objects.update(open_until=timezone.now())
    number = "x" if which == "nonsense" else Task.objects.get().pk
    answer = signed_in(who).post("/people/search", {"text": "robert wick", "task": number})
    assert answer.status_code == 400
    assert "This task is closed" in answer.content.decode()


def test_loading_again_changes_and_never_doubles(tmp_path: Path) -> None:
    unit("Central")
    feed = tmp_path / "tasks.csv"
    head = "reference,kind,title,purpose,from,until,officer,unit\n"
    feed.write_text(f"{head}20CR/1/26,crime,Burglary,CRIME-INV,2026-01-05,,,Central\n")
    call_command("load_tasks", feed, stdout=StringIO())
    feed.write_text(
        f"{head}20CR/1/26,crime,Robbery,CRIME-INV,2026-01-05,2026-01-06,,Central\n"
        "20CR/2/26,crime,Robbery,NOSY,2026-01-05,,,Central\n"
        "20CR/3/26,crime,Robbery,CRIME-INV,2026-01-05,,nobody,\n"
    )
    out, refused = StringIO(), StringIO()
    call_command("load_tasks", feed, stdout=out, stderr=refused)
    assert out.getvalue() == "1 tasks, 2 rows refused\n"
    assert "Row 2: purpose is not in the force's list" in refused.getvalue()
    assert "Row 3: nobody has this user name" in refused.getvalue()
    changed = Task.objects.get()
    assert (changed.title, bool(changed.open_until)) == ("Robbery", True)


def test_loading_costs_the_same_queries_for_one_and_for_many(
    django_assert_num_queries: Any,
) -> None:
    unit("Central")
    for count in (1, 300):
        rows = [row(f"20CR/{n}/26", unit="Central") for n in range(count)]
        with django_assert_num_queries(3 + 2, exact=False):  # a savepoint around the insert
            assert assigned.load(rows).written == count


def test_who_asked_stands_beside_the_operator_in_every_event_and_on_every_page() -> None:
    client = signed_in(officer("officer"))
    client.post("/purpose", {**GIVEN, **FOR})
    page = client.get("/gangs").content.decode()
    assert "for</strong> Jo Birch, WM1234, West Midlands Police, Lloyd House" in page
    event = Event.objects.filter(action="gang.listed").latest("at")
    assert event.detail["requested_by"] == {
        "name": "Jo Birch",
        "collar_number": "WM1234",
        "force": "West Midlands Police",
        "station": "Lloyd House",
    }
    carried = {**GIVEN, "text": "canal street", "carried": "1"}
    client.post("/gangs/search", carried, follow=True)
    assert Event.objects.filter(action="gang.listed").latest("at").detail["requested_by"]
    client.post("/purpose", GIVEN)
    client.get("/gangs")
    latest = Event.objects.filter(action="gang.listed").latest("at")
    assert "requested_by" not in latest.detail


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"for_collar": "WM 1234!"}, "up to 10 letters and digits"),
        ({"for_collar": ""}, "Enter their collar number"),
        ({"for_station": ""}, "Enter their station"),
    ],
)
def test_a_half_told_requester_is_refused(change: dict[str, str], words: str) -> None:
    answer = signed_in(officer("officer")).post("/purpose", {**GIVEN, **FOR, **change})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_the_api_takes_somebody_else_too() -> None:
    who = {"name": "Jo Birch", "collar_number": "WM1234", "force": "WMP", "station": "Bournville"}
    body = {"text": "burglary", "purpose": {**GIVEN, "requester": who}}
    client = signed_in(officer("officer"))
    body["purpose"]["requester"]["collar_number"] = "!"  # type: ignore[index]
    answer = client.post("/api/v1/crimes/search", body, content_type="application/json")
    assert answer.status_code == 400
    assert "collar_number" in answer.json()["purpose"]["requester"]


def test_a_purpose_is_recorded_when_it_is_news() -> None:
    client = with_purpose(signed_in(officer("officer")))
    with_purpose(client)
    with_purpose(client, "STOP", "Two men running from a shop")
    events = Event.objects.filter(action="purpose.given").order_by("at")
    assert [(e.purpose_code, e.detail["given"]) for e in events] == [
        ("CRIME-INV", "reference"),
        ("STOP", "reason"),
    ]


def test_seconds_are_counted_without_officer_or_search() -> None:
    client = signed_in(officer("officer"))
    start = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        stamp = friction.stamp()
        for seconds in (4, 200):
            clock.move_to(start + timedelta(seconds=seconds))
            client.post("/purpose", {**GIVEN, "shown": stamp})
        client.post("/purpose", {**GIVEN, "shown": "forged"})
        counted = [(c.seconds, c.with_task, c.searches) for c in PurposeSeconds.objects.all()]
        assert sorted(counted) == [(5, False, 1), (999, False, 1)]
        page = signed_in(officer("ethics")).get("/quality").content.decode()
    assert "Up to 5 s" in page
    assert "More than 120 s" in page
    assert {f.name for f in PurposeSeconds._meta.fields} == {
        *("id", "day", "seconds", "with_task", "searches")
    }
