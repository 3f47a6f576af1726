"""The API for crimes and gangs, and the schema that describes it."""

import uuid
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
HEADERS = {"X-Purpose-Code": "CRIME-INV", "X-Purpose-Reference": "20/123456/26"}


def get(client: Client, address: str) -> Any:
    answer = client.get(address, headers=HEADERS)
    assert answer.status_code == 200, answer.content
    return answer.json()


def action_of(answer: dict[str, Any]) -> str:
    return Event.objects.get(id=uuid.UUID(answer["audit_id"])).action


def test_crimes_are_found_and_shown_with_those_involved() -> None:
    one, suspect = crime(outcome="Charged"), record("crime_recording", surname="Wick")
    someone = person(suspect)
    involve(suspect, one, "suspect")
    index()
    client = signed_in(officer("officer"))
    body = {"text": "slade road", "purpose": PURPOSE}
    found = client.post("/api/v1/crimes/search", body, content_type="application/json").json()
    assert action_of(found) == "crime.searched"
    assert [c["id"] for c in found["results"]] == [one.pk]
    shown = get(client, f"/api/v1/crimes/{one.pk}")
    assert action_of(shown) == "crime.viewed"
    assert shown["crime"]["offence"] == "Burglary in a dwelling"
    assert shown["outcomes"] == [{"outcome": "Charged", "on": "2024-06-01"}]
    assert [(i["role"], i["person"]["id"]) for i in shown["involved"]] == [("Suspect", someone.pk)]


def test_signs_alone_are_refused_in_words() -> None:
    body = {"text": "!?", "purpose": PURPOSE}
    client = signed_in(officer("officer"))
    answer = client.post("/api/v1/crimes/search", body, content_type="application/json")
    assert answer.status_code == 400
    assert "Give a crime number" in answer.content.decode()


def test_gangs_keep_members_and_those_harmed_apart() -> None:
    one = gang()
    for surname, status in (("Memberson", "member"), ("Riskson", "at_risk")):
        each = record("gangs", surname=surname)
        person(each)
        affiliate(each, one, status)
    client = signed_in(officer("safeguarding"))
    listed = get(client, "/api/v1/gangs")
    assert action_of(listed) == "gang.listed"
    assert [g["name"] for g in listed["results"]] == ["Canal Street Crew"]
    shown = get(client, f"/api/v1/gangs/{one.pk}")
    assert action_of(shown) == "gang.viewed"
    assert [m["person"]["name"] for m in shown["members"]] == ["Memberson"]
    assert [m["person"]["name"] for m in shown["harmed"]] == ["Riskson"]


def test_who_is_on_two_lists_is_told_with_the_other_gang_and_nobody_harmed_is() -> None:
    one, other, hidden = gang(), gang("Number Nine"), gang("Hidden Crew", restricted=True)
    who, harmed = record("gangs", surname="Bothson"), record("gangs", surname="Harmson")
    for each in (who, harmed):
        person(each)
        affiliate(each, one)
    affiliate(who, other, "associate")
    affiliate(who, hidden)
    affiliate(harmed, other, "exploited")
    shown = get(signed_in(officer("officer")), f"/api/v1/gangs/{one.pk}")
    (told,) = shown["elsewhere"]
    assert (told["person"]["name"], told["gang_name"]) == ("Bothson", "Number Nine")
    assert (told["gang"], told["status"]) == (other.pk, "Associate")
    event = Event.objects.get(id=shown["audit_id"])
    assert [row["gang"] for row in event.detail["elsewhere"]] == [other.pk]


@pytest.mark.parametrize("address", ["/api/v1/crimes/1", "/api/v1/gangs", "/api/v1/gangs/1"])
def test_each_needs_a_purpose_and_a_role(address: str) -> None:
    assert signed_in(officer("officer")).get(address).status_code == 400
    assert signed_in(officer("auditor")).get(address, headers=HEADERS).status_code == 403
    assert Client().get(address, headers=HEADERS).status_code == 401


def test_the_schema_is_for_those_signed_in_and_describes_every_route() -> None:
    assert Client().get("/api/v1/schema").status_code in (401, 403)
    client = signed_in(officer("officer"))
    schema = client.get("/api/v1/schema", headers={"Accept": "application/json"}).json()
    assert {
        "/api/v1/people/search",
        "/api/v1/people/{id}",
        "/api/v1/crimes/search",
        "/api/v1/crimes/{id}",
        "/api/v1/gangs",
        "/api/v1/gangs/{id}",
    } <= set(schema["paths"])
    docs = client.get("/api/v1/docs").content.decode()
    assert "<style" not in docs
    assert "swagger-ui" in docs
