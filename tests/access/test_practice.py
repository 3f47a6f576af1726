"""The sandbox: the purpose of training reaches made-up people and nothing else, and it alone."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from crime.models import Crime
from ingest.pipeline import Plan, refresh
from people.models import Person
from tests.crime_data import crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.models import Role
from wmp_search.access.permissions import Permission
from wmp_search.access.purpose_models import PurposeVersion
from wmp_search.access.purposes import Purpose, forget
from wmp_search.access.scope import Tier, scope_of

pytestmark = pytest.mark.django_db

PRACTICE = int(Tier.PRACTICE)
HOME = {"house": "12", "street": "Slade Road", "postcode": "B23 7PJ"}
CODES = ("CRIME-INV", "TRAINING")


def looking(code: str, role: str = "officer") -> Client:
    return with_purpose(signed_in(officer(role)), code, "20/123456/26")


def both() -> dict[str, Person]:
    """A real and a made-up person of one name, house and phone, each in a crime."""
    shared = {"addresses": [HOME], "phones": ["07700900123"]}
    one = record("custody", given_names="Robin", surname="Featherstone", **shared)
    two = record("practice", tier=PRACTICE, given_names="Robin", surname="Featherstone", **shared)
    people = {"CRIME-INV": person(one), "TRAINING": person(two)}
    involve(one, crime("20CR/000001/26"), "suspect")
    involve(two, crime("20CR/000002/26", tier=PRACTICE), "suspect")
    gang("Slade Road Crew")
    index()
    return people


def people_on(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r"/people/(\d+)", page)}


@pytest.mark.parametrize("code", CODES)
def test_searches_pages_tabs_and_the_api_keep_the_two_worlds_apart(code: str) -> None:
    people = both()
    mine = people[code]
    (other,) = (p for c, p in people.items() if c != code)
    client = looking(code)
    asked = {"code": code, "reference": "20/123456/26"}
    for text in ("robin featherstone", "at slade road", "07700900123"):
        address = client.post("/people/search", {**asked, "text": text})["Location"]
        for tab in ("", "/addresses", "/phones"):
            page = client.get(f"{address}{tab}")
            assert page.status_code == 200
            assert other.pk not in people_on(page.content.decode()), (text, tab)
        assert mine.pk in people_on(client.get(address).content.decode()) or text[0] != "r"
    for pk, status in ((mine.pk, 200), (other.pk, 404)):
        for path in ("", "/associates", "/watch", "/why", "/print"):
            assert client.get(f"/people/{pk}{path}").status_code == status, (pk, path)
        body = {"purpose": asked}
        detail = client.get(f"/api/v1/people/{pk}", query_params=asked)
        assert detail.status_code == status
        found = client.post(
            "/api/v1/people/search", {**body, "name": "Robin Featherstone"}, "application/json"
        ).json()
        assert [row["id"] for row in found["results"]] == [mine.pk]


@pytest.mark.parametrize("code", CODES)
def test_crimes_are_kept_apart_and_no_gang_is_made_up(code: str) -> None:
    both()
    client = looking(code)
    real, made = Crime.objects.order_by("crime_number")
    statuses = [client.get(f"/crimes/{one.pk}").status_code for one in (real, made)]
    assert statuses == ([200, 404] if code == "CRIME-INV" else [404, 200])
    asked = {"code": code, "reference": "20/123456/26", "text": "slade road"}
    page = client.post("/crimes/search", asked, follow=True).content.decode()
    assert "1 crime for" in page
    assert ("Slade Road Crew" in client.get("/gangs", follow=True).content.decode()) == (
        code == "CRIME-INV"
    )


def test_no_role_and_no_declaration_of_the_purpose_opens_more() -> None:
    both()
    PurposeVersion.objects.filter(code="TRAINING").update(withholds=[], covers_victims=True)
    everything = [p.value for p in Permission if p != Permission.PRACTICE_ONLY]
    Role.objects.filter(slug="analyst").update(permissions=everything)
    forget()
    who = officer("analyst")
    scope = scope_of(who, Purpose("TRAINING", "20/123456/26"))
    assert scope.may(Permission.PERSON_VIEW_MASKED)
    assert (scope.tiers, scope.event_tiers) == ((PRACTICE,), (PRACTICE,))
    client = with_purpose(signed_in(who), "TRAINING", "20/123456/26")
    assert "Slade Road Crew" not in client.get("/gangs").content.decode()
    real = scope_of(who, Purpose("CRIME-INV", "20/123456/26"))
    assert PRACTICE not in (*real.tiers, *real.event_tiers)
    forget()


def test_a_list_and_what_was_opened_before_stay_on_their_side() -> None:
    people = both()
    who = officer("supervisor")
    real = with_purpose(signed_in(who), "CRIME-INV", "20/123456/26")
    real.get(f"/people/{people['CRIME-INV'].pk}")
    training = with_purpose(signed_in(who), "TRAINING", "20/123456/26")
    assert people_on(training.get("/recent").content.decode()) == set()
    assert people_on(real.get("/recent").content.decode()) == {people["CRIME-INV"].pk}


def test_nothing_of_one_world_stands_on_the_others_page_of_a_person_of_both() -> None:
    """Resolution should keep them apart; where it did not, evidence still does."""
    real = record("custody", given_names="Robin", surname="Featherstone", phones=["07700900123"])
    made = record(
        "practice", tier=PRACTICE, given_names="Zed", surname="Quux", vehicles=["BD51SMR"]
    )
    someone = person(real, made)
    index()
    for code, theirs, others in (
        ("CRIME-INV", ("Featherstone", "07700900123"), ("Quux", "BD51SMR", "Practice")),
        ("TRAINING", ("Quux", "BD51SMR"), ("Featherstone", "07700900123", "Custody")),
    ):
        client = looking(code)
        page = client.get(f"/people/{someone.pk}?all").content.decode()
        asked = {"code": code, "reference": "20/123456/26"}
        for text, count in ((theirs[0], "1 person"), (others[0], "0 people")):
            answer = client.post("/people/search", {**asked, "text": text}, follow=True)
            assert f"{count} for" in answer.content.decode(), (code, text)
        main = page[page.index("<main") :]
        assert all(value in main for value in theirs), code
        assert not any(value in main for value in others), code


def test_the_practice_people_are_loaded_matched_and_found_by_training_alone(
    settings: Any, tmp_path: Path
) -> None:
    settings.SOURCES_DIRS = [settings.PRACTICE_DIR]
    (tmp_path / "practice").mkdir()
    shutil.copy(settings.PRACTICE_DIR / "practice.csv", tmp_path / "practice")
    report = refresh(Plan(feeds=tmp_path, index=False))
    (batch,) = report.batches
    assert (batch.state, batch.added, batch.rejected) == ("loaded", 10, 0), batch.error
    tiers = Person.objects.filter(status="current").values_list("tiers", flat=True)
    assert 6 <= len(tiers) <= 10
    assert {tuple(one) for one in tiers} == {(PRACTICE,)}
    index()
    for code, is_found in (("CRIME-INV", False), ("TRAINING", True)):
        asked = {"code": code, "reference": "20/123456/26", "text": "razor hartley-practice"}
        page = looking(code).post("/people/search", asked, follow=True).content.decode()
        assert ("0 people for" in page) != is_found
        assert ('class="wmp-result"' in page) == is_found


def test_a_trainee_practises_and_sees_nobody_real_whatever_other_roles_they_hold() -> None:
    people = both()
    who = officer("trainee", "analyst")
    client = signed_in(who)
    given = {"code": "CRIME-INV", "reference": "20/123456/26"}
    assert "There is a problem" in client.post("/purpose", given).content.decode()
    asked = {**given, "text": "robin featherstone"}
    assert client.post("/people/search", asked).status_code == 400
    offered = re.findall(r'<option value="([A-Z-]+)"', client.get("/").content.decode())
    assert offered == ["TRAINING"]
    body = {"purpose": given, "name": "Robin Featherstone"}
    assert client.post("/api/v1/people/search", body, "application/json").status_code == 403
    for code in ("CRIME-INV", "BREAK-GLASS"):
        real = scope_of(who, Purpose(code, "20/123456/26"))
        assert (real.tiers, real.may(Permission.CRIME_VIEW)) == ((), False)
    with_purpose(client, "TRAINING")
    assert client.get(f"/people/{people['TRAINING'].pk}").status_code == 200
    assert client.get(f"/people/{people['CRIME-INV'].pk}").status_code == 404
