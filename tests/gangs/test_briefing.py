"""Handing a gang over: one page for one colleague, a disclosure, with nothing only one may see."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from audit import disclosed
from audit.actions import Action
from audit.models import Event
from gangs.models import Gang, MembershipDisclosure
from people.models import NominalRecord, Restriction
from tests.crime_data import affiliate, crime, gang, involve
from tests.gangs.kept import GangsUnit, gangs_unit, kept, remove, report, suspected
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db
WHY = "Takes the gang over on Monday"


@pytest.fixture
def team() -> GangsUnit:
    return gangs_unit()


@pytest.fixture
def colleague() -> Officer:
    return officer("gangs-officer", username="begum", first_name="Aisha", last_name="Begum",
                   in_unit="Other unit")  # fmt: skip


def made(team: GangsUnit, crew: Gang, colleague: Officer) -> str:
    given = {"recipient": colleague.username, "reason": WHY}
    answer = team.deciding.post(f"/gangs/{crew.pk}/briefing", given)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def test_a_briefing_says_what_is_known_what_is_not_and_what_argues_against_it(
    team: GangsUnit, colleague: Officer
) -> None:
    crew, other = gang("Canal Street Crew", area=""), gang("Number Nine")
    one, two = suspected("Wick"), suspected("Poole")
    kept(team, one, crew)
    kept(team, two, other)
    affiliate(two.arrest, crew)  # of another system: no criteria, no evidence
    burglary = crime()
    involve(one.arrest, burglary, "suspect")
    involve(two.arrest, burglary, "suspect")
    page = made(team, crew, colleague)
    body = page[page.index("<body") :]
    assert body.count("OFFICIAL-SENSITIVE</p>") == 2
    for words in (
        "Aisha Begum", WHY, "Crime investigation, 20/123456/26", "Do not use after",
        "Jordan Wick", "Jordan Poole", "Two independent records",
        "No criteria and no evidence came with it. On the list of Number Nine, too",
        "20CR/000005/26: Burglary in a dwelling", "Where it is active: not recorded",
        "How many belong to it", "Why 1 of 2 are on the list",
        "Assessment, graded 3x5x2 2/B. Handling: Lawful sharing permitted.",
        "Collects money for the gang", "Next review",
    ):  # fmt: skip
        assert words in page, words


def test_it_is_a_disclosure_with_its_recipient_and_everybody_on_it(
    team: GangsUnit, colleague: Officer
) -> None:
    """A7, F5, F8: in the trail, in the person's own pack, and with a notice once it has ended."""
    crew, who = gang(), suspected()
    version = kept(team, who, crew)
    made(team, crew, colleague)
    event = Event.objects.get(action=Action.GANG_BRIEFED)
    assert (event.subject_kind, event.subject_ids) == ("person", [str(who.person.pk)])
    assert event.detail["gang"] == crew.pk
    assert event.detail["recipient_id"] == colleague.pk
    assert event.detail["reason"] == WHY
    assert event.shown[0]["records"] == sorted([who.arrest.pk, who.report.pk])
    assert event.screen_hash is not None
    (told,) = disclosed.recipients([who.person.pk])
    assert (told.recipient, told.reason) == (str(colleague), WHY)
    row = MembershipDisclosure.objects.get()
    assert (row.membership_id, row.recipient) == (version.pk, str(colleague))
    remove(team, version)
    row.refresh_from_db()
    assert row.notice_due_at is not None


def test_only_one_colleague_who_may_see_gangs_gets_one_and_only_supervisors_make_one(
    team: GangsUnit, colleague: Officer
) -> None:
    """F6: no organisation outside, not oneself, not several; nothing is shown before."""
    crew, who = gang(), suspected()
    kept(team, who, crew)
    address = f"/gangs/{crew.pk}/briefing"
    assert "Wick" not in team.deciding.get(address).content.decode()
    for wrong in ("", "nobody", team.supervisor.username, "begum, hale",
                  officer("product", username="pat").username):  # fmt: skip
        answer = team.deciding.post(address, {"recipient": wrong, "reason": WHY})
        assert answer.status_code == 400, wrong
        assert "Wick" not in answer.content.decode()
    assert team.deciding.post(address, {"recipient": "begum", "reason": ""}).status_code == 400
    for role in ("officer", "analyst", "gangs-officer", "intelligence-analyst"):
        client = with_purpose(signed_in(officer(role)))
        assert client.post(address, {"recipient": "begum", "reason": WHY}).status_code == 403
    assert not Event.objects.filter(action=Action.GANG_BRIEFED).exists()
    Gang.objects.update(restricted=True)
    assert team.deciding.get(address).status_code == 404


def restricted(who: Any, to: str) -> Restriction:
    held = Restriction.objects.create(
        person=who.person, level="restricted", reason="Source", set_at=timezone.now(),
        owner_unit=unit(to), owner=officer("supervisor"), review_on=date(2099, 1, 1),
    )  # fmt: skip
    held.units.set([unit(to)])
    return held


def test_whom_one_of_the_two_may_not_see_is_not_on_it_nor_hinted_at(
    team: GangsUnit, colleague: Officer
) -> None:
    crew = gang()
    seen, of_author, of_colleague = suspected("Wick"), suspected("Poole"), suspected("Reed")
    for who in (seen, of_author, of_colleague):
        kept(team, who, crew)
    before = made(team, crew, colleague)
    assert "Poole" in before
    assert "Reed" in before
    restricted(of_author, "Gangs unit")
    restricted(of_colleague, "Other unit")
    page = made(team, crew, colleague)
    assert "Wick" in page
    assert "Poole" not in page
    assert "Reed" not in page
    assert "handling conditions" not in page
    assert Event.objects.filter(action=Action.GANG_BRIEFED).latest("at").subject_ids == [
        str(seen.person.pk)
    ]


def test_the_harmed_stand_apart_in_other_words_and_only_for_those_who_may_see_them(
    team: GangsUnit, colleague: Officer
) -> None:
    """F2, C7: a child on a list of members is to be protected, whoever put it there."""
    crew = gang()
    child = record("gangs", surname="Young", born_on=date(timezone.localdate().year - 14, 1, 1))
    harmed = record("gangs", surname="Harmed", born_on=date(1990, 1, 1))
    person(child)
    person(harmed)
    affiliate(child, crew)
    affiliate(harmed, crew, "exploited")
    page = made(team, crew, colleague)
    apart = page[page.index('id="harmed"') : page.index('id="members"')]
    rest = page[page.index('id="members"') :]
    for name in ("Young", "Harmed"):
        assert name in apart
        assert name not in rest
    assert "Member" not in apart
    assert "Child named in gang records: to be protected" in apart
    plain = officer("officer", username="plain")  # may see gangs, not whom they harm
    page = made(team, crew, plain)
    assert 'id="harmed"' not in page
    assert "Young" not in page
    assert "Harmed" not in page


def test_d3_what_has_handling_conditions_is_left_out_and_said_to_both_who_know(
    team: GangsUnit, colleague: Officer
) -> None:
    """Neither its words nor what rests on it: rationale, grade, line, item, membership."""
    crew, who = gang(), suspected("Wick")
    kept(team, who, crew)
    page = made(team, crew, colleague)
    assert "Arrested with two evidenced members" in page
    assert "handling conditions" not in page
    NominalRecord.objects.filter(pk=who.report.pk).update(
        handling="Lawful sharing permitted with conditions"
    )
    page = made(team, crew, colleague)
    assert "Collects money" not in page
    assert "Arrested with two evidenced members" not in page
    assert "Withheld: it rests in part on what has handling conditions" in page
    assert who.report.source_ref not in page
    assert "1 item with handling conditions is not on it" in page
    NominalRecord.objects.filter(pk=who.arrest.pk).update(handling="C")
    page = made(team, crew, colleague)
    assert "Wick" not in page
    other = gang("Number Nine")
    given = {
        "other": other.pk, "kind": "conflict", "valid_from": timezone.localdate().isoformat(),
        "basis": "Covert words of 20/9/26", "grade": "2/B/C",
    }  # fmt: skip
    assert team.proposing.post(f"/gangs/{crew.pk}/relation", given).status_code == 302
    page = made(team, crew, colleague)
    assert "Number Nine" not in page
    assert "Covert" not in page


def test_it_must_not_be_used_after_the_first_membership_on_it_ends(
    team: GangsUnit, colleague: Officer
) -> None:
    crew = gang()
    person(one := report("Wick"))
    ends = timezone.localdate() + timedelta(days=5)
    affiliate(one, crew, authorised_on=ends - timedelta(days=184))
    page = made(team, crew, colleague)
    at = page.index("Do not use after")
    assert any(
        (ends + timedelta(days=shift)).strftime("%-d %B %Y") in page[at : at + 200]
        for shift in range(-3, 4)
    )


@pytest.mark.django_db(transaction=True)
def test_with_the_trail_unwritable_there_is_no_briefing(
    owner_connection: psycopg.Connection,
) -> None:
    team, crew, who = gangs_unit(), gang(), suspected()
    kept(team, who, crew)
    officer("gangs-officer", username="begum")
    client = signed_in(team.supervisor, raise_request_exception=False)
    with_purpose(client)
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    answer = client.post(f"/gangs/{crew.pk}/briefing", {"recipient": "begum", "reason": WHY})
    assert answer.status_code == 503
    assert "Wick" not in answer.content.decode()
    assert not MembershipDisclosure.objects.exists()
