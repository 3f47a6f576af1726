"""What connects two people: hubs, onlookers, times, and which link is the weakest."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gangs.models import Membership
from gangs.network import build, nodes, paths, weakest
from gangs.network.models import Association, Node, NotALink, Type
from gangs.network.sight import View
from people.models import Address, NominalRecord, Person
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer
from tests.people_data import next_id, person, record
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import Scope, scope_of

pytestmark = pytest.mark.django_db

ALL = View()
HOME = {"house": "12", "street": "Slade Road", "town": "Erdington", "postcode": "B23 7PJ"}


@pytest.fixture
def scope() -> Scope:
    return scope_of(officer("analyst"), Purpose("CRIME-INV", "20/123456/26"))


def with_phone(*phones: str, role: str = "suspect") -> Person:
    return person(record("custody", phones=list(phones), role=role, surname="Wick"))


def test_one_phone_of_five_hundred_people_connects_nobody(scope: Scope) -> None:
    people = [with_phone("07700900100") for _ in range(500)]
    build.rebuild()
    assert paths.find(people[0].pk, people[1].pk, scope, ALL) == []
    answer = weakest.ask(people[0].pk, people[1].pk, scope, ALL, 6)
    assert (answer.paths, answer.stopped) == ((), "")


def test_all_shortest_paths_are_found_and_longer_ones_left_out(scope: Scope) -> None:
    one, other = with_phone("07700900101", "07700900102"), with_phone("07700900103", "07700900104")
    middles = [with_phone(f"0770090010{n}", f"0770090010{n + 2}") for n in (1, 2)]
    build.rebuild()
    found = paths.find(one.pk, other.pk, scope, ALL)
    assert {nodes_[2] for nodes_ in found} == {m.pk for m in middles}
    assert {len(nodes_) for nodes_ in found} == {5}


@pytest.mark.parametrize(("links", "reached"), [(4, 4), (6, 6)])
def test_a_chain_is_followed_as_far_as_was_asked(scope: Scope, links: int, reached: int) -> None:
    chain = [with_phone(f"0770090020{n}", f"0770090020{n + 1}") for n in range(5)]
    build.rebuild()
    for away in range(1, 5):
        found = paths.find(chain[0].pk, chain[away].pk, scope, ALL, links=links)
        assert bool(found) == (2 * away <= reached), away


@pytest.mark.parametrize("kinds", ["ps", "sp", "ss", "sps", "pps", "spps", "sss"])
def test_stated_associations_count_one_link(scope: Scope, kinds: str) -> None:
    """p: a phone, two links; s: a stated association, one."""
    records = [record("custody", surname="Wick") for _ in range(len(kinds) + 1)]
    for place, kind in enumerate(kinds):
        if kind == "s":
            Association.objects.create(
                id=next_id(), system="custody", nominal_ref="a", other_ref="b",
                record=records[place], other=records[place + 1],
            )  # fmt: skip
        else:
            for one in records[place : place + 2]:
                one.phones = [*one.phones, f"0770090030{place}"]
                one.save()
    people = [person(one) for one in records]
    build.rebuild()
    length = sum(2 if kind == "p" else 1 for kind in kinds)
    for most in (4, 6):
        found = paths.find(people[0].pk, people[-1].pk, scope, ALL, links=most)
        assert [len(nodes_) - 1 for nodes_ in found] == ([length] if length <= most else [])
        assert paths.find(people[-1].pk, people[0].pk, scope, ALL, links=most) == [
            tuple(reversed(nodes_)) for nodes_ in found
        ]


@pytest.mark.parametrize("role", ["witness", "reporting"])
def test_who_only_looked_on_connects_nobody(scope: Scope, role: str) -> None:
    one, other = record("crime_recording"), record("crime_recording", role=role)
    someone, onlooker = person(one), person(other)
    where = crime()
    involve(one, where, "suspect")
    involve(other, where, role)
    build.rebuild()
    assert paths.find(someone.pk, onlooker.pk, scope, ALL) == []


def test_an_address_joins_people_of_about_one_time(scope: Scope) -> None:
    def lived(first: date, last: date) -> Person:
        someone = person(record("custody", addresses=[HOME]))
        Address.objects.filter(person=someone).update(lived_from=first, lived_to=last)
        return someone

    one = lived(date(2010, 1, 1), date(2011, 1, 1))
    soon = lived(date(2011, 3, 1), date(2012, 1, 1))
    later = lived(date(2019, 1, 1), date(2020, 1, 1))
    build.rebuild()
    assert paths.find(one.pk, soon.pk, scope, ALL)
    assert paths.find(one.pk, later.pk, scope, ALL) == []
    assert paths.find(soon.pk, later.pk, scope, ALL) == []


def test_an_expired_membership_is_no_path(scope: Scope) -> None:
    one, two = record("gangs"), record("gangs")
    people = [person(one), person(two)]
    crew, today = gang(), timezone.localdate()
    affiliate(one, crew)
    late = affiliate(two, crew)
    build.rebuild()
    assert paths.find(people[0].pk, people[1].pk, scope, ALL)
    Membership.objects.filter(pk=late.pk).update(authorised_on=today - timedelta(days=190))
    assert weakest.ask(people[0].pk, people[1].pk, scope, ALL, 4).paths == ()  # before any build
    build.rebuild()
    assert paths.find(people[0].pk, people[1].pk, scope, ALL) == []


def test_as_known_then_leaves_out_what_was_recorded_later(scope: Scope) -> None:
    early = with_phone("07700900105")
    late = with_phone("07700900105")
    NominalRecord.objects.filter(link__person=late).update(recorded_on=date(2025, 6, 1))
    build.rebuild()
    assert paths.find(early.pk, late.pk, scope, View(known=date(2025, 6, 1)))
    assert paths.find(early.pk, late.pk, scope, View(known=date(2025, 5, 31))) == []


def test_one_source_alone_knows_less(scope: Scope) -> None:
    one = person(record("custody", phones=["07700900106"]))
    two = person(record("pnc", phones=["07700900106"]))
    build.rebuild()
    assert paths.find(one.pk, two.pk, scope, ALL)
    assert paths.find(one.pk, two.pk, scope, View(system="custody")) == []


def test_what_somebody_lists_as_no_link_is_walked_no_more(scope: Scope) -> None:
    one, two = with_phone("07700900107"), with_phone("07700900107")
    build.rebuild()
    node = Node.objects.get(type=Type.PHONE.value)
    listed = NotALink.objects.create(
        node=node, reason="default", explanation="Typed by everybody", review_on=date(2099, 1, 1),
        owner=officer("analyst"),
    )  # fmt: skip
    build.curate(node.pk, is_shown=True)
    assert paths.find(one.pk, two.pk, scope, ALL) == []
    three = with_phone("07700900107")
    build.refresh([three.pk])  # a delivery does not bring it back
    assert paths.find(one.pk, three.pk, scope, ALL) == []
    listed.ended_at = timezone.now()
    listed.save()
    build.curate(node.pk, is_shown=True)
    assert paths.find(one.pk, two.pk, scope, ALL)


def test_the_weakest_link_is_named_with_why_and_the_strongest_path_comes_first(
    scope: Scope,
) -> None:
    one, other = with_phone("07700900111", "07700900112"), with_phone("07700900113")
    person(record("intelligence", phones=["07700900111", "07700900113"], grade="3/E/P",
                  grade_scheme="3x5x2", recorded_on=date(2012, 5, 1)))  # fmt: skip
    strong = person(
        record("custody", phones=["07700900112", "07700900113"]),
        record("pnc", phones=["07700900112", "07700900113"]),
    )
    build.rebuild()
    answer = weakest.ask(one.pk, other.pk, scope, ALL, 4)
    assert len(answer.paths) == 2
    best, worst = answer.paths
    assert best.things[2].node == strong.pk
    assert "graded 3x5x2 3/E/P" in worst.why
    assert worst.weak.tie.graded
    assert answer.still is True  # the other path stays


def test_without_the_only_link_two_people_are_not_connected(scope: Scope) -> None:
    one, other = with_phone("07700900114"), with_phone("07700900114")
    build.rebuild()
    answer = weakest.ask(one.pk, other.pk, scope, ALL, 4)
    assert answer.still is False
    assert answer.paths[0].why.startswith("one record, one system")


def test_a_question_that_is_too_large_says_so(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = with_phone("07700900115"), with_phone("07700900115")
    build.rebuild()
    from gangs.network.limits import limits

    monkeypatch.setitem(limits().path, "frontier", 0)
    assert "would have to be looked at" in weakest.ask(one.pk, other.pk, scope, ALL, 4).stopped


def test_a_stale_link_of_a_record_that_went_to_somebody_else_is_not_shown(scope: Scope) -> None:
    """Resolution parts people before the links follow."""
    from people.models import Link

    one, other = with_phone("07700900116"), with_phone("07700900116")
    build.rebuild()
    apart = person(record("custody"))
    Link.objects.filter(person=other).update(person=apart)
    assert weakest.ask(one.pk, other.pk, scope, ALL, 4).paths == ()


def test_nodes_have_codes_without_personal_data() -> None:
    for kind in Type:
        node = nodes.number(kind, 12345)
        assert nodes.of_code(nodes.code(node)) == node
        assert nodes.type_of(node) is kind
    for text in ("", "p", "x1", "p-1", "p٣", "p" + "9" * 20, "07700900100"):
        assert nodes.of_code(text) is None
