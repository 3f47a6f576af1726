"""What records say becomes links: which, with which words, and the same by pieces as at once."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crime.models import Involvement
from gangs.models import KeptMembership, Membership
from gangs.network import build, nodes
from gangs.network.models import Association, Edge, Kind, Node, Type
from people.models import Link, NominalRecord, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, unit
from tests.people_data import next_id, person, record

pytestmark = pytest.mark.django_db

HOME = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}


def edges(**fields: Any) -> list[Edge]:
    return list(Edge.objects.filter(**fields).order_by("src", "dst", "kind", "acl"))


def both_ways() -> None:
    """Every row has its counterpart with the same content."""
    rows = {(e.src, e.dst, e.kind, e.acl): (e.walk, e.n, e.roles, e.records) for e in edges()}
    assert rows
    for (src, dst, kind, acl), said in rows.items():
        assert rows[dst, src, kind, acl] == said


def test_each_kind_of_record_makes_its_link() -> None:
    one = record("custody", phones=["07700900123"], vehicles=["BD51SMR"], addresses=[HOME],
                 event_ref="CU/1", event_kind="arrest", event_on=date(2024, 5, 2))  # fmt: skip
    two = record("custody", event_ref="CU/1", event_kind="arrest", role="witness",
                 addresses=[{**HOME, "street": "Slade Rd"}])  # fmt: skip
    someone, other = person(one), person(two)
    where, crew = crime(), gang()
    involve(one, where, "suspect")
    affiliate(one, crew)
    Association.objects.create(
        id=next_id(), system="custody", nominal_ref="a", other_ref="b", record=one, other=two,
        words="Partner", recorded_on=date(2024, 1, 1),
    )  # fmt: skip
    build.rebuild()
    both_ways()
    mine = {Kind(e.kind) for e in edges(src=someone.pk)}
    assert mine == {
        *(Kind.CRIME, Kind.ADDRESS, Kind.PHONE, Kind.VEHICLE, Kind.STATED),
        *(Kind.AFFILIATED, Kind.EVENT),
    }
    at = edges(src=someone.pk, kind=Kind.ADDRESS)[0]
    assert [e.dst for e in edges(src=other.pk, kind=Kind.ADDRESS)] == [at.dst]  # one address
    assert at.ddeg == 2
    assert Node.objects.get(pk=at.dst).label.startswith("12 Slade")
    in_crime = edges(src=someone.pk, kind=Kind.CRIME)[0]
    assert (in_crime.roles, in_crime.dst) == (["suspect"], nodes.number(Type.CRIME, where.pk))
    assert edges(src=someone.pk, kind=Kind.STATED)[0].roles == ["Partner"]
    event = edges(src=other.pk, kind=Kind.EVENT)[0]
    assert event.walk is False  # a witness connects nobody
    assert edges(src=someone.pk, kind=Kind.EVENT)[0].walk is True


@pytest.mark.parametrize("role", ["victim", "witness", "reporting", "missing"])
@pytest.mark.parametrize("status", ["exploited", "at_risk", "removed"])
def test_whom_a_gang_harms_is_never_drawn_as_a_member(role: str, status: str) -> None:
    one = record("gangs", role=role)
    someone, crew = person(one), gang()
    involve(one, crime(), role)
    affiliate(one, crew, status)
    build.rebuild()
    assert not edges(kind=Kind.AFFILIATED)
    harmed = edges(src=someone.pk, kind=Kind.HARMED)
    assert [e.roles for e in harmed] == ([] if status == "removed" else [[status]])
    assert not any(e.walk for e in harmed)


def test_a_victim_in_a_gangs_crime_is_linked_with_the_crime_and_not_with_the_gang() -> None:
    member, victim = record("gangs"), record("crime_recording", role="victim")
    someone, harmed = person(member), person(victim)
    where = crime()
    involve(member, where, "suspect")
    involve(victim, where, "victim")
    affiliate(member, gang())
    build.rebuild()
    assert {Kind(e.kind) for e in edges(src=harmed.pk)} == {Kind.CRIME}
    assert {Kind(e.kind) for e in edges(src=someone.pk)} == {Kind.CRIME, Kind.AFFILIATED}


def test_an_open_and_a_restricted_record_of_one_link_are_two_rows() -> None:
    someone = person(
        record("custody", phones=["07700900123"]),
        record("domestic_abuse", phones=["07700900123"]),
    )
    build.rebuild()
    rows = edges(src=someone.pk)
    assert [(e.acl, e.n) for e in rows] == [(0, 1), (5, 1)]
    assert len({e.dst for e in rows}) == 1


def test_an_event_is_a_node_only_where_it_names_two_people() -> None:
    alone = person(record("custody", event_ref="CU/7"))
    build.rebuild()
    assert edges() == []
    second = person(record("custody", event_ref="CU/7"))
    build.refresh([second.pk])
    assert len(edges(src=alone.pk)) == len(edges(src=second.pk)) == 1
    NominalRecord.objects.filter(event_ref="CU/7", link__person=second).update(
        deleted_at=timezone.now()
    )
    build.refresh([second.pk])
    assert edges() == []


def test_a_record_of_a_recorded_crime_stands_in_that_crime() -> None:
    someone = person(record("custody", event_ref="20CR/000005/26", role="arrested"))
    where = crime("20CR/000005/26")
    build.rebuild()
    assert [(e.dst, e.roles) for e in edges(src=someone.pk)] == [
        (nodes.number(Type.CRIME, where.pk), ["arrested"])
    ]


def test_what_is_taken_apart_parts_its_links_and_who_is_withdrawn_has_none() -> None:
    one, two = record("custody", phones=["07700900123"]), record("pnc", vehicles=["BD51SMR"])
    someone = person(one, two)
    build.rebuild()
    assert {Kind(e.kind) for e in edges(src=someone.pk)} == {Kind.PHONE, Kind.VEHICLE}
    apart = person(record("pnc", vehicles=["KX19ABC"]))
    Link.objects.filter(record=two).update(person=apart)
    from people.models import Identifier

    Identifier.objects.filter(person=someone, kind="vehicle").update(person=apart)
    build.refresh([someone.pk, apart.pk])
    assert {Kind(e.kind) for e in edges(src=someone.pk)} == {Kind.PHONE}
    assert len(edges(src=apart.pk)) == 2
    Person.objects.filter(pk=apart.pk).update(status="withdrawn")
    build.refresh([apart.pk])
    assert edges(src=apart.pk) == []
    assert edges(dst=apart.pk) == []
    both_ways()


def rows() -> list[tuple[Any, ...]]:
    """Everything that a row says but its number of the node, which is new for each key."""
    label = dict(Node.objects.values_list("id", "key"))
    return sorted(
        (
            str(label.get(e.src, e.src)), str(label.get(e.dst, e.dst)), e.kind, e.acl, e.ddeg,
            e.walk, e.n, str(e.first_on), str(e.last_on), str(e.until), e.grade, str(e.roles),
            str(e.systems), str(e.records),
        )
        for e in edges()
    )  # fmt: skip


def _change(rng: random.Random, people: list[Person], crimes: list[Any]) -> Iterable[int]:
    """Something happens to a record; the people whom it touches."""
    link = rng.choice(list(Link.objects.select_related("record")))
    match rng.randrange(4):
        case 0:
            involve(link.record, rng.choice(crimes), rng.choice(("suspect", "witness", "victim")))
        case 1:
            Involvement.objects.filter(record=link.record).update(deleted_at=timezone.now())
        case 2:
            Membership.objects.filter(record=link.record).update(status="removed")
        case _:
            fresh = person(record("custody", phones=[rng.choice(PHONES)]))
            people.append(fresh)
            return [fresh.pk]
    return [link.person_id]


PHONES = [f"0770090012{n}" for n in range(4)]


def test_pieces_come_to_the_same_as_everything_at_once() -> None:
    rng = random.Random(3)  # noqa: S311
    crimes, crew = [crime(f"20CR/00001{n}/26") for n in range(4)], gang()
    people = []
    for number in range(25):
        one = record("custody", phones=rng.sample(PHONES, rng.choice((0, 1, 2))),
                     event_ref=rng.choice(("", "E/1", "E/2")))  # fmt: skip
        people.append(person(one))
        if number % 3 == 0:
            involve(one, rng.choice(crimes), "suspect")
        if number % 5 == 0:
            affiliate(one, crew)
    build.rebuild()
    for _ in range(30):
        touched = list(_change(rng, people, crimes))
        with transaction.atomic():
            build.refresh(touched)
    by_pieces = rows()
    Edge.objects.all().delete()
    build.rebuild()
    assert by_pieces == rows()
    both_ways()


def test_a_rebuild_of_what_is_right_writes_nothing(django_assert_max_num_queries: Any) -> None:
    person(record("custody", phones=["07700900123"]))
    build.rebuild()
    from django.db import connection

    stamps = "SELECT array_agg(ctid::text ORDER BY src, dst) FROM graph_edge"
    with connection.cursor() as cursor:
        cursor.execute(stamps)
        before = cursor.fetchone()
        build.rebuild()
        cursor.execute(stamps)
        assert cursor.fetchone() == before


def test_a_delivery_touches_the_people_it_is_about() -> None:
    one, two = record("custody"), record("custody")
    someone, other = person(one), person(two)
    build.rebuild()
    NominalRecord.objects.filter(pk=one.pk).update(changed_at=timezone.now())
    involve(one, crime(changed_at=timezone.now()), "suspect")
    involve(two, crime("20CR/000009/26"), "suspect")  # an old crime: nothing was delivered
    assert build.catch_up() == 1
    assert len(edges(src=someone.pk)) == 1
    assert edges(src=other.pk) == []


def test_what_the_unit_keeps_is_drawn_while_it_stands_and_gone_when_it_ends() -> None:
    """One person holds all cited records; a version that is superseded is not drawn again."""
    one, two = record("custody"), record("pnc")
    someone, crew = person(one, two), gang()
    kept = keep(crew, [one.pk, two.pk])
    build.rebuild()
    drawn = edges(src=someone.pk, kind=Kind.AFFILIATED)
    assert [(e.dst, e.records, e.until) for e in drawn] == [
        (nodes.number(Type.GANG, crew.pk), sorted([one.pk, two.pk]), kept.expires_on)
    ]
    apart = person(record("pnc"))
    Link.objects.filter(record=two).update(person=apart)
    build.refresh([someone.pk, apart.pk])
    assert not edges(kind=Kind.AFFILIATED)  # of several people: of nobody


def keep(crew: Any, cited: list[int]) -> KeptMembership:
    today = timezone.localdate()
    return KeptMembership.objects.create(
        gang=crew, status="member", cited=cited, criteria=["charged"], rules_version="1",
        rationale="Charged with others", author=officer("gangs-officer"),
        authorised_by=officer("gangs-supervisor"), authorised_on=today, unit=unit("Central"),
        valid_from=today, review_on=today + timedelta(days=60),
        expires_on=today + timedelta(days=180), recorded_at=timezone.now(),
    )  # fmt: skip
