"""Whose review is long overdue leaves front-line search: only once the force decided it (E3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from people import rule
from people.models import Person, Restriction
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Officer
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of
from wmp_search.retention import compute, due, overdue, rules, tasks
from wmp_search.retention.models import Standing

pytestmark = pytest.mark.django_db
DAYS = 90
ANSWERS = dict.fromkeys(rules.load().questions, "no")


def old(days: int) -> Person:
    """Somebody whose review has been due for so many days."""
    who = person(record("custody", recorded_on=date(2010, 3, 1), role="arrested", surname="Old"))
    compute.compute([who.pk])
    on = timezone.localdate() - timedelta(days=days)
    Standing.objects.filter(pk=who.pk).update(review_on=on)
    return who


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Officer:
    """The rule in force, and the officer who answers for it."""
    owner = officer("records-manager", username="keeper")
    decided = replace(rules.load(), overdue=rules.Overdue(DAYS, "keeper"))
    monkeypatch.setattr(rules, "load", lambda: decided)
    return owner


def seen(who: Officer) -> set[int]:
    scope = scope_of(who, Purpose("DATA-QUALITY", "Review of what is kept"))
    return set(rule.visible(scope).values_list("pk", flat=True))


def test_it_is_off_until_the_force_decides() -> None:
    long_overdue, constable = old(4000), officer("officer")
    assert rules.load().overdue.leaves_search_after_days == 0
    tasks.compute_all()
    assert overdue.settle() == (0, 0)
    assert not Restriction.objects.exists()
    assert long_overdue.pk in seen(constable)
    page = signed_in(officer("records-manager")).get("/retention").content.decode()
    assert "Nobody leaves search by being overdue" in page


def test_switched_on_the_long_overdue_leave_search_for_all_but_records_managers(
    on: Officer,
) -> None:
    gone, grace, constable = old(DAYS + 1), old(DAYS), officer("officer")
    version = gone.version
    assert overdue.settle() == (1, 0)
    assert seen(constable) == {grace.pk}
    assert seen(officer("records-manager")) == {gone.pk, grace.pk}
    gone.refresh_from_db()
    assert gone.version == version + 1, "the index follows"
    event = Event.objects.get(action="restriction.set")
    assert event.subject_ids == [str(gone.pk)]
    assert "overdue" in event.detail["why"]
    assert due.against([gone.pk]) == {}, "it does not stand against its own disposal"
    assert overdue.settle() == (0, 0)
    client = with_purpose(signed_in(on), "DATA-QUALITY")
    assert f"Person {gone.pk}" in client.get("/retention/queue").content.decode()
    assert f"more than {DAYS} days" in client.get("/retention").content.decode()


def test_a_review_brings_somebody_back_and_so_does_switching_it_off(
    on: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, constable = old(DAYS + 1), old(DAYS + 1), officer("officer")
    overdue.settle()
    client = with_purpose(signed_in(on), "DATA-QUALITY")
    said = {**ANSWERS, "outcome": "keep", "reason": "Still needed for an open enquiry"}
    assert client.post(f"/retention/people/{first.pk}", said).status_code == 302
    assert seen(constable) == {first.pk}
    off = replace(rules.load(), overdue=rules.Overdue(0, ""))
    monkeypatch.setattr(rules, "load", lambda: off)
    assert overdue.settle() == (0, 1)
    assert seen(constable) == {first.pk, second.pk}
    assert Event.objects.filter(action="restriction.lifted").count() == 2


def test_switched_on_without_somebody_who_answers_for_it_nothing_happens(
    on: Officer,
) -> None:
    old(DAYS + 1)
    Officer.objects.filter(pk=on.pk).update(is_active=False)
    with pytest.raises(overdue.NoOwnerError, match="keeper"):
        overdue.settle()
    assert not Restriction.objects.exists()
