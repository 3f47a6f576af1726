"""A replay is no way round the access rule: who may not see a person may not see their screen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from audit.replays import Look
from audit.selectors import Key
from gangs.models import Gang
from people.models import Person, Restriction
from people.replays import may_see
from tests.crime_data import affiliate, gang
from tests.officers import officer, reading, signed_in, unit, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
WITHHELD = "you may not see"
SECRET = "Featherstone"


def somebody(**fields: Any) -> Person:
    made = person(
        record(given_names="Robert", surname=SECRET, born_on=date(1989, 6, 8)),
        *([record(given_names="Robert", surname=SECRET, **fields)] if fields else []),
    )
    index()
    return made


def restrict(who: Person, to: str) -> None:
    held = Restriction.objects.create(
        person=who, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit(to), owner=officer(in_unit=to), review_on=date(2099, 1, 1),
    )  # fmt: skip
    held.units.set([unit(to)])


def looked(role: str, address: str, **fields: str) -> Event:
    """An officer of Central opens the page; the event of it."""
    client = with_purpose(signed_in(officer(role, **fields)))
    page = client.get(address)
    assert page.status_code == 200, page.content
    return Event.objects.exclude(screen_hash=None).order_by("-at")[0]


def reader(role: str) -> Client:
    return reading(signed_in(officer(role)))


def shown(event: Event, client: Client) -> str:
    page = client.get(f"/audit/{Key.of(event).microsecond}/{event.id}")
    assert page.status_code == 200
    return page.content.decode()


def test_a_supervisor_sees_what_an_officer_of_the_unit_saw() -> None:
    page = shown(looked("officer", f"/people/{somebody().pk}"), reader("supervisor"))
    assert SECRET in page
    assert WITHHELD not in page


def test_a_person_restricted_after_the_look_is_withheld_and_auditors_see_the_screen() -> None:
    someone = somebody()
    event = looked("officer", f"/people/{someone.pk}")
    restrict(someone, "Sapphire")
    page = shown(event, reader("supervisor"))
    assert SECRET not in page
    assert WITHHELD in page
    assert SECRET in shown(event, reader("auditor"))
    assert SECRET in shown(event, reader("professional-standards"))


def test_a_restriction_that_names_the_supervisors_team_withholds_nothing() -> None:
    someone = somebody()
    event = looked("officer", f"/people/{someone.pk}")
    restrict(someone, "Central")
    assert SECRET in shown(event, reader("supervisor"))


def test_evidence_above_the_supervisors_own_is_withheld_but_not_what_all_may_see() -> None:
    someone = somebody(system="domestic_abuse", tier=1)
    address = f"/people/{someone.pk}"
    assert SECRET not in shown(looked("analyst", address), reader("supervisor"))
    assert SECRET in shown(looked("officer", address), reader("supervisor"))


def test_a_page_of_results_is_withheld_with_one_of_its_people() -> None:
    someone = somebody()
    client = with_purpose(signed_in(officer("officer")))
    asked = {"text": f"Robert {SECRET}", "code": "CRIME-INV", "reference": "20/123456/26"}
    assert SECRET in client.post("/people/search", asked, follow=True).content.decode()
    event = Event.objects.filter(action=Action.PERSON_SEARCHED).order_by("-at")[0]
    restrict(someone, "Sapphire")
    page = shown(event, reader("supervisor"))
    assert "What was on the screen" in page
    assert f"/people/{someone.pk}" not in page.split("What was on the screen")[1].split("<h2")[0]
    assert WITHHELD in page


def test_a_search_is_withheld_from_who_sees_less_than_who_made_it() -> None:
    """Its total and notices count people who stand on no list: how far was seen decides."""
    someone = somebody()
    asked = {"name": f"Robert {SECRET}", "purpose": PURPOSE}
    withheld = {}
    for role in ("officer", "analyst"):
        client = signed_in(officer(role))
        client.post("/api/v1/people/search", asked, content_type="application/json")
        event = Event.objects.filter(action=Action.PERSON_SEARCHED).latest("at")
        assert event.subject_ids == [str(someone.pk)]
        withheld[role] = WITHHELD in shown(event, reader("supervisor"))
    assert withheld == {"officer": False, "analyst": True}


@pytest.mark.parametrize(
    ("reach", "unmasked", "sees"),
    [
        ({"tier": 0, "unmasked": []}, False, True),
        ({"tier": 2, "unmasked": []}, False, True),
        ({"tier": 2, "unmasked": ["them"]}, False, False),
        ({"tier": 2, "unmasked": ["them"]}, True, True),
        ({"tier": 2, "unmasked": [1]}, False, True),  # somebody who was not on the screen
        ({"tier": 3, "unmasked": []}, True, False),
        ({}, True, False),  # of a time when it was not recorded
    ],
)
def test_how_far_was_seen_is_compared_with_how_far_is_seen_now(
    reach: dict[str, Any], unmasked: bool, sees: bool
) -> None:
    someone = somebody()
    now = replace(scope_of(officer("analyst")), unmasked=frozenset([someone.pk] * unmasked))
    if reach.get("unmasked") == ["them"]:
        reach = {**reach, "unmasked": [someone.pk]}
    look = Look("person.searched", ("analyst",), "person", (str(someone.pk),), [], reach)
    assert may_see(now, look) is sees


def test_the_survivor_of_a_merge_decides_for_the_people_merged_into_it() -> None:
    old, survivor = somebody(), somebody()
    event = looked("officer", f"/people/{old.pk}")
    Person.objects.filter(pk=old.pk).update(status="merged", merged_into=survivor.pk)
    assert SECRET in shown(event, reader("supervisor"))
    restrict(survivor, "Sapphire")
    assert SECRET not in shown(event, reader("supervisor"))


def test_a_gang_that_is_restricted_and_its_people_are_withheld() -> None:
    held = record(given_names="Robert", surname=SECRET, born_on=date(1989, 6, 8))
    someone, crew = person(held), gang("Towpath Nine")
    affiliate(held, crew)
    index()
    event = looked("officer", f"/gangs/{crew.pk}")
    assert SECRET in shown(event, reader("supervisor"))
    Gang.objects.filter(pk=crew.pk).update(restricted=True)
    assert SECRET not in shown(event, reader("supervisor"))
    Gang.objects.filter(pk=crew.pk).update(restricted=False)
    restrict(someone, "Sapphire")
    assert SECRET not in shown(event, reader("supervisor"))
