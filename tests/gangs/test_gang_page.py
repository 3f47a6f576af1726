"""A gang's page: conflicts and alliances with their times; what changed since one looked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm

from audit.models import Event
from gangs import relations
from gangs.models import Gang, GangRelation
from tests.crime_data import affiliate, gang
from tests.gangs.kept import GangsUnit, gangs_unit, kept, remove, suspected
from tests.officers import officer, signed_in, with_purpose

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> GangsUnit:
    return gangs_unit()


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def tell(client: Client, one: Gang, other: Gang, **changed: Any) -> int:
    given = {
        "other": other.pk,
        "kind": "conflict",
        "valid_from": timezone.localdate().isoformat(),
        "basis": "Two shootings in October, 20/123/26 and 20/124/26",
        "grade": "2/B/P",
        **changed,
    }
    return client.post(f"/gangs/{one.pk}/relation", given).status_code


def test_a_conflict_stands_on_both_pages_with_its_grade_and_its_times(team: GangsUnit) -> None:
    one, other = gang("Canal Street Crew"), gang("Number Nine")
    assert tell(team.proposing, one, other) == 302
    before = timezone.now()
    for here, there in ((one, other), (other, one)):
        page = looking().get(f"/gangs/{here.pk}").content.decode()
        part = page[page.index('id="relations"') :]
        assert there.name in part
        assert "In conflict with" in part
        assert "3x5x2 2/B/P" in part
    row = GangRelation.objects.get()
    address = f"/gangs/{one.pk}/relation/{row.pk}/end"
    assert team.proposing.post(address).status_code == 302
    page = team.proposing.get(f"/gangs/{one.pk}").content.decode()
    assert " until " in page[page.index('id="relations"') :]
    then = relations.of_gang(one, Gang.objects.all(), known_at=before)
    assert [relation.row.valid_to for relation in then] == [None]
    assert Event.objects.filter(action="gang_relation.changed").count() == 2


def test_d3_what_a_relation_rests_on_is_withheld_with_its_conditions(team: GangsUnit) -> None:
    one, other = gang("Canal Street Crew"), gang("Number Nine")
    assert tell(team.proposing, one, other, basis="Covert words of 20/9/26", grade="2/B/C") == 302
    for client in (looking(), looking("analyst"), team.proposing):
        for here in (one, other):
            page = client.get(f"/gangs/{here.pk}").content.decode()
            assert "3x5x2 2/B/C" in page
            assert "Withheld: handling code C" in page
            assert "Covert words" not in page


def overlap_of(client: Client, one: Gang) -> str:
    page = client.get(f"/gangs/{one.pk}").content.decode()
    return page[page.index('id="overlap"') : page.index('id="relations"')]


def test_who_is_on_two_lists_is_named_on_both_pages_with_grade_and_authoriser(
    team: GangsUnit,
) -> None:
    one, other, who, alone = gang("Canal"), gang("Number Nine"), suspected(), suspected("Solo")
    for crew in (one, other):
        kept(team, who, crew)
    kept(team, alone, one)
    for here, there in ((one, other), (other, one)):
        part = overlap_of(looking(), here)
        assert f"/people/{who.person.pk}" in part
        assert f'href="/gangs/{there.pk}"' in part
        assert "3x5x2 2/B/P" in part
        assert "Solo" not in part
    event = Event.objects.filter(action="gang.viewed").latest("at")
    (told,) = event.detail["elsewhere"]
    assert (told["person"], told["gang"]) == (who.person.pk, one.pk)


def test_f2_f5_nobody_harmed_hidden_or_removed_is_on_the_list_of_two(team: GangsUnit) -> None:
    one, hidden, left = gang("Canal"), gang("Hidden Crew", restricted=True), gang("Left Crew")
    who = suspected()
    kept(team, who, one)
    assign_perm("see_gang", Group.objects.get(name="role:gangs-officer"), hidden)
    assign_perm("see_gang", Group.objects.get(name="role:gangs-supervisor"), hidden)
    kept(team, who, hidden)
    remove(team, kept(team, who, left))
    affiliate(who.report, gang("Harming Crew"), status="exploited")
    affiliate(who.arrest, gang("Fourth Crew"))
    assert "Fourth Crew" in overlap_of(looking(), one)
    assert "Hidden Crew" in overlap_of(team.proposing, one)
    for client in (looking(), team.proposing):
        assert "Left Crew" not in overlap_of(client, one)
        assert "Harming Crew" not in overlap_of(client, one)
    assert "Hidden Crew" not in overlap_of(looking(), one)
    event = Event.objects.filter(action="gang.viewed").latest("at")
    assert hidden.pk not in [row["gang"] for row in event.detail["elsewhere"]]


@pytest.mark.parametrize(
    "wrong",
    [{"grade": "4F"}, {"grade": "2B"}, {"basis": ""}, {"valid_from": "2099-01-01"}, {"kind": "x"}],
    ids=str,
)
def test_a_relation_without_grade_basis_or_day_is_refused(
    team: GangsUnit, wrong: dict[str, str]
) -> None:
    one, other = gang("Canal Street Crew"), gang("Number Nine")
    assert tell(team.proposing, one, other, **wrong) == 400
    assert not GangRelation.objects.exists()


def test_a_relation_stands_once_and_is_never_changed_in_place(team: GangsUnit) -> None:
    one, other = gang("Canal Street Crew"), gang("Number Nine")
    assert tell(team.proposing, one, other) == 302
    assert tell(team.proposing, other, one) == 400
    with (
        pytest.raises(IntegrityError, match="refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE gangs_gangrelation SET kind = 'alliance'")


def test_a_hidden_gang_is_on_nobodys_page_and_cannot_be_named(team: GangsUnit) -> None:
    one, hidden = gang("Canal Street Crew"), gang("Number Nine", restricted=True)
    assert tell(team.proposing, one, hidden) == 400
    assign_perm("see_gang", Group.objects.get(name="role:gangs-officer"), hidden)
    assert tell(team.proposing, one, hidden) == 302
    assert "Number Nine" in team.proposing.get(f"/gangs/{one.pk}").content.decode()
    page = looking().get(f"/gangs/{one.pk}").content.decode()
    assert "Number Nine" not in page
    assert "None recorded." in page


def test_what_changed_since_the_last_look_is_said_without_names_of_who_left(
    team: GangsUnit,
) -> None:
    one, old, new = gang(), suspected("Oldson"), suspected("Newson")
    row = kept(team, old, one)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)) as clock:
        client = looking()
        assert "Since you last looked" not in client.get(f"/gangs/{one.pk}").content.decode()
        clock.shift(60)
        remove(team, row)
        kept(team, new, one)
        clock.shift(60)
        page = client.get(f"/gangs/{one.pk}").content.decode()
        told = page[page.index('id="changes"') : page.index('id="members"')]
        assert f'href="/people/{new.person.pk}"' in told
        assert "New: member, evidenced" in told
        assert "Removed" in told
        assert f"/people/{old.person.pk}" not in page
        assert "Oldson" not in page
        clock.shift(60)
        assert "Since you last looked" not in client.get(f"/gangs/{one.pk}").content.decode()


def test_changes_of_those_harmed_are_for_their_own_list(team: GangsUnit) -> None:
    one, who = gang(), suspected("Harmedson")
    plain, safe = looking(), looking("safeguarding")
    for client in (plain, safe):
        client.get(f"/gangs/{one.pk}")
    kept(
        team, who, one, status="exploited", rationale="Was made to hold money under threat",
        **{f"criterion_{who.arrest.pk}": "away_arrest", f"criterion_{who.report.pk}": ""},
    )  # fmt: skip
    assert "Since you last looked" not in plain.get(f"/gangs/{one.pk}").content.decode()
    assert "New: exploited" in safe.get(f"/gangs/{one.pk}").content.decode()
