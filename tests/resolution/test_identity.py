"""Ids keep their meaning: re-runs, merges, splits, deletions, crashes."""

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Event
from ingest.models import LinkChange, ResolutionRun
from ingest.resolution import publish
from ingest.resolution.run import ResolutionBusyError, resolve
from people.models import Address, BirthDate, Identifier, Link, Name, NominalRecord, Person
from tests.resolution.loading import load
from tests.resolution.test_matching import HOME, crowd, record
from wmp_search.search.models import OutboxEntry

pytestmark = pytest.mark.django_db

BORN = date(1978, 4, 23)
EVIDENCE = (Name, BirthDate, Identifier, Address)


def snapshot() -> dict[str, Any]:
    """All that resolution has written about people."""
    return {
        "people": list(Person.objects.order_by("id").values()),
        "links": list(Link.objects.order_by("record").values()),
        **{m.__name__: list(m.objects.order_by("id").values()) for m in EVIDENCE},
    }


def touch(*ids: int, **fields: Any) -> None:
    """Change records as the loader does."""
    later = datetime(2026, 2, 1, tzinfo=UTC)
    NominalRecord.objects.filter(pk__in=ids).update(changed_at=later, **fields)


def person_of(record_id: int) -> int:
    return Link.objects.get(record=record_id).person_id


def test_a_second_run_returns_the_first_and_writes_nothing() -> None:
    load(crowd())
    first = resolve()
    before, outbox = snapshot(), OutboxEntry.objects.count()
    assert resolve().pk == first.pk
    assert snapshot() == before
    assert OutboxEntry.objects.count() == outbox == first.people


def test_a_forced_second_run_changes_no_person() -> None:
    load(crowd())
    resolve()
    before, outbox = snapshot(), OutboxEntry.objects.count()
    again = resolve(force=True)
    assert again.people_changed == 0
    assert snapshot() == before
    assert OutboxEntry.objects.count() == outbox


def test_the_order_of_records_does_not_matter() -> None:
    rows = crowd(people=400)
    load(rows)
    resolve()
    first = _partition({i: i for i in range(1, len(rows) + 1)})
    NominalRecord.objects.all().delete()
    order = list(range(1, len(rows) + 1))
    random.Random(3).shuffle(order)  # noqa: S311
    load([rows[i - 1] for i in order], first_id=50_001)
    resolve()
    assert _partition({50_001 + n: i for n, i in enumerate(order)}) == first


def _partition(original: dict[int, int]) -> set[frozenset[int]]:
    clusters: dict[int, set[int]] = {}
    for record_id, person in Link.objects.values_list("record", "person"):
        clusters.setdefault(person, set()).add(original[record_id])
    return {frozenset(c) for c in clusters.values()}


def test_of_merged_people_the_one_with_more_records_keeps_the_id() -> None:
    ids = load(
        [
            *[record("Leonora", "Cartwright", BORN) for _ in range(3)],
            record("Zebedee", "Ollerenshaw", date(1950, 5, 5), addresses=[]),
        ]
    )
    load(crowd(), first_id=100)
    resolve()
    kept, gone = person_of(ids[0]), person_of(ids[3])
    assert kept != gone
    OutboxEntry.objects.all().delete()
    touch(ids[3], given_names="Leonora", surname="Cartwright", born_on=BORN, addresses=[HOME])
    run = resolve()
    assert {person_of(i) for i in ids} == {kept}
    merged = Person.objects.get(pk=gone)
    assert (merged.status, merged.merged_into_id, merged.surname) == ("merged", kept, "")
    assert Person.objects.get(pk=kept).version == 2
    assert set(OutboxEntry.objects.values_list("entity_id", flat=True)) == {kept, gone}
    assert run.people_changed == 2
    assert not Name.objects.filter(person=gone).exists()


def test_a_part_split_off_gets_a_new_id() -> None:
    ids = load([record("Leonora", "Cartwright", BORN) for _ in range(5)])
    load(crowd(), first_id=100)
    resolve()
    old = person_of(ids[0])
    highest = Person.objects.order_by("-id")[0].pk
    touch(*ids[3:], given_names="Zebedee", surname="Ollerenshaw", born_on=date(1950, 5, 5))
    resolve()
    assert {person_of(i) for i in ids[:3]} == {old}
    assert {person_of(i) for i in ids[3:]} == {highest + 1}


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_merging_and_parting_again_is_as_if_nothing_had_been(seed: int) -> None:
    """merge ∘ unmerge = identity, for several people at once."""
    r = random.Random(seed)  # noqa: S311
    names = [("Leonora", "Cartwright"), ("Zebedee", "Ollerenshaw"), ("Winifred", "Catt")]
    cases = [
        record(given, surname, date(1951 + n, 3, 4 + n), addresses=[])
        for n, (given, surname) in enumerate(names)
        for _ in range(r.randint(1, 4))
    ]
    ids = load(cases)
    load(crowd(people=150), first_id=100)
    resolve()
    before = {i: person_of(i) for i in ids}
    assert len(set(before.values())) == 3
    everybody = set(Person.objects.filter(status="current").values_list("pk", flat=True))
    target = before[ids[r.randrange(len(ids))]]
    as_one = cases[next(n for n, i in enumerate(ids) if before[i] == target)]
    fields = ("given_names", "surname", "born_on")
    touch(*ids, **{f: as_one[f] for f in fields})
    assert resolve().report["identities"]["merged"] == 2
    assert len({person_of(i) for i in ids}) == 1
    for pk, case in zip(ids, cases, strict=True):
        NominalRecord.objects.filter(pk=pk).update(
            changed_at=timezone.now(), **{f: case[f] for f in fields}
        )
    assert resolve().report["identities"]["revived"] == 2
    assert {i: person_of(i) for i in ids} == before
    assert set(Person.objects.filter(status="current").values_list("pk", flat=True)) == everybody
    changes = LinkChange.objects.filter(record_id__in=ids)
    assert all(c.run.model_version for c in changes)
    moved = [i for i in ids if changes.filter(record_id=i).exists()]
    assert changes.count() == 2 * len(moved) > 0
    touch(moved[0], deleted_at=timezone.now())
    resolve()
    assert not LinkChange.objects.filter(record_id=moved[0]).exists()


def test_deleting_a_record_removes_its_trace() -> None:
    ids = load(
        [
            record("Leonora", "Cartwright", BORN),
            record("Leonora", "Cartwright", BORN, phones=["07000111222"]),
        ]
    )
    load(crowd(), first_id=100)
    resolve()
    person = person_of(ids[0])
    assert Identifier.objects.filter(person=person, value="07000111222").exists()
    touch(ids[1], deleted_at=timezone.now())
    resolve()
    assert not Link.objects.filter(record=ids[1]).exists()
    assert not Identifier.objects.filter(value="07000111222").exists()
    for model in EVIDENCE:
        assert not model.objects.filter(records__contains=[ids[1]]).exists()
    assert Person.objects.get(pk=person).record_count == 1


def test_a_person_without_evidence_is_withdrawn_and_empty() -> None:
    ids = load([record("Leonora", "Cartwright", BORN)])
    load(crowd(), first_id=100)
    resolve()
    person = person_of(ids[0])
    OutboxEntry.objects.all().delete()
    touch(ids[0], deleted_at=timezone.now())
    resolve()
    left = Person.objects.get(pk=person)
    assert (left.status, left.given_names, left.surname, left.born_on) == (
        "withdrawn",
        "",
        "",
        None,
    )
    assert OutboxEntry.objects.filter(entity="person", entity_id=person).exists()


def test_a_changed_record_changes_its_person_only() -> None:
    ids = load([record("Leonora", "Cartwright", BORN)])
    load(crowd(), first_id=100)
    resolve()
    OutboxEntry.objects.all().delete()
    touch(ids[0], phones=["07000111222"])
    assert resolve().people_changed == 1
    assert list(OutboxEntry.objects.values_list("entity_id", flat=True)) == [person_of(ids[0])]


def test_a_crash_while_writing_leaves_the_earlier_people(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = load([record("Leonora", "Cartwright", BORN)])
    load(crowd(), first_id=100)
    resolve()
    before, outbox = snapshot(), OutboxEntry.objects.count()
    touch(ids[0], phones=["07000111222"])
    monkeypatch.setattr(publish, "_outbox", _fail)
    with pytest.raises(RuntimeError):
        resolve()
    assert snapshot() == before
    assert OutboxEntry.objects.count() == outbox
    failed = ResolutionRun.objects.first()
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "RuntimeError")
    monkeypatch.undo()
    assert resolve().people_changed == 1


def _fail() -> int:
    raise RuntimeError("the power went")


def test_a_run_whose_process_died_is_marked_failed() -> None:
    dead = ResolutionRun.objects.create(model_version="0001")
    load(crowd(people=50))
    resolve()
    dead.refresh_from_db()
    assert dead.state == ResolutionRun.State.FAILED
    assert dead.finished_at is not None


def test_a_run_is_one_audit_event_with_counts_and_no_names() -> None:
    load(crowd(people=100))
    run = resolve()
    event = Event.objects.get(action="records.combined")
    assert event.officer == "system"
    assert event.subject_ids == [str(run.pk)]
    assert event.detail["people"] == run.people
    assert event.detail["new"] == run.people
    assert event.detail["model_version"] == run.model_version


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_refused() -> None:
    other = connection.copy("other")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7340033)")
        with pytest.raises(ResolutionBusyError):
            resolve()
    finally:
        other.close()


def test_weights_and_methods_say_why_a_record_is_linked() -> None:
    ids = load(
        [
            record("Leonora", "Cartwright", BORN),
            record("Leonora", "Cartwright", BORN),
            record("Leonora", "Cartwrihgt", BORN),
            record("Zebedee", "Ollerenshaw", date(1950, 5, 5), addresses=[]),
            record("Winifred", "Postlethwaite", date(1951, 6, 5), addresses=[]),
            record("Winifred", "Postlethwaite", date(1951, 6, 5), addresses=[]),
        ]
    )
    load(crowd(), first_id=100)
    run = resolve()
    links = {link.record_id: link for link in Link.objects.filter(record__in=ids)}
    assert [links[i].method for i in ids] == [
        "model",
        "model",
        "model",
        "single",
        "exact",
        "exact",
    ]
    weight = links[ids[0]].weight
    assert weight is not None
    assert weight >= 5
    assert [links[i].weight for i in ids[3:]] == [None, None, None]
    assert {link.run_id for link in links.values()} == {run.pk}
