"""Group, rule and review date over the whole record, by a table of cases in time."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from people.models import Link, NominalRecord, Person
from tests.crime_data import crime, involve
from tests.officers import officer
from tests.people_data import person, record
from wmp_search.retention import compute, rules
from wmp_search.retention.models import Review, Standing

pytestmark = pytest.mark.django_db
LONG_AGO: dict[str, Any] = {"recorded_on": date(2015, 3, 1)}


def standing(*records: NominalRecord, **fields: Any) -> Standing:
    who = person(*records)
    if fields:
        Person.objects.filter(pk=who.pk).update(**fields)
    compute.compute([who.pk])
    return Standing.objects.get(pk=who.pk)


@pytest.mark.parametrize(
    ("system", "role", "group", "rule", "review_on"),
    [
        ("custody", "arrested", 3, "source-class", date(2021, 3, 1)),
        ("intelligence", "subject", 2, "source-class", date(2025, 3, 1)),
        ("stop_search", "stopped", 4, "source-class", date(2021, 3, 1)),
        ("domestic_abuse", "victim", 4, "harmed", date(2021, 3, 1)),
        ("custody", "missing", 4, "harmed", date(2021, 3, 1)),
        ("a system without a file", "suspect", 1, "source-class", date(2025, 3, 1)),
    ],
)
def test_a_record_has_the_group_of_its_role_or_its_source(
    system: str, role: str, group: int, rule: str, review_on: date
) -> None:
    found = standing(record(system, role=role, **LONG_AGO))
    assert (found.group, found.rule) == (group, rule)
    assert (found.clear_from, found.review_on) == (date(2015, 3, 1), review_on)


def test_the_strictest_group_of_the_whole_record_decides() -> None:
    found = standing(
        record("custody", role="arrested", **LONG_AGO),
        record("intelligence", role="subject", recorded_on=date(2012, 1, 1)),
    )
    assert (found.group, found.review_on) == (2, date(2025, 3, 1))


def test_a_sexual_offence_puts_a_suspect_into_group_two_and_its_victim_into_four() -> None:
    offence = crime(offence_code="019/08", offence="Rape of a female")
    suspect = record("crime_recording", role="suspect", **LONG_AGO)
    harmed = record("crime_recording", role="victim", **LONG_AGO)
    involve(suspect, offence, "suspect")
    involve(harmed, offence, "victim")
    found = standing(suspect)
    assert (found.group, found.rule) == (2, "sexual-offence")
    assert (standing(harmed).group, standing_rule(harmed)) == (4, "harmed")


def standing_rule(one: NominalRecord) -> str:
    return Standing.objects.get(pk=Link.objects.get(record=one).person_id).rule


def test_a_new_relevant_event_begins_the_period_anew_and_being_harmed_does_not() -> None:
    old = record("custody", role="arrested", **LONG_AGO)
    who = person(old, record("custody", role="victim", recorded_on=date(2020, 6, 1)))
    compute.compute()
    assert Standing.objects.get(pk=who.pk).review_on == date(2021, 3, 1)
    fresh = record("stop_search", role="stopped", recorded_on=date(2020, 9, 9))
    Link.objects.create(record=fresh, person=who, method="model", run_id=2)
    compute.compute()
    assert Standing.objects.get(pk=who.pk).review_on == date(2026, 9, 9)


def test_somebody_only_harmed_is_counted_from_the_last_event_of_any_kind() -> None:
    found = standing(
        record("custody", role="victim", **LONG_AGO),
        record("incidents", role="witness", recorded_on=date(2019, 1, 2)),
    )
    assert (found.group, found.review_on) == (4, date(2025, 1, 2))


def test_what_was_recorded_of_a_child_is_due_when_they_come_of_age() -> None:
    born = date(2000, 5, 6)
    found = standing(record("custody", role="arrested", **LONG_AGO), born_on=born)
    assert found.review_on == date(2018, 5, 6)
    grown = standing(
        record("custody", role="arrested", recorded_on=date(2019, 1, 1)), born_on=born
    )
    assert grown.review_on == date(2025, 1, 1)


def test_group_one_is_kept_until_the_hundredth_birthday_and_due_by_then() -> None:
    found = standing(
        record("a system without a file", role="suspect", **LONG_AGO), born_on=date(1920, 2, 3)
    )
    assert (found.keep_until, found.review_on) == (date(2020, 2, 3), date(2020, 2, 3))


@pytest.mark.parametrize(("group", "again"), [(3, 5), (2, 10)])
def test_a_review_that_kept_the_record_is_due_again_later(group: int, again: int) -> None:
    system = {3: "custody", 2: "intelligence"}[group]
    who = person(record(system, role="subject", **LONG_AGO))
    Review.objects.create(
        person_id=who.pk, group=group, rule="x", due_on=date(2021, 3, 1), answers={},
        outcome="keep", reason="Still a risk", author=officer("records-manager"),
        decided_at=timezone.now(),
    )  # fmt: skip
    compute.compute()
    today = timezone.localdate()
    found = Standing.objects.get(pk=who.pk)
    assert found.reviewed_on == today
    assert found.review_on.year == today.year + again


def test_everybody_has_a_group_a_rule_and_a_date_and_who_is_nobody_any_more_has_none() -> None:
    one, other = person(record(**LONG_AGO)), person(record("pnc", recorded_on=None))
    assert compute.without() == 2
    assert set(compute.people_since()) == {one.pk, other.pk}
    assert compute.compute_touched() == 2
    assert compute.without() == 0
    assert compute.people_since() == []
    Person.objects.filter(pk=one.pk).update(updated_at=timezone.now())
    assert compute.people_since() == [one.pk]
    assert compute.compute() == 0  # nothing has changed: nothing is written
    Person.objects.filter(pk=other.pk).update(status="withdrawn")
    compute.compute()
    assert list(Standing.objects.values_list("pk", flat=True)) == [one.pk]


def test_an_event_to_come_does_not_put_the_review_off() -> None:
    found = standing(record("custody", role="arrested", recorded_on=date(2090, 1, 1)))
    assert found.clear_from == timezone.localdate()


def test_each_rule_of_the_file_fits_some_record() -> None:
    when, group = compute._cases(rules.load())
    for rule in rules.load().rules:
        assert f"'{rule.id}'" in when
    assert group.startswith("CASE WHEN")
