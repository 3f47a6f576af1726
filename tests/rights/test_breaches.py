"""The record of a breach: its clock, its decisions, and who saw what was wrong (I9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from audit.oversight.models import Alert, Case
from ingest.review.models import Task
from people.models import Person
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.rights import breaches
from wmp_search.rights.breach_models import Breach, BreachDecision

pytestmark = pytest.mark.django_db
KNOWN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WHY = "The copy went to a wrong address"


def form(**fields: Any) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "reference": "DB/26/7", "kind": "seen", "what": "A copy went to a wrong address",
        "happened_at": f"{now - timedelta(hours=5):%Y-%m-%dT%H:%M}",
        "known_at": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M}", "concerned": "1",
        "effect": "Their address is known to a stranger", "measures": "The copy was fetched back",
        "origin": "other", "origin_number": "", "people": "", **fields,
    }  # fmt: skip


def kept(client: Client, **fields: Any) -> Breach:
    answer = client.post("/breaches", form(**fields))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Breach.objects.get()


def keeper(role: str = "disclosure") -> Client:
    return signed_in(officer(role))


def reported() -> Person:
    who = person(record("custody", surname="Whitlock"), record("pnc", surname="Whitlock"))
    Task.objects.create(kind="report", left_person=who.pk, worth=1.0, opened_at=timezone.now())
    return who


@pytest.mark.parametrize(
    ("after", "told_after", "state", "hours"),
    [
        (0, None, "runs", 72), (71.5, None, "runs", 0), (72, None, "runs", 0),
        (73, None, "overdue", 1), (90, 70, "told", 2), (90, 75, "late", 3),
    ],
)  # fmt: skip
def test_the_clock_runs_seventy_two_hours_from_when_it_was_known(
    after: float, told_after: float | None, state: str, hours: int
) -> None:
    breach = Breach(known_at=KNOWN)
    told = None if told_after is None else KNOWN + timedelta(hours=told_after)
    decision = BreachDecision(tell=True, told_at=told)
    found = breaches.clock(breach, decision, KNOWN + timedelta(hours=after))
    assert (found.state, found.hours) == (state, hours)
    assert found.due == datetime(2026, 3, 5, 9, tzinfo=UTC)
    quiet = breaches.clock(breach, BreachDecision(tell=False), KNOWN + timedelta(hours=99))
    assert quiet.state == "not needed"


@pytest.mark.parametrize(
    "missing",
    ["reference", "kind", "what", "happened_at", "known_at", "concerned", "effect", "measures"],
)
def test_what_the_law_asks_of_the_record_is_required(missing: str) -> None:
    answer = keeper().post("/breaches", form(**{missing: ""}))
    assert "There is a problem" in answer.content.decode()
    assert not Breach.objects.exists()


def test_a_breach_was_not_known_before_it_began_nor_in_the_future() -> None:
    client, later = keeper(), f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    assert "not come yet" in client.post("/breaches", form(known_at=later)).content.decode()
    early = client.post("/breaches", form(known_at="2020-01-01T09:00")).content.decode()
    assert "It began before the force knew of it" in early


def test_from_a_wrong_person_report_comes_the_list_of_who_saw_it_since() -> None:
    who = reported()
    before, looker = (
        officer("officer", username="pc.before"),
        officer("officer", username="pc.saw"),
    )
    with_purpose(signed_in(before)).get(f"/people/{who.pk}")
    began = Event.objects.filter(action="person.viewed").latest("at").at + timedelta(
        microseconds=1
    )
    client = with_purpose(signed_in(looker))
    client.get(f"/people/{who.pk}")
    client.get(f"/people/{who.pk}")
    copy = {"recipient": "Jo Bloggs", "organisation": "Probation", "reason": "Asked for by them"}
    client.post(f"/people/{who.pk}/print", copy)
    keeping = keeper()
    breach = kept(keeping, origin="report", origin_number=str(who.pk))
    assert breach.people == [who.pk]
    Breach.objects.update(happened_at=began, known_at=timezone.now())
    text = keeping.get(f"/breaches/{breach.pk}").content.decode()
    assert "pc.saw" in text
    assert "pc.before" not in text
    assert "Jo Bloggs, Probation" in text
    breach.refresh_from_db()
    ((seen,), (given,)) = breaches.who_saw(breach)
    looks = Event.objects.filter(officer="pc.saw", at__gte=began, subject_ids=[str(who.pk)])
    assert seen.looks == looks.filter(action__in=["person.viewed", "person.exported"]).count() == 3
    assert given.organisation == "Probation"


def test_a_report_that_nobody_made_starts_nothing() -> None:
    answer = keeper().post("/breaches", form(origin="report", origin_number="424242"))
    assert "none with this number" in answer.content.decode()
    assert not Breach.objects.exists()


def test_only_professional_standards_start_from_a_case_and_see_what_came_of_it() -> None:
    who = person(record("custody"))
    now = timezone.now()
    case = Case.objects.create(title="PSD/26/1", opened_by=1, opened_at=now)
    Alert.objects.create(
        rule="victim", key="fixture", officer_id=7, officer="jones", score=3, case=case,
        subjects=[str(who.pk)], events=[], facts={}, first_at=now, last_at=now, raised_at=now,
    )  # fmt: skip
    fields = {"origin": "case", "origin_number": "PSD/26/1"}
    plain = keeper()
    assert "none with this number" in plain.post("/breaches", form(**fields)).content.decode()
    standards = keeper("professional-standards")
    breach = kept(standards, **fields)
    assert breach.people == [who.pk]
    assert plain.get(f"/breaches/{breach.pk}").status_code == 404
    assert breach.reference not in plain.get("/breaches").content.decode()
    assert standards.get(f"/breaches/{breach.pk}").status_code == 200


def test_to_tell_nobody_takes_a_second_person_also_in_the_database() -> None:
    client = keeper()
    breach = kept(client)
    page = f"/breaches/{breach.pk}"
    refused = client.post(page, {"do": "quiet:ico", "reason": WHY}, follow=True)
    assert "somebody else decides" in refused.content.decode()
    assert not BreachDecision.objects.exists()
    keeper().post(page, {"do": "quiet:ico", "reason": WHY})
    decision = BreachDecision.objects.get()
    assert (decision.tell, decision.whom) == (False, "ico")
    with pytest.raises(IntegrityError), transaction.atomic():
        BreachDecision.objects.create(
            breach=breach, whom="people", tell=False, reason=WHY, author=breach.opened_by,
            by=breach.opened_by,
        )  # fmt: skip


def test_it_closes_once_both_decisions_stand_and_everybody_was_told() -> None:
    client = keeper()
    breach = kept(client)
    page = f"/breaches/{breach.pk}"
    steps = (
        ("close", "Decide first"), ("tell:ico", "Saved"), ("tell:people", "Saved"),
        ("told:ico", "Saved"), ("close", "still to be told"), ("told:people", "Saved"),
        ("tell:ico", "decided already"), ("close", "Saved"), ("told:ico", "is closed"),
    )  # fmt: skip
    for do, said in steps:
        assert said in client.post(page, {"do": do, "reason": WHY}, follow=True).content.decode()
    breach.refresh_from_db()
    assert breach.closed_at
    assert "Told in time" in client.get(page).content.decode()


def test_every_look_and_change_is_recorded_without_its_words() -> None:
    client = keeper()
    breach = kept(client, people="12, 13")
    client.post(f"/breaches/{breach.pk}", {"do": "tell:ico", "reason": WHY})
    client.get(f"/breaches/{breach.pk}")
    changed = Event.objects.filter(action="breach.changed").order_by("at")
    assert [row.detail["what"] for row in changed] == ["opened", "decided"]
    assert changed[0].subject_ids == ["12", "13"]
    assert Event.objects.filter(action="breach.viewed", subject_ids=["12", "13"]).exists()
    assert not any(WHY in str(row.detail) for row in changed)


def test_an_officer_without_the_permission_finds_neither_menu_nor_page() -> None:
    client = signed_in(officer("officer"))
    assert client.get("/breaches").status_code == 403
    assert "/breaches" not in client.get("/").content.decode()
