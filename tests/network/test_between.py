"""All conflicts and alliances at once: who sees which, as known when, and what argues against."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm

from audit.models import Event
from gangs.models import Gang, GangRelation
from gangs.network.models import Relation
from tests.crime_data import affiliate, gang
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import next_id, person, record

pytestmark = pytest.mark.django_db


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def kept(one: Gang, other: Gang, kind: str = "conflict", **fields: Any) -> GangRelation:
    """What the unit recorded ten days ago, of a month ago."""
    first, second = sorted((one, other), key=lambda g: g.pk)
    given: dict[str, Any] = {
        "basis": "Two shootings, 20/123/26",
        "source": "1",
        "assessment": "A",
        "handling": "P",
        "author": officer("gangs-officer"),
        "valid_from": ago(30),
        "recorded_at": timezone.now() - timedelta(days=10),
    }
    return GangRelation.objects.create(one=first, other=second, kind=kind, **{**given, **fields})


def delivered(one: Gang, other: Gang, words: str = "Conflict", **fields: Any) -> Relation:
    given: dict[str, Any] = {"grade": "2/B/P", "from_on": ago(40), "recorded_on": ago(35)}
    refs = {"gang_ref": one.source_ref, "other_ref": other.source_ref}
    return Relation.objects.create(
        pk=next_id(), system="gangs", gang=one, other=other, words=words, **refs, **given | fields
    )


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"/gangs/relations{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def rows(page: str) -> list[str]:
    """The lines of the table of pairs, without the grid."""
    if "wmp-table" not in page:
        return []
    body = page[page.index("wmp-table") :].partition("<tbody")[2]
    return body.split("<tr ")[1:]


def test_each_pair_says_how_since_when_on_what_and_leads_to_both_gangs() -> None:
    one, other = gang("Canal"), gang("Number Nine")
    kept(one, other)
    (row,) = rows(shown(looking()))
    for text in (
        f'href="/gangs/{one.pk}#relations"',
        f'href="/gangs/{other.pk}#relations"',
        "In conflict with",
        "3x5x2 1/A/P",
        "Two shootings, 20/123/26",
        "Said by one source only, Gangs unit",
    ):
        assert text in row
    event = Event.objects.get(action="gang_relations.viewed")
    assert event.subject_ids == [str(one.pk), str(other.pk)]
    assert event.shown == [{"gangs": [one.pk, other.pk], "kind": "conflict", "by": "Gangs unit"}]
    assert 'href="/gangs/relations"' in looking().get("/gangs").content.decode()


def test_a_relation_of_a_gang_that_is_hidden_is_nowhere_and_argues_nothing() -> None:
    one, other, hidden = gang("Canal"), gang("Number Nine"), gang("Hidden", restricted=True)
    kept(one, other)
    before = shown(looking())
    kept(one, hidden, "alliance")
    delivered(hidden, other)
    assert shown(looking()) == before
    assert str(hidden.pk) not in Event.objects.latest("at").subject_ids
    assign_perm("see_gang", Group.objects.get(name="role:officer"), hidden)
    assert len(rows(shown(looking()))) == 3


def test_as_known_then_is_what_had_been_recorded_by_that_day() -> None:
    one, other = gang("Canal"), gang("Number Nine")
    was = kept(one, other, superseded_at=timezone.now() - timedelta(days=3))
    kept(one, other, root=was.root, valid_to=ago(3), recorded_at=was.superseded_at)
    delivered(one, other, "Alliance", recorded_on=ago(5))
    client = looking()
    now, then, before = (shown(client, f"?known={ago(days)}") for days in (0, 7, 11))
    assert ">Ended<" in now.replace("\n", "").replace("  ", "")
    assert sorted("Allied with" in row for row in rows(now)) == [False, True]
    (alone,) = rows(then)
    assert "In conflict with" in alone
    assert "Ended" not in alone
    assert rows(before) == []


def test_what_argues_against_it_stands_beside_it() -> None:
    one, other, third = gang("Canal"), gang("Number Nine"), gang("Third")
    kept(one, other, source="3", assessment="E", recorded_at=timezone.now())
    delivered(other, one, "Alliance", grade="", from_on=ago(500), recorded_on=ago(500))
    delivered(one, third)
    kept(one, third)
    who = record("gangs", surname="Wick", born_on=date(1990, 1, 2))
    person(who)
    for crew in (one, other):
        affiliate(who, crew)
    first, second, *agreeing = sorted(rows(shown(looking())), key=lambda row: "Third" in row)
    conflict, alliance = sorted((first, second), key=lambda row: "In conflict" not in row)
    for text in (
        "Also recorded: allied with since",
        "The source is not reliable",
        "It is suspected to be false",
        "People stand on the lists of both gangs",
    ):
        assert text in conflict
    for text in ("Not graded", "No evidence came with it", "Nothing newer was recorded since"):
        assert text in alliance
    assert len(agreeing) == 2
    for row in agreeing:
        assert "one source only" not in row
        assert "lists of both" not in row


@pytest.mark.parametrize("why", ["child", "hidden", "harmed"])
def test_of_a_child_of_somebody_hidden_and_of_somebody_harmed_it_says_nothing(why: str) -> None:
    one, other = gang("Canal"), gang("Number Nine")
    kept(one, other)
    born = ago(5000) if why == "child" else date(1990, 1, 2)
    who = record("domestic_abuse" if why == "hidden" else "gangs", surname="Wick", born_on=born)
    person(who)
    for crew, status in ((one, "member"), (other, "exploited" if why == "harmed" else "member")):
        affiliate(who, crew, status)
    page = shown(looking("officer"))
    assert "lists of both" not in page
    assert "Wick" not in page


def test_what_it_rests_on_is_withheld_with_handling_code_c() -> None:
    one, other = gang("Canal"), gang("Number Nine")
    kept(one, other, basis="Covert words", handling="C")
    page = shown(looking("analyst"))
    assert "Withheld: handling code C" in page
    assert "Covert words" not in page


def test_kinds_are_chosen_and_a_day_to_come_is_refused() -> None:
    one, other, third = gang("Canal"), gang("Number Nine"), gang("Third")
    kept(one, other)
    kept(one, third, "alliance")
    client = looking()
    (row,) = rows(shown(client, "?kind=alliance"))
    assert "Third" in row
    assert "Enter a day that has been" in shown(client, f"?known={ago(-2)}")
    assert Event.objects.latest("at").query == {"kinds": [], "known": ""}
    grid = shown(client)
    assert "What stands, as a grid" in grid
    assert grid.count('class="wmp-grid__cell">Conflict<') == 2


def test_more_relations_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    crews = [gang(f"Crew {number}") for number in range(8)]
    client = looking()
    for number, one in enumerate(crews):
        for other in crews[number + 1 :]:
            kept(one, other)
    # session, officer, roles; gangs, relations twice, memberships of two kinds; three of late
    # feeds, which are kept for 30 s outside tests; event
    with django_assert_max_num_queries(20):
        client.get("/gangs/relations")
