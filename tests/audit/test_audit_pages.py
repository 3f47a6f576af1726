"""What supervisors and auditors read: their share of the trail, page by page, itself recorded."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from audit import record as door
from audit.actions import Action
from audit.models import Event
from audit.selectors import PAGE_SIZE, Filters, Key, get, page
from tests.officers import officer, reading, signed_in
from wmp_search.access.models import Officer
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


def look(who: Officer, at: datetime = NOW, **fields: Any) -> uuid.UUID:
    """Record that an officer searched, at a moment."""
    entry = {
        "action": Action.PERSON_SEARCHED,
        "actor": door.Actor(
            officer_id=who.pk, officer=who.get_username(), unit_id=who.unit_id, roles=("officer",)
        ),
        "purpose_code": "CRIME-INV",
        "purpose_reference": "20/123456/26",
        "query": {"text": "Tom Wilson", "understood": {"surname": "wilson"}},
        "subject_kind": "person",
        "subject_ids": ["41", "42"],
        "shown": [{"id": "41", "rank": 1}, {"id": "42", "rank": 2}],
        "result_count": 2,
        **fields,
    }
    with time_machine.travel(at, tick=False):
        return door.event(door.Entry(**entry))


def seen(client: Client, **filters: Any) -> str:
    with time_machine.travel(NOW, tick=False):
        return client.get("/audit", filters).content.decode()


def reader(*roles: str, **fields: Any) -> tuple[Officer, Client]:
    with time_machine.travel(NOW, tick=False):
        who = officer(*roles, **fields)
        return who, reading(signed_in(who))


def test_a_supervisor_sees_who_searched_what_for_what_and_what_was_found() -> None:
    _, client = reader("supervisor")
    look(officer("officer", username="jones"), at=NOW - timedelta(minutes=5))
    shown = seen(client)
    for words in (
        "jones",
        "Searched for a person",
        "“Tom Wilson”",
        "Crime investigation",
        "20/123456/26",
        "2 results",
        '<a class="govuk-link" href="/people/41">41</a>',
        "6 Oct 2026, 09:55:00",
    ):
        assert words in shown, words


def test_a_supervisor_sees_the_own_unit_only_and_never_their_own_activity() -> None:
    sergeant, client = reader("supervisor", username="sergeant")
    look(officer("officer", username="same-unit"))
    look(officer("officer", username="other-unit", in_unit="Harbour"))
    look(sergeant)
    shown = seen(client)
    assert "same-unit" in shown
    assert "other-unit" not in shown
    assert "sergeant</td>" not in shown


def test_a_supervisor_without_a_unit_sees_nothing() -> None:
    sergeant, client = reader("supervisor")
    Officer.objects.filter(pk=sergeant.pk).update(unit=None)
    nobody = officer("officer", username="unitless")
    Officer.objects.filter(pk=nobody.pk).update(unit=None)
    nobody.refresh_from_db()
    look(nobody)
    assert "Nothing was recorded that matches" in seen(client)


def test_an_auditor_sees_everything_and_no_way_to_people() -> None:
    auditor, client = reader("auditor", username="auditor")
    look(officer("officer", username="jones", in_unit="Harbour"))
    look(auditor)
    shown = seen(client)
    assert "jones" in shown
    assert "auditor</td>" in shown
    assert "/people/41" not in shown


def test_an_event_of_another_unit_looks_missing_and_the_attempt_is_recorded() -> None:
    sergeant, client = reader("supervisor")
    look(officer("officer", in_unit="Harbour"))
    other = Event.objects.get(action=Action.PERSON_SEARCHED)
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/audit/{Key.of(other).microsecond}/{other.id}")
    assert answer.status_code == 404
    denied = Event.objects.get(action=Action.ACCESS_DENIED)
    assert (denied.officer_id, denied.subject_ids) == (sergeant.pk, [str(other.id)])


def test_the_page_of_an_event_shows_all_of_it_and_that_it_is_unchanged() -> None:
    _, client = reader("supervisor")
    look(officer("officer", username="jones"))
    row = Event.objects.get(action=Action.PERSON_SEARCHED)
    with time_machine.travel(NOW, tick=False):
        shown = client.get(f"/audit/{Key.of(row).microsecond}/{row.id}").content.decode()
    for words in ("Understood surname", "wilson", "Rank", "As it was written", str(row.id)):
        assert words in shown, words
    viewed = Event.objects.get(action=Action.AUDIT_VIEWED)
    assert viewed.subject_ids == [str(row.id)]


@pytest.mark.parametrize("address", ["/audit/99999999999999999999/", "/audit/1/"])
def test_an_event_that_never_was_is_missing(address: str) -> None:
    _, client = reader("auditor")
    with time_machine.travel(NOW, tick=False):
        assert client.get(f"{address}{uuid.uuid4()}").status_code == 404


def test_reading_the_trail_is_recorded_with_its_filters() -> None:
    auditor, client = reader("auditor")
    seen(client, action="person.searched", subject="41")
    row = Event.objects.get(action=Action.AUDIT_VIEWED)
    assert row.officer_id == auditor.pk
    assert row.query == {
        "since": "2026-09-06",
        "until": "2026-10-06",
        "action": "person.searched",
        "subject": "41",
    }


def test_each_filter_narrows() -> None:
    _, client = reader("auditor")
    jones, brown = officer(username="jones"), officer(username="brown")
    look(jones)
    look(
        brown,
        at=NOW - timedelta(days=3),
        action=Action.GANG_VIEWED,
        purpose_code="STOP",
        subject_kind="gang",
        subject_ids=["7"],
    )
    for only_brown in (
        {"officer": brown.pk},
        {"action": "gang.viewed"},
        {"purpose": "STOP"},
        {"subject": "7"},
        {"kind": "gang"},
        {"until": "2026-10-04"},
        {"since": "2026-10-01", "until": "2026-10-03"},
    ):
        shown = seen(client, **only_brown)
        assert "brown</td>" in shown, only_brown
        assert "jones</td>" not in shown, only_brown


def test_the_days_are_whole_days_of_this_country() -> None:
    _, client = reader("auditor")
    summer_night = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight on the 2nd
    look(officer(username="night"), at=summer_night)
    assert "night</td>" in seen(client, since="2026-07-02", until="2026-07-02")
    assert "night</td>" not in seen(client, since="2026-07-01", until="2026-07-01")


def test_names_typed_into_the_filter_do_not_enter_the_address() -> None:
    _, client = reader("supervisor")
    jones = officer("officer", username="jones")
    look(jones)
    look(officer("officer", username="brown"))
    with time_machine.travel(NOW, tick=False):
        answer = client.post("/audit", {"officer": "Jones"})
        assert "ones" not in answer["Location"]
        shown = client.get(answer["Location"]).content.decode()
    assert "jones</td>" in shown
    assert "brown</td>" not in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"officer": "who"}, "There is no officer with this user name"),
        ({"since": "2026-10-05", "until": "2026-10-04"}, "must not be before the first day"),
        ({"since": "yesterday"}, "Enter a valid date"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(typed: dict[str, str], words: str) -> None:
    _, client = reader("auditor")
    with time_machine.travel(NOW, tick=False):
        assert words in client.post("/audit", typed).content.decode()


def test_paging_reaches_every_event_once_in_order_even_of_the_same_moment() -> None:
    auditor, _ = reader("auditor")
    jones = officer(username="jones")
    moments = [NOW - timedelta(seconds=i // 7) for i in range(PAGE_SIZE * 2 + 9)]
    made = {look(jones, at=moment) for moment in moments}
    scope, filters = scope_of(auditor), Filters(since=date(2026, 10, 1), until=date(2026, 10, 6))
    found: list[Event] = []
    before = None
    while rows := page(scope, filters, before=before)[:PAGE_SIZE]:
        found += rows
        before = Key.of(rows[-1])
    assert [e.at for e in found] == sorted((e.at for e in found), reverse=True)
    assert len(found) == len(made)
    assert {e.id for e in found} == made


def test_the_page_leads_to_older_events() -> None:
    _, client = reader("auditor")
    jones = officer(username="jones")
    for i in range(PAGE_SIZE + 1):
        look(jones, at=NOW - timedelta(minutes=i), purpose_reference=f"20/{100000 + i}/26")
    first = seen(client)
    assert f"20/{100000 + PAGE_SIZE}/26" not in first
    address = first.split('govuk-pagination__link" href="')[1].split('"')[0]
    with time_machine.travel(NOW, tick=False):
        second = client.get("/audit" + address.replace("&amp;", "&")).content.decode()
    assert f"20/{100000 + PAGE_SIZE}/26" in second
    assert "Newest" in second


@pytest.mark.parametrize("before", ["", "1", "x-y", f"9999999999999999999999-{uuid.UUID(int=1)}"])
def test_a_broken_place_to_go_on_from_is_the_newest_page(before: str) -> None:
    _, client = reader("auditor")
    look(officer(username="jones"))
    assert "jones</td>" in seen(client, before=before)


def test_keys_survive_their_text() -> None:
    key = Key(at=datetime(2026, 10, 6, 9, 0, 0, 123457, tzinfo=UTC), id=uuid.uuid4())
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "narrower",
    [{}, {"officer": 1}, {"action": "role.granted"}, {"subject": "41"}],
    ids=["all", "officer", "action", "subject"],
)
def test_a_page_reads_only_the_months_asked_for_and_counts_nothing(
    narrower: dict[str, Any], django_assert_num_queries: Any
) -> None:
    auditor, _ = reader("auditor")
    scope = scope_of(auditor)
    filters = Filters(since=date(2026, 10, 2), until=date(2026, 10, 6), **narrower)
    with django_assert_num_queries(1, using="audit") as caught:
        page(scope, filters, before=Key(at=NOW, id=uuid.uuid4()))
    sql = caught.captured_queries[0]["sql"]
    assert "COUNT(" not in sql.upper()
    with connections["audit"].cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    months = set(re.findall(r"audit_event_(\d{4}_\d{2}|other)", plan))
    assert months == {"2026_10"}, plan


def test_reading_one_event_touches_one_month(django_assert_num_queries: Any) -> None:
    auditor, _ = reader("auditor")
    look(officer())
    row = Event.objects.get(action=Action.PERSON_SEARCHED)
    scope = scope_of(auditor)
    with django_assert_num_queries(1, using="audit") as caught:
        assert get(scope, Key.of(row)) is not None
    with connections["audit"].cursor() as cursor:
        cursor.execute(f"EXPLAIN {caught.captured_queries[0]['sql']}")
        plan = "\n".join(line[0] for line in cursor.fetchall())
    assert plan.count("audit_event_2026_") >= 1
    assert "audit_event_2026_11" not in plan
