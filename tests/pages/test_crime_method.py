"""Crimes by how they were done, for who may read it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Event
from crime import method
from crime.protected import EVENTS, is_sexual
from crime.search import CrimeCriteria, search
from people import masking
from tests.crime_data import crime, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from tests.search.scopes import scope
from wmp_search.access.models import Opening
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
FORCED = "Entry forced through rear patio door, tidy search, jewellery taken"
RAPE = {"offence": "Rape of a female aged 16 or over", "offence_code": "019/08"}
SEEING = (Permission.CRIME_VIEW, Permission.PERSON_SEARCH)
OPEN = scope(*SEEING)
RESTRICTED = scope(*SEEING, Permission.PERSON_VIEW_RESTRICTED)
UNMASKING = scope(*SEEING, Permission.PERSON_VIEW_RESTRICTED, Permission.PERSON_VIEW_MASKED)


def looking(role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)))


def asked(client: Client, **typed: str) -> str:
    answer = client.post("/crimes/search", {"text": "", **typed, **PURPOSE}, follow=True)
    return answer.content.decode()


def test_a_crime_is_found_by_how_it_was_done_and_says_so() -> None:
    forced = crime(mo=FORCED)
    crime("20CR/2/26", mo="Window smashed with a garden tool")
    index()
    client = looking()
    for page in (
        asked(client, mo="forcing rear doors"),  # any form of the words
        asked(client, text="burglary", mo="patio door"),
        asked(client, text="slade road patio"),
    ):
        assert "1 crime" in page
        assert f'href="/crimes/{forced.pk}"' in page
        assert f"How it was done: {FORCED}" in page
    row = Event.objects.filter(action="crime.searched").last()
    assert row is not None
    assert {row.query["understood"]["mo"], row.query["text"]} == {"forcing rear doors", ""}


def test_what_was_found_otherwise_gives_no_such_reason() -> None:
    crime(mo=FORCED)
    index()
    assert "How it was done:" not in asked(looking(), text="slade road")


def test_words_that_are_not_all_there_find_nothing_and_nothing_typed_is_refused() -> None:
    crime(mo=FORCED)
    index()
    client = looking()
    assert "0 crimes" in asked(client, mo="rear window")
    assert "0 crimes" in asked(client, text="theft", mo="rear door")
    for typed in ({}, {"mo": "?"}, {"mo": "x" * 201}):
        answer = client.post("/crimes/search", {"text": "", **typed, **PURPOSE})
        assert answer.status_code == 400
    assert (
        "or how it was done"
        in client.post("/crimes/search", {"text": "", **PURPOSE}).content.decode()
    )


def test_over_the_api_by_mo_alone() -> None:
    forced = crime(mo=FORCED)
    crime("20CR/2/26", mo="Window smashed")
    index()
    client = signed_in(officer("officer"))
    body: dict[str, Any] = {"mo": "patio", "purpose": PURPOSE}
    found = client.post("/api/v1/crimes/search", body, content_type="application/json").json()
    assert (found["total"], found["results"][0]["id"]) == (1, forced.pk)
    assert found["results"][0]["how"] == FORCED
    body = {"purpose": PURPOSE}
    answer = client.post("/api/v1/crimes/search", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("who", "expected"),
    [(OPEN, {"open"}), (RESTRICTED, {"open", "tier"}), (UNMASKING, {"open", "tier", "rape"})],
)
def test_hidden_words_are_in_no_count(who: Scope, expected: set[str]) -> None:
    told = {
        crime("20CR/1/26", mo="Quillfeather was approached").pk: "open",
        crime("20CR/2/26", mo="Quillfeather was approached", tier=1).pk: "tier",
        crime("20CR/3/26", mo="Quillfeather was approached", **RAPE).pk: "rape",
    }
    index()
    for criteria in (CrimeCriteria("", mo="quillfeather"), CrimeCriteria("quillfeather")):
        found = search(criteria, who)
        assert {told[match.crime_id] for match in found.matches} == expected
        assert found.total == len(expected)


def test_the_words_of_a_sexual_offence_are_withheld_until_its_victim_is_unmasked() -> None:
    one = crime(mo="Jane Quillfeather was approached", **RAPE)
    harmed = record("crime_recording", surname="Quillfeather", role="victim")
    somebody = person(harmed)
    involve(harmed, one, "victim")
    masking.apply(timezone.now())
    index()
    opener = officer("analyst")
    analyst = with_purpose(signed_in(opener))
    for client in (looking(), analyst):
        page = client.get(f"/crimes/{one.pk}").content.decode()
        assert "was approached" not in page
        assert "Withheld: the words may tell" in page
    assert "0 crimes" in asked(looking(), mo="quillfeather")
    found = asked(analyst, mo="quillfeather")
    assert "1 crime " in found
    assert "was approached" not in found
    Opening.objects.create(
        officer=opener, kind=Opening.Kind.UNMASK, subject_id=somebody.pk,
        reason="Charging decision", opened_at=timezone.now(),
        closes_at=timezone.now() + timedelta(minutes=15),
    )  # fmt: skip
    unmasked = with_purpose(signed_in(opener))
    assert "was approached" in unmasked.get(f"/crimes/{one.pk}").content.decode()


@pytest.mark.parametrize(
    ("code", "offence"),
    [
        ("019/08", ""),
        ("028/01", "Burglary"),
        ("", "Sexual assault"),
        ("", "Rapeseed stolen"),
        ("139/01", "x"),
        ("1139/01", "x"),
        ("", "INDECENT exposure"),
        ("", "Voyeurism"),
        ("088/01", ""),
    ],
)
def test_what_is_a_sexual_offence_is_the_same_in_sql(code: str, offence: str) -> None:
    one = crime(offence_code=code, offence=offence)
    involve(record("crime_recording"), one, "victim")
    with connection.cursor() as cursor:
        cursor.execute(EVENTS)
        (row,) = cursor.fetchall()
    assert row[3] is is_sexual(code, offence)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["forcing"], "forced"),
        (["jewels", "jewellery"], "jewellery"),
        (["nothing"], "Approached"),
    ],
)
def test_an_excerpt_shows_the_word_that_was_found(words: list[str], expected: str) -> None:
    text = (
        "Approached by the alley " + "and then waited " * 12 + "forced " + "on " * 90 + "jewellery"
    )
    part = method.excerpt(text, words)
    assert expected in part
    assert len(part) <= method.EXCERPT + 4
    assert part.strip("\u2026 ") in text
