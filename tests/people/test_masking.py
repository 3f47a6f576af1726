"""Victims of sexual offences: masked by rule or by hand, found by few, shown after unmasking."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audit.actions import Action
from audit.models import Event
from crime.models import Crime
from people import lens, masking
from people.models import Name, NominalRecord, Person
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

REASON = "Taking a statement from her today"


def victim(**offence: Any) -> tuple[NominalRecord, Person, int]:
    """A victim in a crime, after the rule was applied: record, person, crime."""
    one = record(
        "crime_recording", given_names="Mara", surname="Quillfeather", role="unclassified"
    )
    who, case = person(one), crime(**offence)
    involve(one, case, "victim")
    masking.apply(timezone.now())
    one.refresh_from_db()
    return one, who, case.pk


@pytest.mark.parametrize(
    ("offence", "masked"),
    [
        ({"offence_code": "019/08", "offence": "Rape of a female"}, True),
        ({"offence_code": "", "offence": "Sexual assault on a male"}, True),
        ({"offence_code": "088/15", "offence": "Exposure"}, True),
        ({"offence_code": "028/01", "offence": "Burglary in a dwelling"}, False),
        ({"offence_code": "008/06", "category": "violence-and-sexual-offences"}, False),
    ],
)
def test_the_offence_decides(offence: dict[str, str], masked: bool) -> None:
    one, who, _ = victim(**offence)
    assert one.tier == (2 if masked else 0)
    who.refresh_from_db()
    assert who.tiers == [one.tier]
    assert set(Name.objects.filter(person=who).values_list("tier", flat=True)) == {one.tier}


def test_the_words_of_an_event_decide_for_a_victim_and_for_nobody_else() -> None:
    hers = record(role="victim", event_summary="Reports that she was raped by her ex-partner")
    his = record(role="suspect", event_summary="Suspected of rape")
    drape = record(role="victim", event_summary="Draped curtains stolen")
    masking.apply(timezone.now())
    tiers = [NominalRecord.objects.get(pk=r.pk).tier for r in (hers, his, drape)]
    assert tiers == [2, 0, 0]


def test_a_mask_goes_with_its_reason_and_gives_the_tier_back() -> None:
    one, who, case = victim(offence_code="019/08")
    assert (one.tier, one.unmasked_tier) == (2, 0)
    Crime.objects.filter(pk=case).update(offence_code="028/01", offence="Burglary")
    masking.apply(timezone.now())
    one.refresh_from_db()
    who.refresh_from_db()
    assert (one.tier, one.unmasked_tier, who.tiers) == (0, None, [0])


def test_a_delivery_does_not_unmask() -> None:
    one, _, _ = victim(offence_code="019/08")
    NominalRecord.objects.filter(pk=one.pk).update(tier=1)  # as the loader writes a changed row
    with connection.cursor() as cursor:
        masking.keep(cursor)
    one.refresh_from_db()
    assert (one.tier, one.unmasked_tier) == (2, 1)


def test_a_crime_page_says_only_that_there_is_a_victim() -> None:
    one, who, case = victim(offence_code="019/08")
    for role in ("officer", "analyst"):
        text = with_purpose(signed_in(officer(role))).get(f"/crimes/{case}").content.decode()
        assert "Identity restricted" in text
        assert "Quillfeather" not in text
        assert one.source_ref not in text
        assert (f"/people/{who.pk}" in text) == (role == "analyst")


def test_an_officer_neither_finds_nor_opens_a_masked_person() -> None:
    _, who, _ = victim(offence_code="019/08")
    index()
    client = with_purpose(signed_in(officer("officer")))
    asked = {"text": "Mara Quillfeather", "code": "CRIME-INV", "reference": "20/123456/26"}
    text = client.get(client.post("/people/search", asked)["Location"]).content.decode()
    assert "0 people for" in text
    assert client.get(f"/people/{who.pk}").status_code == 404
    assert client.get(f"/people/{who.pk}/unmask").status_code == 403


def test_unmasking_shows_one_person_to_one_officer_for_a_quarter_of_an_hour() -> None:
    _, who, _ = victim(offence_code="019/08")
    lens.refresh()
    index()
    one, other = officer("analyst"), officer("analyst")
    client = with_purpose(signed_in(one))
    asked = {"text": "Mara Quillfeather", "code": "CRIME-INV", "reference": "20/123456/26"}
    text = client.get(client.post("/people/search", asked)["Location"]).content.decode()
    assert "1 person for" in text
    assert "Identity restricted" in text
    assert "Quillfeather" not in text.replace("Mara Quillfeather", "")  # only what was typed
    assert "Quillfeather" not in client.get(f"/people/{who.pk}").content.decode()
    client.post(f"/people/{who.pk}/unmask", {"reason": REASON})
    event = Event.objects.get(action=Action.PERSON_UNMASKED)
    assert (event.subject_ids, event.detail["reason"]) == ([str(who.pk)], REASON)
    assert "Quillfeather" in client.get(f"/people/{who.pk}").content.decode()
    stranger = with_purpose(signed_in(other)).get(f"/people/{who.pk}").content.decode()
    assert "Quillfeather" not in stranger
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15, seconds=5)):
        late = with_purpose(signed_in(one)).get(f"/people/{who.pk}").content.decode()
    assert "Quillfeather" not in late


def test_a_reason_of_fourteen_characters_does_not_unmask() -> None:
    _, who, _ = victim(offence_code="019/08")
    client = with_purpose(signed_in(officer("analyst")))
    answer = client.post(f"/people/{who.pk}/unmask", {"reason": "fourteen chars"})
    assert "at least 15 characters" in answer.content.decode()
    assert not Event.objects.filter(action=Action.PERSON_UNMASKED).exists()


def test_open_evidence_of_a_masked_victim_does_not_tell() -> None:
    hers = record("crime_recording", given_names="Mara", surname="Quillfeather", role="victim")
    arrest = record("custody", given_names="Mara", surname="Openname", role="arrested")
    who, case = person(arrest, hers), crime(offence_code="019/08")
    involve(hers, case, "victim")
    masking.apply(timezone.now())
    client = with_purpose(signed_in(officer("officer")))
    page = client.get(f"/people/{who.pk}").content.decode()
    assert "Openname" in page
    assert "Quillfeather" not in page
    assert "masked" not in page
    assert case.crime_number not in page
    assert "Openname" not in client.get(f"/crimes/{case.pk}").content.decode()


def test_by_hand_masks_every_record_and_lifting_shows_them_again() -> None:
    one = record("custody", given_names="Mara", surname="Quillfeather", role="witness")
    who = person(one)
    client = with_purpose(signed_in(officer("analyst")))
    client.post(
        f"/people/{who.pk}/restrict",
        {"level": "masked", "reason": REASON, "review_on": "2099-01-01", "officers": ""},
    )
    one.refresh_from_db()
    assert one.tier == 2
    held = who.restrictions.get()
    client.post(f"/restrictions/{held.pk}/lift", {"reason": "Not a victim of that after all"})
    one.refresh_from_db()
    assert (one.tier, one.unmasked_tier) == (0, None)
