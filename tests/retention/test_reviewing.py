"""Reviews and disposals on their pages: questions, two people, threshold, quarantine, way back."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from audit import holds
from audit.models import Event, Hold
from audit.record import SYSTEM
from people.models import Person, Restriction
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index, next_id, person, record
from wmp_search.retention import compute, disposal, rules
from wmp_search.retention.models import Disposal, Review, Standing

pytestmark = pytest.mark.django_db
OLD = {"recorded_on": date(2010, 3, 1), "role": "arrested"}
WHY = "Nothing since 2010, no risk is known"
ANSWERS = dict.fromkeys(rules.load().questions, "no")


def manager(**fields: Any) -> Client:
    return with_purpose(signed_in(officer("records-manager", **fields)), "DATA-QUALITY")


def old_person(**fields: Any) -> Person:
    who = person(record("custody", **{**OLD, "surname": "Oldcastle", **fields}))
    compute.compute([who.pk])
    return who


def dispose(client: Client, *people: Person) -> None:
    for who in people:
        answer = client.post(
            f"/retention/people/{who.pk}", {**ANSWERS, "outcome": "dispose", "reason": WHY}
        )
        assert answer.status_code == 302, answer.content.decode()


def proposed(client: Client) -> Disposal:
    client.post("/retention/disposals", {"reason": WHY})
    return Disposal.objects.get()


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_preview_counts_who_falls_due_and_what_stands_against_it() -> None:
    first, second = old_person(), old_person()
    old_person(recorded_on=date(2025, 1, 1))
    involve(record("crime_recording", **OLD), crime("20CR/1/26"), "suspect")  # nobody's
    busy = record("crime_recording", **OLD)
    case = person(busy)
    involve(busy, crime(), "suspect")
    Restriction.objects.create(
        person=second, level="masked", reason="x", owner_unit=unit("North"),
        owner=officer("supervisor"), review_on="2099-01-01", set_at=timezone.now(),
    )  # fmt: skip
    holds.place(SYSTEM, holds.Held(Hold.Kind.SUBJECT, f"person:{first.pk}", "An enquiry is open"))
    compute.compute([case.pk])
    shown = text(manager(), "/retention")
    assert "3 people fall due by" in shown
    for words, count in (
        ("A crime without an outcome", 1),
        ("A restriction that stands", 1),
        ("A legal hold on the audit trail", 1),
        ("A gang link that stands", 0),
    ):
        row = shown.split(words)[1].split("</tr>")[0]
        assert f">{count}</td>" in row, words
    assert "Nobody has confirmed these periods" in shown
    assert Event.objects.filter(action="retention.viewed").exists()
    later = text(manager(), "/retention?on=2031-01-02")
    assert "4 people fall due by 2 January 2031" in later


def test_whom_a_manager_may_not_see_is_neither_counted_nor_queued_nor_reviewed() -> None:
    seen, hidden = old_person(), old_person()
    Restriction.objects.create(
        person=hidden, level="restricted", reason="x", owner_unit=unit("North"),
        owner=officer("supervisor"), review_on="2099-01-01", set_at=timezone.now(),
    )  # fmt: skip
    client = manager()
    assert "1 person falls due by" in text(client, "/retention")
    queue = text(client, "/retention/queue")
    assert f"Person {seen.pk}" in queue
    assert f"Person {hidden.pk}" not in queue
    assert client.get(f"/retention/people/{hidden.pk}").status_code == 404


def test_a_review_answers_every_question_and_keeps_author_and_reason() -> None:
    who, client = old_person(), manager(username="alice")
    page = f"/retention/people/{who.pk}"
    assert "capacity to inflict serious harm" in text(client, page)
    missing = client.post(page, {"outcome": "keep", "reason": WHY}).content.decode()
    assert "There is a problem" in missing
    assert not Review.objects.exists()
    client.post(page, {**ANSWERS, "harm": "yes", "outcome": "keep", "reason": WHY})
    made = Review.objects.get()
    assert made.answers == {**dict.fromkeys(rules.load().questions, False), "harm": True}
    assert (made.author.username, made.outcome, made.reason) == ("alice", "keep", WHY)
    assert Standing.objects.get(pk=who.pk).review_on > timezone.localdate()
    row = Event.objects.get(action="retention.reviewed")
    assert (row.subject_ids, row.detail["outcome"]) == ([str(who.pk)], "keep")
    assert WHY not in str(row.detail)  # the form of a disposed record is not kept in the trail


def test_somebody_with_an_open_case_cannot_be_disposed_of() -> None:
    busy = record("crime_recording", **OLD)
    who = person(busy)
    involve(busy, crime(), "suspect")
    compute.compute()
    form = {**ANSWERS, "outcome": "dispose", "reason": WHY}
    answer = manager().post(f"/retention/people/{who.pk}", form).content.decode()
    assert "there is a crime without an outcome" in answer
    assert not Review.objects.exists()


def test_disposal_takes_two_people_and_hides_from_the_next_request_on() -> None:
    who = old_person(given_names="Zebulon")
    index()
    reader = with_purpose(signed_in(officer("officer")))
    assert reader.get(f"/people/{who.pk}").status_code == 200
    first = manager(username="alice")
    dispose(first, who)
    held = proposed(first)
    assert held.counts == {"people": 1, "records": 1, "systems": 1, "of": 1, "stopped": 0}
    page = f"/retention/disposals/{held.pk}"
    assert "another records manager decides" in text(first, page)
    first.post(page, {"do": "approve", "reason": WHY})
    held.refresh_from_db()
    assert held.state == "proposed", "who proposed it does not approve it"
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.update(decided_by=held.proposed_by)
    assert reader.get(f"/people/{who.pk}").status_code == 200
    second = manager(username="ben")
    second.post(page, {"do": "approve", "reason": "I read it, too: nothing speaks for keeping"})
    held.refresh_from_db()
    assert (held.state, held.decided_by and held.decided_by.username) == ("quarantined", "ben")
    assert held.erase_after == timezone.localdate() + timedelta(days=28)
    assert reader.get(f"/people/{who.pk}").status_code == 404
    assert second.get(f"/people/{who.pk}").status_code == 404
    asked = {"text": "zebulon oldcastle", "code": "CRIME-INV", "reference": "20/123456/26"}
    found = reader.post("/people/search", asked, follow=True).content.decode()
    assert "0 people for" in found
    actions = list(Event.objects.filter(action__startswith="disposal.").values_list("action"))
    assert sorted(actions) == [("disposal.approved",), ("disposal.proposed",)]


def test_one_person_brings_everybody_back_out_of_quarantine() -> None:
    who = old_person()
    first, second = manager(), manager()
    dispose(first, who)
    held = proposed(first)
    page = f"/retention/disposals/{held.pk}"
    second.post(page, {"do": "approve", "reason": WHY})
    reader = with_purpose(signed_in(officer("officer")))
    assert reader.get(f"/people/{who.pk}").status_code == 404
    first.post(page, {"do": "return", "reason": "A court has asked for the record"})
    held.refresh_from_db()
    assert held.state == "returned"
    assert "Oldcastle" in text(reader, f"/people/{who.pk}")
    assert Event.objects.get(action="disposal.returned").subject_ids == [str(who.pk)]


def test_new_evidence_brings_that_person_back_by_itself() -> None:
    who, other = old_person(), old_person()
    # two of 502 are within the limit
    Person.objects.bulk_create(Person(pk=next_id(), updated_at=timezone.now()) for _ in range(500))
    first, second = manager(), manager()
    dispose(first, who, other)
    held = proposed(first)
    second.post(f"/retention/disposals/{held.pk}", {"do": "approve", "reason": WHY})
    from people.models import Link

    fresh = record("stop_search", role="stopped", recorded_on=date(2026, 9, 9))
    Link.objects.create(record=fresh, person=who, method="model", run_id=2)
    assert disposal.release_renewed() == 1
    held.refresh_from_db()
    assert held.person_ids == disposal.in_quarantine(held) == [other.pk]
    assert disposal.release_renewed() == 0


def test_too_many_at_once_are_refused_whoever_asks() -> None:
    people = [old_person() for _ in range(3)]
    client = manager()
    dispose(client, *people)
    answer = client.post("/retention/disposals", {"reason": WHY}, follow=True).content.decode()
    assert "3 people are more than 0.5 per cent of all 3" in answer
    assert not Disposal.objects.exists()


def test_a_threshold_that_was_passed_meanwhile_stops_the_approval() -> None:
    who = old_person()
    first, second = manager(), manager()
    dispose(first, who)
    held = proposed(first)
    more: dict[str, list[int]] = {str(who.pk): [], "777": [], "778": []}
    Disposal.objects.update(people=more)
    answer = second.post(
        f"/retention/disposals/{held.pk}", {"do": "approve", "reason": WHY}, follow=True
    )
    assert "more than 0.5 per cent" in answer.content.decode()
    assert Disposal.objects.get().state == "proposed"


def test_what_changed_since_it_was_proposed_stops_the_approval() -> None:
    who = old_person()
    first, second = manager(), manager()
    dispose(first, who)
    held = proposed(first)
    holds.place(SYSTEM, holds.Held(Hold.Kind.SUBJECT, f"person:{who.pk}", "An enquiry is open"))
    page = f"/retention/disposals/{held.pk}"
    answer = second.post(page, {"do": "approve", "reason": WHY}, follow=True).content.decode()
    assert "1 of them may not go any more" in answer
    second.post(page, {"do": "refuse", "reason": "There is a legal hold on one of them"})
    assert Disposal.objects.get().state == "refused"


def test_an_old_proposal_cannot_be_approved() -> None:
    who = old_person()
    first = manager()
    dispose(first, who)
    held = proposed(first)
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        second = manager()
        page = f"/retention/disposals/{held.pk}"
        answer = second.post(page, {"do": "approve", "reason": WHY}, follow=True)
    assert "It is too old" in answer.content.decode()
    assert Disposal.objects.get().state == "proposed"


def test_the_queue_costs_the_same_for_one_and_for_many(django_assert_max_num_queries: Any) -> None:
    old_person()
    client = manager()
    with django_assert_max_num_queries(40) as one:
        client.get("/retention/queue")
    for _ in range(20):
        old_person()
    with django_assert_max_num_queries(len(one)):
        client.get("/retention/queue")
