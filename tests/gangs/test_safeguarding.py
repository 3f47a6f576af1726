"""People to protect from gangs: a list of its own, for other people, of what is left undone."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from gangs.models import SafeguardingStep
from people.models import Person
from tests.crime_data import affiliate, gang
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access.purposes import Purpose
from wmp_search.access.scope import scope_of
from wmp_search.rights import gather

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_once(settings: Any) -> None:
    settings.PURPOSE_ASKS_AGAIN = False


def looking(role: str = "safeguarding", code: str = "SAFEGUARD") -> Client:
    return with_purpose(signed_in(officer(role)), code, "20/123456/26")


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def harmed(surname: str = "Exploitedson", status: str = "exploited", **more: Any) -> Person:
    """A child of fourteen whom a gang harms, as the gangs system says."""
    fields = {"born_on": ago(14 * 365), **more.pop("of", {})}
    one = record("gangs", surname=surname, given_names="Sam", **fields)
    found = person(one)
    words = {"rationale": "Found twice at an address that others took over", **more}
    affiliate(one, words.pop("by", None) or gang(f"Crew of {surname}"), status, **words)
    return found


def keep(client: Client, who: Person, kind: str = "responsible", **changed: Any) -> int:
    given = {
        "kind": kind,
        "whom": "children" if kind in ("referred", "answered") else "",
        "on": timezone.localdate().isoformat(),
        "words": "Spoke to his school and his mother",
        "review_on": ago(-20).isoformat(),
        **changed,
    }
    return client.post(f"/safeguarding/{who.pk}", given).status_code


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def shown(client: Client, address: str = "/safeguarding") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return main_of(answer.content.decode())


def test_f2_the_list_is_for_safeguarding_alone_and_holds_no_members() -> None:
    child, member = harmed(), record("gangs", surname="Memberson", born_on=date(1990, 1, 2))
    person(member)
    affiliate(member, gang())
    page = shown(looking())
    assert f'href="/safeguarding/{child.pk}"' in page
    assert "Exploitedson" in page
    assert "Memberson" not in page
    event = Event.objects.get(action="safeguarding.viewed")
    assert event.subject_ids == [str(child.pk)]
    for role in ("officer", "analyst", "gangs-officer", "gangs-supervisor", "disclosure"):
        client = looking(role)
        for address in ("/safeguarding", f"/safeguarding/{child.pk}"):
            assert client.get(address).status_code == 403, role
        assert 'href="/safeguarding"' not in client.get("/").content.decode(), role


def test_f2_another_purpose_opens_nothing() -> None:
    child = harmed()
    client = looking(code="INTEL-DEV")
    page = shown(client)
    assert "Your purpose is not about protecting people" in page
    assert "Exploitedson" not in page
    assert client.get(f"/safeguarding/{child.pk}").status_code == 404


@pytest.mark.parametrize("status", ["exploited", "at_risk", "member", "associate"])
def test_nobody_is_called_a_member_or_suspected_and_nothing_is_drawn(status: str) -> None:
    who = harmed(status=status, rationale="A known associate, recruited as a runner")
    for page in (shown(looking()), shown(looking(), f"/safeguarding/{who.pk}")):
        assert "Under 18" in page
        words = re.sub(r"<[^>]+>", " ", page).lower()
        for word in ("member", "associate", "affiliat", "suspect", "runner", "offend"):
            assert word not in words
        assert "/network" not in page


def test_who_is_grown_up_and_named_a_member_is_not_on_the_list() -> None:
    harmed("Grownson", "member", of={"born_on": ago(19 * 365)})
    harmed("Nobornson", "member", of={"born_on": None})
    page = shown(looking())
    assert "Grownson" not in page
    assert "Nobornson" not in page


def test_f6_it_lists_what_is_left_undone_and_counts_the_rest() -> None:
    client, colleague = looking(), looking()
    cared, new = harmed("Caredson"), harmed("Newson")
    for kind in ("responsible", "referred", "answered"):
        assert keep(colleague, cared, kind) == 302
    page = shown(client)
    assert "Newson" in page
    assert "Nobody is responsible" in page
    assert "Nothing referred" in page
    assert "Caredson" not in page
    assert "For 1 more nothing is to be done" in page
    mine = shown(colleague)
    assert "Caredson" in mine
    assert "(you)" in mine
    assert "1 more" not in mine
    assert client.get(f"/safeguarding/{cared.pk}").status_code == 200
    assert Event.objects.filter(subject_ids=[str(new.pk)], action="safeguarding.viewed").exists()


def test_what_is_overdue_and_unanswered_comes_first_and_says_since_when() -> None:
    client, other = looking(), looking()
    soon, waits = harmed("Soonson"), harmed("Waitson")
    for who in (soon, waits):
        assert keep(other, who) == 302
    assert keep(other, soon, "no_referral", review_on=ago(-3).isoformat()) == 302
    assert keep(other, waits, "referred", on=ago(40).isoformat()) == 302
    page = shown(client)
    assert "No answer since" in page
    assert "Look again by" in page
    assert page.index("Waitson") < page.index("Soonson")
    assert keep(other, waits, "answered") == 302
    assert "Waitson" not in shown(client)


def test_a_step_says_what_to_whom_and_until_when_and_stays() -> None:
    client, who = looking(), harmed()
    for wrong in (
        {"kind": ""},
        {"kind": "referred", "whom": ""},
        {"words": ""},
        {"words": "He keeps going missing and is a known runner"},
        {"review_on": timezone.localdate().isoformat()},
        {"review_on": ago(-100).isoformat()},
        {"on": ago(-1).isoformat()},
    ):
        assert keep(client, who, **wrong) == 400, wrong
    assert not SafeguardingStep.objects.exists()
    assert keep(client, who, "referred") == 302
    page = shown(client, f"/safeguarding/{who.pk}")
    for text in (
        "Referred",
        "services (MASH)",
        "Spoke to his school",
        "Nobody is resp",
    ):
        assert text in page
    event = Event.objects.get(action="safeguarding.recorded")
    assert event.subject_ids == [str(who.pk)]
    assert "Spoke to his school" not in str(event.detail)
    for change in (
        "UPDATE gangs_safeguardingstep SET words = 'x'",
        "DELETE FROM gangs_safeguardingstep",
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            connection.cursor().execute(change)


def test_a_gang_that_is_hidden_and_a_record_that_is_hidden_are_not_there() -> None:
    hidden = harmed("Hiddenson", by=gang("Hidden Crew", restricted=True))
    protected = record("domestic_abuse", surname="Tierson", born_on=ago(5000), tier=2)
    of_tier = person(protected)
    affiliate(protected, gang("Open Crew"), "exploited")
    client = looking()
    page = shown(client)
    for text in ("Hiddenson", "Hidden Crew", "Tierson", "more nothing"):
        assert text not in page
    for who in (hidden, of_tier):
        assert client.get(f"/safeguarding/{who.pk}").status_code == 404
        assert keep(client, who) == 404


def test_what_has_ended_leaves_the_list_and_its_steps_stay_with_the_records() -> None:
    who = harmed("Endedson", authorised_on=ago(200))
    client = looking()
    assert "Endedson" not in shown(client)
    assert client.get(f"/safeguarding/{who.pk}").status_code == 404


def test_nothing_leads_to_it_from_a_gang_and_there_is_no_file() -> None:
    who = harmed(by=(one := gang("Canal")))
    client = looking()
    assert "/safeguarding/" not in main_of(client.get(f"/gangs/{one.pk}").content.decode())
    for address in ("/safeguarding", f"/safeguarding/{who.pk}"):
        assert "Content-Disposition" not in client.get(address).headers
    for address in ("/api/v1/safeguarding", "/safeguarding/export", "/safeguarding.csv"):
        assert client.get(address).status_code == 404


def test_it_is_in_the_pack_that_answers_the_person() -> None:
    who, client = harmed(), looking()
    assert keep(client, who) == 302
    pack = gather.gather(who.pk, scope_of(officer("disclosure"), Purpose("SAR", "SAR/1")))
    assert [p for p in pack["gangs"] if p["key"].startswith("safeguarding:")]


def test_more_people_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    client = looking()
    for number in range(20):
        harmed(f"Son{number}", "member" if number % 2 else "exploited")
    # session, officer, roles; gangs, kept, delivered, links, births; visible; links and steps;
    # eight of people, twice; event
    with django_assert_max_num_queries(36):
        assert len(re.findall(r'href="/safeguarding/\d+"', shown(client))) == 20
