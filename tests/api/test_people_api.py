"""The API for people, seen from outside: its shapes, its audit, its refusals."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from audit.models import Event
from people.models import Person
from tests.officers import officer, signed_in
from tests.people_data import index, person, record
from tests.relay import Relay
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db

PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
HEADERS = {"X-Purpose-Code": "CRIME-INV", "X-Purpose-Reference": "20/123456/26"}


def robert() -> Person:
    return person(
        record(
            "custody",
            source_ref="CU/77",
            given_names="Robert",
            surname="Featherstone",
            born_on=date(1989, 6, 8),
            pnc_id="1999/0123456X",
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
        ),
        record("domestic_abuse", source_ref="DA/1", given_names="Zebedee", surname="Quillfeather"),
    )


def search(client: Client, headers: dict[str, str] | None = None, **asked: Any) -> Any:
    body = {"name": "bobby smith", "purpose": PURPOSE, **asked}
    return client.post(
        "/api/v1/people/search", body, content_type="application/json", headers=headers
    )


def bearer(who: Officer) -> dict[str, str]:
    _, token = AuthToken.objects.create(who, expiry=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def test_the_answer_has_exactly_the_promised_shape() -> None:
    someone = robert()
    index()
    answer = search(signed_in(officer("officer")), born_on="1989-06-08")
    assert answer.status_code == 200
    found = answer.json()
    assert sorted(found) == ["audit_id", "results", "took_ms"]
    assert found["took_ms"] > 0
    (result,) = found["results"]
    score, why = result.pop("score"), result.pop("why")
    assert 0.8 < score <= 1
    assert "same date of birth" in why
    assert result == {
        "id": someone.pk,
        "name": "Robert Featherstone",
        "born_on": "1989-06-08",
        "strength": "strong",
        "records": [{"system": "custody", "source_ref": "CU/77"}],
    }


def test_the_audit_id_is_that_of_the_row_that_was_written() -> None:
    someone = robert()
    index()
    audit_id = search(signed_in(officer("officer"))).json()["audit_id"]
    row = Event.objects.get(id=uuid.UUID(audit_id))
    assert (row.action, row.purpose_reference) == ("person.searched", "20/123456/26")
    assert (row.subject_ids, row.result_count) == ([str(someone.pk)], 1)
    assert row.query["understood"]["name"] == "bobby smith"


def test_a_token_works_like_a_session_with_the_officers_own_roles() -> None:
    robert()
    index()
    assert len(search(Client(), bearer(officer("officer"))).json()["results"]) == 1
    assert search(Client(), bearer(officer("administrator"))).status_code == 403
    assert search(Client()).status_code == 401
    assert search(Client(), {"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"purpose": None}, "purpose"),
        ({"purpose": {"code": "CRIME-INV", "reference": "because"}}, "at least 15 characters"),
        ({"purpose": {"code": "NOSY", "reference": "20/123456/26"}}, "code"),
        ({"name": ""}, "Give a name"),
        ({"born_on": "8 June"}, "date of birth"),
        ({"limit": 0}, "limit"),
        ({"limit": 51}, "limit"),
        ({"name": "x" * 201}, "name"),
        ({"name": ["bobby"]}, "name"),
        ({"filters": {"sources": ["custody"]}}, "Filter by: area, role, source"),
        ({"filters": {"age": ["old"]}}, "age"),
        ({"filters": {"source": "custody"}}, "source"),
        ({"filters": {"area": ["B23"] * 21}}, "area"),
        ({"sort": "name"}, "sort"),
        ({"exact": "perhaps"}, "exact"),
    ],
)
def test_a_bad_question_is_refused_in_words_and_nothing_is_searched(
    asked: dict[str, Any], words: str
) -> None:
    answer = search(signed_in(officer("officer")), **asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Event.objects.filter(action="person.searched").exists()


def test_limit_holds_and_an_identifier_alone_finds() -> None:
    robert()
    for day in range(1, 6):
        person(record("custody", given_names="Robert", surname="Wick", born_on=date(1990, 1, day)))
    index()
    client = signed_in(officer("officer"))
    assert len(search(client, name="robert wick", limit=3).json()["results"]) == 3
    by_number = search(client, name="", identifier="99/123456X").json()["results"]
    assert [r["name"] for r in by_number] == ["Robert Featherstone"]


def test_a_search_is_narrowed_and_counted_like_on_the_page() -> None:
    robert()
    other = person(record("pnc", given_names="Bobby", surname="Smith", born_on=date(2001, 1, 1)))
    index()
    client = signed_in(officer("officer"))
    counted = search(client, counts=True).json()
    sources = next(group for group in counted["filters"] if group["name"] == "source")
    assert sources["title"] == "Source"
    assert {(o["value"], o["count"], o["chosen"]) for o in sources["options"]} == {
        ("custody", 1, False), ("pnc", 1, False),
    }  # fmt: skip
    assert len(counted["results"]) == 2
    narrowed = search(client, filters={"source": ["pnc"], "age": ["18-24", "25-34"]}).json()
    assert [r["id"] for r in narrowed["results"]] == [other.pk]
    assert "filters" not in narrowed
    row = Event.objects.get(id=uuid.UUID(narrowed["audit_id"]))
    assert row.query["filters"] == {"source": ["pnc"], "age": ["18-24", "25-34"]}
    exact = search(client, exact=True, name="bobby smith", born_on="2001-01-01").json()
    assert [r["id"] for r in exact["results"]] == [other.pk]


def test_restricted_evidence_neither_finds_nor_shows_below_its_tier() -> None:
    someone = robert()
    index()
    client = signed_in(officer("officer"))
    assert search(client, name="zebedee quillfeather").json()["results"] == []
    for answer in (search(client), client.get(f"/api/v1/people/{someone.pk}", headers=HEADERS)):
        assert answer.status_code == 200
        for secret in ("Quillfeather", "domestic", "DA/1"):
            assert secret not in answer.content.decode()
    analyst = signed_in(officer("analyst"))
    assert len(search(analyst, name="zebedee quillfeather").json()["results"]) == 1


def test_a_person_comes_with_every_values_records_and_is_recorded() -> None:
    someone = robert()
    client = signed_in(officer("officer"))
    found = client.get(f"/api/v1/people/{someone.pk}", headers=HEADERS).json()
    assert (found["id"], found["version"]) == (someone.pk, 3)
    (number,) = found["identifiers"]
    assert (number["kind"], number["value"]) == ("PNC ID", "1999/0123456X")
    assert number["sources"] == [
        {"system": "custody", "source_ref": "CU/77", "recorded_on": "2024-05-03"}
    ]
    row = Event.objects.get(id=uuid.UUID(found["audit_id"]))
    assert (row.action, row.purpose_code) == ("person.viewed", "CRIME-INV")


def test_a_person_needs_a_purpose_and_the_missing_look_like_the_forbidden() -> None:
    hidden = person(record("domestic_abuse", surname="Quillfeather"))
    client = signed_in(officer("officer"))
    assert client.get(f"/api/v1/people/{hidden.pk}").status_code == 400
    answers = [client.get(f"/api/v1/people/{pk}", headers=HEADERS) for pk in (hidden.pk, 987654)]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert Event.objects.filter(action="access.denied").count() == 2


def test_a_merged_person_redirects_to_the_survivor() -> None:
    survivor, old = person(record("custody", surname="Wick")), person(record("pnc"))
    Person.objects.filter(pk=old.pk).update(status="merged", merged_into=survivor)
    answer = signed_in(officer("officer")).get(f"/api/v1/people/{old.pk}", headers=HEADERS)
    assert answer.status_code == 308
    assert answer["Location"].endswith(f"/api/v1/people/{survivor.pk}")


def test_an_outage_is_said_in_words(opensearch_relay: Relay) -> None:
    index()
    opensearch_relay.cut()
    answer = search(signed_in(officer("officer")))
    assert answer.status_code == 503
    assert answer.json() == {"detail": "The search index is unavailable. Try again in a minute."}


def test_without_an_audit_row_there_is_no_data(owner_connection: Any) -> None:
    robert()
    index()
    client = signed_in(officer("officer"))
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    owner_connection.commit()
    try:
        answer = search(client)
    finally:
        owner_connection.execute("GRANT INSERT ON audit_event TO wmp_audit")
        owner_connection.commit()
    assert answer.status_code == 503
    assert "Featherstone" not in answer.content.decode()
