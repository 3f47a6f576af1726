"""A server is cut off while an officer works: plain words, no data without an audit row, recovery.

Each test cuts its own relay; the servers themselves stay up for the other tests.
"""

import time
from datetime import date
from typing import Any

from django.db import close_old_connections
from django.test import Client

from audit.actions import Action
from audit.models import Event
from people.models import Person
from tests.officers import PASSWORD, accept_notice, just_signed_in, officer, reading, with_purpose
from tests.people_data import index, person, record
from tests.relay import Relay

ASKED = {"text": "bobby smith", "code": "CRIME-INV", "reference": "20/123456/26"}


def robert() -> Person:
    made = person(
        record(
            "custody",
            given_names="Robert",
            surname="Featherstone",
            born_on=date(1989, 6, 8),
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
        )
    )
    index()
    return made


class Browser(Client):
    """A client whose requests begin and end as a web server's do: Django's own keeps connections
    that have died, a server hands them back to the pool.
    """

    def __init__(self) -> None:
        super().__init__(raise_request_exception=False)

    def request(self, **request: Any) -> Any:
        close_old_connections()
        try:
            return super().request(**request)
        finally:
            close_old_connections()


def at_work(role: str = "officer") -> Browser:
    client = Browser()
    just_signed_in(client, officer(role))
    with_purpose(client)
    return client


def refused(client: Client, address: str, words: str) -> None:
    """The answer is a plain page that names what is away, and holds nothing else."""
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 503, (address, answer.status_code)
    assert words in page, address
    assert answer["Retry-After"] == "30"
    for leak in ("Featherstone", "Bobby", "Traceback", "psycopg", "OperationalError", "127.0.0.1"):
        assert leak not in page, (address, leak)


def resumed(client: Browser, address: str, **extra: Any) -> Any:
    """The answer of a page that works again, which it does within seconds."""
    end = time.monotonic() + 8
    while (answer := client.get(address, **extra)).status_code == 503:
        assert time.monotonic() < end, address
    return answer


def views(client: Client, of: Person) -> int:
    assert client.get(f"/people/{of.pk}").status_code == 200
    return Event.objects.filter(action=Action.PERSON_VIEWED).count()


def test_without_the_database_every_page_says_so_and_work_resumes(
    postgres_relay: Relay,
) -> None:
    someone, client = robert(), at_work()
    assert views(client, someone) == 1
    postgres_relay.cut()
    for address in ("/", f"/people/{someone.pk}", "/purpose", "/crimes", "/gangs"):
        refused(client, address, "The database is unavailable")
    postgres_relay.restore()
    resumed(client, f"/people/{someone.pk}")
    assert views(client, someone) == 3


def test_a_search_sent_while_the_database_is_away_leaves_nothing_behind(
    postgres_relay: Relay,
) -> None:
    robert()
    client = at_work()
    postgres_relay.cut()
    assert client.post("/people/search", ASKED).status_code == 503
    postgres_relay.restore()
    resumed(client, "/")
    found = client.post("/people/search", ASKED, follow=True)
    assert "Featherstone" in found.content.decode()
    assert Event.objects.filter(action=Action.PERSON_SEARCHED).count() == 1


def test_nobody_signs_in_without_the_database(postgres_relay: Relay) -> None:
    who = officer("officer")
    client = Browser()
    postgres_relay.cut()
    form = {"username": who.username, "password": PASSWORD}
    assert client.post("/sign-in", form).status_code == 503
    postgres_relay.restore()
    time.sleep(2)
    assert client.post("/sign-in", form).status_code == 302


def test_the_api_says_in_json_that_the_database_is_away(postgres_relay: Relay) -> None:
    someone, client = robert(), at_work()
    headers = {"X-Purpose-Code": "CRIME-INV", "X-Purpose-Reference": "20/123456/26"}
    address = f"/api/v1/people/{someone.pk}"
    assert client.get(address, headers=headers).status_code == 200
    postgres_relay.cut()
    answer = client.get(address, headers=headers)
    assert answer.status_code == 503
    assert answer.json() == {"detail": "The database is unavailable. Try again in a minute."}
    postgres_relay.restore()
    assert resumed(client, address, headers=headers).status_code == 200


def test_without_the_audit_trail_no_page_gives_data(audit_relay: Relay) -> None:
    someone, officers = robert(), at_work()
    search = officers.post("/people/search", ASKED)["Location"]
    delivered = f"/records/{someone.link_set.get().record_id}"
    pages = [
        (officers, f"/people/{someone.pk}", 200),
        (officers, search, 200),
        (officers, "/gangs", 200),
        (at_work("disclosure"), delivered, 404),  # a refusal is recorded, too
        (reading(at_work("auditor")), "/audit", 200),
        (at_work("administrator"), "/officers", 200),
        (at_work("administrator"), f"/people/{someone.pk}", 403),
        (at_work("ethics"), "/quality", 200),
    ]
    audit_relay.cut()
    for client, address, _ in pages:
        refused(client, address, "The audit record is unavailable")
    audit_relay.restore()
    for client, address, status in pages:
        assert resumed(client, address).status_code == status, address


def test_the_audit_trail_comes_back_without_a_gap_or_an_unseen_row(audit_relay: Relay) -> None:
    someone, client = robert(), at_work()
    assert views(client, someone) == 1
    audit_relay.cut()
    refused(client, f"/people/{someone.pk}", "The audit record is unavailable")
    audit_relay.restore()
    resumed(client, f"/people/{someone.pk}")
    assert views(client, someone) == 3


def test_a_hanging_index_is_an_outage_and_not_a_hanging_page(
    opensearch_relay: Relay, transactional_db: None
) -> None:
    robert()
    client = at_work()
    address = client.post("/people/search", ASKED)["Location"]
    opensearch_relay.hang()
    refused(client, address, "The search index is unavailable")
    opensearch_relay.restore()
    assert "Featherstone" in client.get(address).content.decode()


def test_without_the_index_crimes_and_gangs_say_so_and_people_can_be_seen(
    opensearch_relay: Relay, transactional_db: None
) -> None:
    someone, client = robert(), at_work()
    asked = {**ASKED, "text": "burglary coventry"}
    crimes = client.post("/crimes/search", asked)["Location"]
    opensearch_relay.cut()
    refused(client, crimes, "The search index is unavailable")
    assert views(client, someone) == 1
    opensearch_relay.restore()
    assert client.get(crimes).status_code == 200


def test_without_redis_searching_and_seeing_go_on(
    redis_relay: Relay, transactional_db: None
) -> None:
    someone, who = robert(), officer("officer")
    redis_relay.cut()
    client = Browser()
    form = {"username": who.username, "password": PASSWORD}
    assert client.post("/sign-in", form).status_code == 302
    accept_notice(client)
    found = client.post("/people/search", ASKED, follow=True)
    assert "Featherstone" in found.content.decode()
    assert views(client, someone) == 1
    assert Event.objects.filter(action=Action.PERSON_SEARCHED).count() == 1
