"""No row, no data: with the trail made unwritable no address gives anything away."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.converters import IntConverter

from audit.models import Event
from tests.access import test_every_route as registry
from tests.crime_data import affiliate, crime, gang, involve
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.models import Role, RoleAssignment
from wmp_search.access.permissions import Permission

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = ("Featherstone", "Quillfeather Lane", "Towpath Nine", "20CR/777777/26")
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}
SEARCHED = ("featherstone", "Quillfeather Lane", "Towpath Nine")


class Browser(Client):
    """Pages of errors are looked at as an officer would see them."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(raise_request_exception=False, **defaults)


def ids() -> list[int]:
    """One person, crime, gang and record, each with a word of its own; their ids."""
    held = record(
        "custody", given_names="Robert", surname="Featherstone", born_on=date(1989, 6, 8)
    )
    item = record(
        "intelligence", surname="Featherstone", role="subject", event_kind="intelligence",
        event_summary="Featherstone sells knives", grade="2B", grade_scheme="3x5x2", handling="P",
    )  # fmt: skip
    someone = person(held, item)
    burglary = crime("20CR/777777/26", location="Quillfeather Lane")
    involve(held, burglary, "suspect")
    crew = gang("Towpath Nine")
    affiliate(held, crew)
    index()
    return [someone.pk, burglary.pk, crew.pk, held.pk]


def all_seeing() -> Client:
    """An officer who may do everything: only the trail stands between them and the data."""
    who = officer("analyst")
    everything = [p.value for p in Permission if p != Permission.PRACTICE_ONLY]
    Role.objects.filter(slug="analyst").update(permissions=everything)
    assert RoleAssignment.objects.filter(officer=who).exists()
    client = Browser()
    client.cookies = with_purpose(signed_in(who)).cookies
    return client


def answers(client: Client, numbers: list[int]) -> Iterator[tuple[str, int, str]]:
    """Every address of the registry, read and sent to, for each id: (what, status, body)."""
    before, asked = registry.SAMPLES[IntConverter], set()
    for number in numbers:
        registry.SAMPLES[IntConverter] = number
        try:
            found = list(registry.routes(get_resolver().url_patterns))
        finally:
            registry.SAMPLES[IntConverter] = before
        for route in found:
            if route.name in {"sign-out", "sign-out-everywhere"}:
                continue  # would end the session that the others need
            if route.address in asked:
                continue  # holds no id
            asked.add(route.address)
            got = client.get(route.address)
            yield f"GET {route.name}", got.status_code, body(got)
    for route in registry.ALL:
        for text in SEARCHED:
            form = {"text": text, "name": text, **PURPOSE}
            if "search" in route.address:
                sent = client.post(route.address, form, follow=True)
                yield f"POST {route.name}", sent.status_code, body(sent)
                sent = client.post(
                    route.address,
                    json.dumps({"text": text, "purpose": PURPOSE})
                    if "people" not in route.address
                    else json.dumps({"name": text, "purpose": PURPOSE}),
                    content_type="application/json",
                )
                yield f"POST {route.name} as JSON", sent.status_code, body(sent)


def body(answer: Any) -> str:
    """The page without the box that repeats what was typed."""
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("utf-8", "replace")
    text: str = answer.content.decode("utf-8", "replace")
    return text


def telling(found: Iterator[tuple[str, int, str]]) -> dict[str, int]:
    """The addresses whose answers hold one of the secrets."""
    return {
        what: status for what, status, page in found if any(secret in page for secret in SECRETS)
    }


def test_with_the_trail_unwritable_no_page_and_no_api_gives_data(
    owner_connection: psycopg.Connection,
) -> None:
    numbers, client = ids(), all_seeing()
    before = telling(answers(client, numbers))
    assert {
        *("GET person", "GET crime", "GET gang", "GET gangs"),
        *("GET api-person", "GET api-crime", "GET api-gang", "GET api-gangs"),
        *("POST search", "POST crime-search", "POST gang-search"),
        *("POST api-people-search as JSON", "POST api-crimes-search as JSON"),
        *("POST intelligence-search", "POST api-intelligence-search as JSON"),
    } <= before.keys(), sorted(before)
    written = Event.objects.count()
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    after = telling(answers(client, numbers))
    assert after == {}
    assert Event.objects.count() == written
    addresses = f"/people/{numbers[0]}", f"/api/v1/people/{numbers[0]}"
    assert [client.get(address).status_code for address in addresses] == [503, 503]
    owner_connection.execute("GRANT INSERT ON audit_event TO wmp_audit")
    assert "Featherstone" in client.get(addresses[0]).content.decode()


def test_an_event_whose_screen_cannot_be_kept_is_not_written_and_nothing_is_shown(
    owner_connection: psycopg.Connection,
) -> None:
    numbers, client = ids(), all_seeing()
    written = Event.objects.count()
    owner_connection.execute("REVOKE INSERT ON audit_screen FROM wmp_audit")
    answer = client.get(f"/people/{numbers[0]}")
    assert answer.status_code == 503
    assert "Featherstone" not in answer.content.decode()
    assert Event.objects.count() == written
