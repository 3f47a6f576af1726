"""Sealing a person, who is shut out at once, changing, lifting, and what the trail keeps."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from audit.actions import Action
from audit.models import Event
from people import inheritance, rule
from people.models import Link, Person, Restriction
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, unit, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.models import Officer
from wmp_search.access.scope import scope_of
from wmp_search.search.models import OutboxEntry

pytestmark = pytest.mark.django_db

REASON = "Protected while the threat lasts"


def jane(**fields: Any) -> Person:
    return person(record(given_names="Jane", surname="Ashgrove", **fields))


def asked(**fields: Any) -> dict[str, Any]:
    return {
        "level": "restricted",
        "unit": unit("Sapphire").pk,
        "officers": "",
        "reason": REASON,
        "review_on": "2099-01-01",
        **fields,
    }


def client_of(who: Officer) -> Client:
    return with_purpose(signed_in(who))


def seal(who: Person, by: Officer, **fields: Any) -> Restriction:
    answer = client_of(by).post(f"/people/{who.pk}/restrict", asked(**fields))
    assert answer.status_code == 302, answer.content
    return Restriction.objects.get(person=who, lifted_at=None)


def sees(officer_: Officer, who: Person) -> bool:
    return rule.visible(scope_of(officer_)).filter(pk=who.pk).exists()


def test_sealing_shuts_out_everybody_but_the_team_the_named_and_the_one_who_did_it() -> None:
    who, sergeant = jane(), officer("supervisor")
    team, named = officer("officer", in_unit="Sapphire"), officer("officer", username="pc.named")
    other = officer("officer")
    assert sees(other, who)
    seal(who, sergeant, officers="pc.named")
    assert [sees(o, who) for o in (team, named, sergeant, other)] == [True, True, True, False]


def test_a_sealed_person_is_not_found_before_the_index_knows() -> None:
    who, other = jane(), officer("officer")
    index()
    client = client_of(other)
    asked_for = {"text": "Jane Ashgrove", "code": "CRIME-INV", "reference": "20/123456/26"}
    address = client.post("/people/search", asked_for)["Location"]
    assert "1 person for" in client.get(address).content.decode()
    seal(who, officer("supervisor"))
    assert "0 people for" in client.get(address).content.decode()
    assert client.get(f"/people/{who.pk}").status_code == 404
    assert OutboxEntry.objects.filter(entity="person", entity_id=who.pk).exists()


def test_the_trail_keeps_the_restriction_before_and_after() -> None:
    who, sergeant = jane(), officer("supervisor")
    held = seal(who, sergeant)
    client = client_of(sergeant)
    client.post(f"/restrictions/{held.pk}/change", asked(level="covert"))
    client.post(f"/restrictions/{held.pk}/lift", {"reason": "The threat is over now"})
    set_, changed, lifted = Event.objects.filter(action__startswith="restriction.").order_by("at")
    assert (set_.action, changed.action, lifted.action) == (
        Action.RESTRICTION_SET,
        Action.RESTRICTION_CHANGED,
        Action.RESTRICTION_LIFTED,
    )
    assert set_.subject_ids == [str(who.pk)]
    assert set_.detail["before"] is None
    assert set_.detail["after"]["units"] == [unit("Sapphire").pk]
    assert (changed.detail["before"]["level"], changed.detail["after"]["level"]) == (
        "restricted",
        "covert",
    )
    assert lifted.detail["after"]["lifted"] is True
    assert sees(officer("officer"), who)


def test_whoever_seals_sees_who_has_looked_by_name_only_in_the_own_unit() -> None:
    who, sergeant = jane(), officer("supervisor", in_unit="Central")
    colleague = officer("officer", username="pc.near", in_unit="Central")
    for looker in (colleague, officer("officer", username="pc.far", in_unit="North")):
        client_of(looker).get(f"/people/{who.pk}")
    held = seal(who, sergeant)
    text = client_of(sergeant).get(f"/restrictions/{held.pk}").content.decode()
    assert "pc.near" in text
    assert "pc.far" not in text
    assert "North: 1 officer" in text
    event = Event.objects.filter(action=Action.AUDIT_VIEWED).latest("at")
    assert event.subject_ids == [str(who.pk)]


def test_only_the_owning_unit_manages_a_restriction() -> None:
    held = seal(jane(), officer("supervisor", in_unit="Central"))
    stranger = client_of(officer("supervisor", in_unit="North"))
    assert stranger.get(f"/restrictions/{held.pk}").status_code == 404
    stranger.post(f"/restrictions/{held.pk}/lift", {"reason": "No longer wanted here"})
    held.refresh_from_db()
    assert held.lifted_at is None
    assert f"Person {held.person_id}" not in stranger.get("/restrictions").content.decode()


def test_a_notice_tells_the_unit_and_nothing_else() -> None:
    who = jane()
    seal(who, officer("supervisor", in_unit="Major crime"), notice="on")
    index()
    client = client_of(officer("officer"))
    asked_for = {"text": "Jane Ashgrove", "code": "CRIME-INV", "reference": "20/123456/26"}
    address = client.post("/people/search", asked_for)["Location"]
    text = client.get(address).content.decode()
    assert "A record is restricted: contact Major crime." in text
    assert f"/people/{who.pk}" not in text
    assert "0 people for" in text


def test_a_look_at_a_covert_person_names_the_owner_and_looks_as_always() -> None:
    who, sergeant, other = jane(), officer("supervisor"), officer("officer")
    client_of(other).get(f"/people/{who.pk}")  # afterwards each page tells of the last look
    plain = client_of(other).get(f"/people/{who.pk}").content
    seal(who, sergeant, level="covert")
    client = client_of(other)
    assert len(client.get(f"/people/{who.pk}").content) == len(plain)
    event = Event.objects.filter(action=Action.PERSON_VIEWED).latest("at")
    assert event.detail["owner"] == [
        {"person": who.pk, "level": "covert", "officer": sergeant.pk, "unit": sergeant.unit_id}
    ]


def test_a_crime_page_leaves_a_sealed_person_out() -> None:
    one = record(given_names="Jane", surname="Ashgrove")
    who, case = person(one), crime()
    involve(one, case, "witness")
    other = officer("officer")
    assert "Ashgrove" in client_of(other).get(f"/crimes/{case.pk}").content.decode()
    seal(who, officer("supervisor"))
    text = client_of(other).get(f"/crimes/{case.pk}").content.decode()
    assert "Nobody you may see is recorded" in text
    assert one.source_ref not in text


def test_a_joined_person_has_the_restrictions_of_both() -> None:
    first, second = jane(), jane()
    seal(first, officer("supervisor"))
    seal(second, officer("supervisor"), unit=unit("North").pk)
    Link.objects.filter(person=second).update(person=first)
    Person.objects.filter(pk=second.pk).update(status="merged", merged_into=first)
    inheritance.carry_on()
    standing = Restriction.objects.filter(person=first, lifted_at=None)
    assert standing.count() == 2
    assert standing.filter(inherited_at__isnull=False).count() == 1
    assert not Restriction.objects.filter(person=second, lifted_at=None).exists()
    assert not sees(officer("officer", in_unit="Sapphire"), first)  # one of two is not enough
    assert not sees(officer("officer", in_unit="North"), first)
    event = Event.objects.filter(action=Action.RESTRICTION_CHANGED).latest("at")
    assert (event.officer, event.subject_ids) == ("system", [str(first.pk)])


def test_every_part_of_a_parted_person_keeps_the_restriction_until_it_is_reviewed() -> None:
    records = [record(given_names="Jane", surname="Ashgrove") for _ in range(2)]
    whole, sergeant = person(*records), officer("supervisor")
    seal(whole, sergeant)
    part = person(record(given_names="Other", surname="Body"))
    Link.objects.filter(record=records[1]).update(person=part)
    inheritance.carry_on()
    other = officer("officer")
    assert not sees(other, part)
    copy = Restriction.objects.get(person=part, lifted_at=None)
    assert copy.inherited_at is not None
    client = client_of(sergeant)
    assert "Taken over when records" in client.get("/restrictions").content.decode()
    client.post(f"/restrictions/{copy.pk}/lift", {"reason": "This is somebody else altogether"})
    inheritance.carry_on()  # the next run does not bring it back
    assert sees(other, part)
    assert not sees(other, whole)


def test_nobody_seals_whom_they_may_not_see_or_what_is_sealed_already() -> None:
    who = jane()
    seal(who, officer("supervisor", in_unit="Central"))
    stranger = client_of(officer("supervisor", in_unit="North"))
    assert stranger.post(f"/people/{who.pk}/restrict", asked()).status_code == 404
    insider = client_of(officer("supervisor", in_unit="Sapphire"))
    insider.post(f"/people/{who.pk}/restrict", asked())
    assert Restriction.objects.filter(person=who).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "too short"}, "at least 15 characters"),
        ({"officers": "nobody.here"}, "There is no officer nobody.here"),
        ({"review_on": date(2020, 1, 1).isoformat()}, "must be in the future"),
    ],
)
def test_a_form_says_what_is_wrong(fields: dict[str, Any], words: str) -> None:
    who = jane()
    client = client_of(officer("supervisor"))
    answer = client.post(f"/people/{who.pk}/restrict", asked(**fields))
    assert words in answer.content.decode()
    assert not Restriction.objects.exists()
