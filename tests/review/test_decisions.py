"""Decisions against the real database: they bind every run, and undoing restores exactly."""

from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import Event
from ingest.resolution.run import resolve
from ingest.review import decisions
from ingest.review.models import Decision, MachineLink, Verdict
from people.models import Link, NominalRecord, Person
from tests.officers import officer
from tests.resolution.loading import load
from tests.resolution.test_matching import ELSEWHERE, crowd, record
from tests.review.deciding import partition, picture, say, take_back
from wmp_search.access.services import ChangeRefusedError

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT


def leonora(**fields: Any) -> dict[str, Any]:
    return record("Leonora", "Cartwright", BORN, pnc_id="2001/0000001X") | fields


def other(**fields: Any) -> dict[str, Any]:
    return record("Zbigniew", "Ollerenshaw", date(1950, 2, 7), addresses=[ELSEWHERE]) | fields


@pytest.fixture
def two_people() -> tuple[int, int]:
    """Leonora has records 1 to 3, Zbigniew 4 and 5; around them a crowd. Their ids."""
    load([leonora(), leonora(), leonora(surname="Cartwrihgt"), other(), other()])
    load(crowd(people=40), first_id=1000)
    resolve()
    return person_of(1), person_of(4)


def person_of(record_id: int) -> int:
    return Link.objects.get(record=record_id).person_id


def people_of(*records: int) -> list[int]:
    return [person_of(r) for r in records]


def test_two_people_become_one_at_once_and_every_later_run_keeps_it(
    two_people: tuple[int, int],
) -> None:
    one, two = two_people
    made = say(officer("analyst"), SAME, [1], [4])
    assert people_of(1, 2, 3, 4, 5) == [one] * 5
    gone = Person.objects.get(pk=two)
    assert (gone.status, gone.merged_into_id, gone.record_count) == ("merged", one, 0)
    assert Person.objects.get(pk=one).record_count == 5
    assert Link.objects.get(record=4).method == Link.Method.HUMAN
    event = Event.objects.get(action=Action.MATCH_DECIDED)
    assert event.detail["before"] == {str(one): [1, 2, 3], str(two): [4, 5]}
    assert event.detail["after"] == {str(one): [1, 2, 3, 4, 5]}
    before = picture()
    assert resolve(force=True).people_changed == 0
    assert picture() == before
    assert made.state == Decision.State.STANDING


def test_undoing_gives_both_their_id_and_everything_back(two_people: tuple[int, int]) -> None:
    before = picture()
    analyst = officer("analyst")
    made = say(analyst, SAME, [1], [4])
    take_back(analyst, made)
    assert picture() == before
    assert not MachineLink.objects.exists()
    kept = Decision.objects.get()
    assert (kept.state, kept.undone_by) == (Decision.State.UNDONE, analyst)
    assert resolve(force=True).people_changed == 0


def test_undoing_after_further_runs_gives_the_old_id_back(two_people: tuple[int, int]) -> None:
    one, two = two_people
    analyst = officer("analyst")
    made = say(analyst, SAME, [1], [4])
    load([other()], first_id=6)
    resolve()
    assert people_of(1, 4, 6) == [one] * 3
    take_back(analyst, made)
    assert people_of(1, 4, 5, 6) == [one, two, two, two]


def test_a_person_is_parted_at_once_and_every_later_run_keeps_it(
    two_people: tuple[int, int],
) -> None:
    one, _ = two_people
    before = picture()
    analyst = officer("analyst")
    made = say(analyst, DIFFERENT, [1, 3], [2])
    assert people_of(1, 3) == [one, one]
    assert person_of(2) != one
    apart = partition()
    assert resolve(force=True).people_changed == 0
    assert partition() == apart
    take_back(analyst, made)
    assert picture() == before


def test_a_record_that_comes_later_goes_to_the_side_it_is_like(
    two_people: tuple[int, int],
) -> None:
    NominalRecord.objects.filter(pk=2).update(phones=["07700900123"])
    say(officer("analyst"), DIFFERENT, [1, 3], [2])
    load([leonora(phones=["07700900123"])], first_id=6)
    resolve()
    assert person_of(6) == person_of(2) != person_of(1)


def test_a_thin_record_is_attached_only_by_a_person(two_people: tuple[int, int]) -> None:
    one, _ = two_people
    load([record("Lenny", "", addresses=[])], first_id=6)
    resolve()
    assert Person.objects.get(pk=person_of(6)).is_mention
    say(officer("analyst"), SAME, [1], [6])
    resolve(force=True)
    assert person_of(6) == one
    assert not Person.objects.get(pk=one).is_mention


def test_a_contradiction_is_refused_and_names_the_decision(two_people: tuple[int, int]) -> None:
    analyst = officer("analyst")
    first = say(analyst, DIFFERENT, [1, 2, 3], [4, 5])
    before = picture()
    with pytest.raises(ChangeRefusedError, match=f"contradicts decision {first.pk} .*Undo that"):
        say(analyst, SAME, [3], [5])
    assert picture() == before
    take_back(analyst, first)
    joined = say(analyst, SAME, [3], [5])
    with pytest.raises(ChangeRefusedError, match=f"contradicts decision {joined.pk} "):
        say(analyst, DIFFERENT, [1, 3], [5])


def test_a_contradiction_through_third_records_is_refused(two_people: tuple[int, int]) -> None:
    analyst = officer("analyst")
    say(analyst, SAME, [1], [4])
    say(analyst, SAME, [4], [1000])
    with pytest.raises(ChangeRefusedError):
        say(analyst, DIFFERENT, [1], [1000])


def test_a_decision_is_never_deleted(two_people: tuple[int, int]) -> None:
    made = say(officer("analyst"), DIFFERENT, [1], [4])
    with pytest.raises(ProgrammingError, match="never deleted"), transaction.atomic():
        made.delete()
    assert Decision.objects.filter(pk=made.pk).exists()


def test_a_merge_of_high_impact_waits_for_a_second_person(two_people: tuple[int, int]) -> None:
    NominalRecord.objects.filter(pk=4).update(
        markers=[{"code": "VI", "label": "Violent"}], changed_at="2026-03-01T00:00:00Z"
    )
    resolve()
    one, two = people_of(1, 4)
    made = say(officer("analyst"), SAME, [1], [4])
    assert (made.state, made.impact) == (Decision.State.WAITING, ["a warning marker"])
    assert people_of(1, 4) == [one, two]


def test_a_decision_during_a_run_counts_when_the_run_has_ended(
    two_people: tuple[int, int], owner_connection: Any
) -> None:
    one, two = two_people
    owner_connection.execute("SELECT pg_advisory_lock(7340033)")  # a run is at work
    made = say(officer("analyst"), SAME, [1], [4])
    assert not made.settled
    assert people_of(1, 4) == [one, two]
    owner_connection.execute("SELECT pg_advisory_unlock(7340033)")
    assert decisions.settle() == 1
    assert people_of(1, 4) == [one, one]


RECORDS = (1, 2, 3, 4, 5, 1000, 1001, 1002, 1003, 1004)
STEP = st.tuples(
    st.sampled_from([SAME, DIFFERENT]), st.sampled_from(RECORDS), st.sampled_from(RECORDS)
)
PROPERTY = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


def test_merge_then_unmerge_is_the_identity(two_people: tuple[int, int]) -> None:
    """Random sequences of decisions, undone last first: nothing that can be seen has changed."""
    analyst, before = officer("analyst"), picture()
    taken = []

    @settings(max_examples=12, **PROPERTY)  # type: ignore[arg-type]
    @given(st.lists(STEP, min_size=1, max_size=4))
    def check(steps: list[tuple[Verdict, int, int]]) -> None:
        with transaction.atomic():
            made = _take(analyst, steps)
            for one in reversed(made):
                take_back(analyst, one)
            taken.append(len(made))
            assert picture() == before
            transaction.set_rollback(True)

    check()
    assert sum(taken) > 12


def test_decisions_always_hold_and_a_run_changes_nothing_of_them(
    two_people: tuple[int, int],
) -> None:
    """Random decisions, some undone in any order: what stands holds, now and after a whole run."""
    analyst = officer("analyst")

    @settings(max_examples=5, **PROPERTY)  # type: ignore[arg-type]
    @given(st.lists(STEP, min_size=2, max_size=6), st.sets(st.integers(0, 5)))
    def check(steps: list[tuple[Verdict, int, int]], undone: set[int]) -> None:
        with transaction.atomic():
            made = _take(analyst, steps)
            for number in sorted(undone & set(range(len(made)))):
                take_back(analyst, made[number])
            _all_hold()
            before = picture()
            resolve(force=True)
            _all_hold()
            assert picture() == before
            transaction.set_rollback(True)

    check()


def _take(who: Any, steps: list[tuple[Verdict, int, int]]) -> list[Decision]:
    made = []
    for verdict, a, b in steps:
        try:
            with transaction.atomic():
                made.append(say(who, verdict, [a], [b]))
        except ChangeRefusedError:
            continue
    return made


def _all_hold() -> None:
    links = dict(Link.objects.values_list("record", "person"))
    for one in Decision.objects.filter(state=Decision.State.STANDING):
        left, right = ({links[r] for r in side} for side in (one.left, one.right))
        if one.verdict == SAME:
            assert len(left | right) == 1
        else:
            assert not left & right


def test_the_place_of_a_decision_costs_no_more_with_more_people(
    two_people: tuple[int, int], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(100):
        say(officer("analyst"), SAME, [1], [4])
    assert connection.vendor == "postgresql"
