"""A search that finds nobody, its certificate, and an officer's own earlier searches."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from ingest.arrivals import is_late
from people.models import Restriction
from people.no_trace import fingerprint
from tests.officers import officer, signed_in, unit
from tests.pages.test_questions import here, people, search
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db


def nobody(client: Client, text: str = "Xqzzv Ywvkq 8/6/1989 b23") -> str:
    return str(search(client, text).content.decode())


def test_no_trace_says_what_was_tried_where_and_what_is_out_of_date() -> None:
    index()
    page = nobody(signed_in(officer("officer")))
    for words in (
        "Name “Xqzzv Ywvkq”: just as typed", "names that sound alike",
        "Born “08/06/1989”: also with day and month exchanged", "Postcode “B23”",
        "Records may exist that your role does not open", "Nothing has arrived", "Out of date",
        "Custody", "Police National Computer",
    ):  # fmt: skip
        assert words in page, words
    assert "Domestic abuse" not in page  # not searched for an officer
    assert "Domestic abuse" in nobody(signed_in(officer("analyst")))


def test_the_words_are_the_same_whether_somebody_is_hidden_or_not() -> None:
    index()
    client = signed_in(officer("officer"))
    before = nobody(client, "zebedee quillfeather")
    person(record("domestic_abuse", given_names="Zebedee", surname="Quillfeather"))
    hidden = person(record("custody", given_names="Zebedee", surname="Quillfeather"))
    Restriction.objects.create(
        person=hidden, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on=date(2099, 1, 1),
    )  # fmt: skip
    index()
    after = nobody(client, "zebedee quillfeather")
    varying = r"/s/[0-9a-f-]{36}[/a-z]*|csrfmiddlewaretoken\" value=\"\w+|\d+ minutes?"
    assert re.sub(varying, "", before) == re.sub(varying, "", after)


@pytest.mark.parametrize(
    ("schedule", "arrived_at", "late"),
    [
        ("0 */4 * * *", datetime(2026, 3, 2, 8, 5, tzinfo=UTC), False),
        ("0 */4 * * *", datetime(2026, 3, 2, 7, 0, tzinfo=UTC), True),
        ("0 2 * * *", datetime(2026, 3, 2, 2, 30, tzinfo=UTC), False),
        ("0 2 * * *", datetime(2026, 2, 28, 2, 30, tzinfo=UTC), True),
    ],
)
def test_a_delivery_is_late_an_hour_after_it_was_due(
    schedule: str, arrived_at: datetime, late: bool
) -> None:
    now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert is_late(schedule, arrived_at, now) is late


def test_a_certificate_states_the_search_and_can_be_compared_with_the_trail() -> None:
    index()
    client = signed_in(officer("disclosure", username="pat"))
    answer = search(client, "Xqzzv Ywvkq 8/6/1989")
    page = client.post(f"{here(answer)}/certificate").content.decode()
    row = Event.objects.get(action="search.certified")
    statement = row.detail["statement"]
    assert fingerprint(statement) == row.detail["sha256"]
    for words in (row.detail["sha256"], statement["certificate"], "pat", "No record was found"):
        assert words in page
    assert str(row.operation_id) == statement["certificate"]
    assert statement["understood"] == {"name": "Xqzzv Ywvkq", "born_on": "1989-06-08"}
    assert {s["system"] for s in statement["systems"]} >= {"custody", "pnc", "domestic_abuse"}
    assert (row.result_count, row.query["text"]) == (0, "Xqzzv Ywvkq 8/6/1989")
    assert page.count("OFFICIAL-SENSITIVE") == 2


def test_there_is_no_certificate_where_somebody_is_found_or_the_role_does_not_include_it() -> None:
    person(record("custody", given_names="Robert", surname="Wick"))
    index()
    client = signed_in(officer("disclosure"))
    found = here(search(client, "robert wick"))
    assert client.post(f"{found}/certificate").status_code == 409
    plain = signed_in(officer("officer"))
    assert "Issue a certificate" not in nobody(plain)
    assert plain.post(f"{here(search(plain, 'xqzzv ywvkq'))}/certificate").status_code == 403
    assert not Event.objects.filter(action="search.certified").exists()


def earlier(client: Client) -> list[str]:
    page = client.get("/searches").content.decode()
    return re.findall(r'href="(/searches/\d+/[0-9a-f-]+)"', page)


def test_an_officer_sees_an_own_earlier_search_as_it_was_and_makes_it_again() -> None:
    index()
    client = signed_in(officer("officer"))
    nobody(client, "robert wick 1989")
    someone = person(record("custody", given_names="Robert", surname="Wick"))
    index()
    (address,) = earlier(client)
    page = client.get(address).content.decode()
    assert "0 people for “robert wick 1989”" in page
    again = client.post(f"{address}/again", follow=True)
    assert people(again) == [someone.pk]
    last = Event.objects.filter(action="person.searched").latest("at")
    assert last.query["understood"]["born_on"] == "1989"
    assert Event.objects.filter(action="own_searches.viewed").count() == 2
    other = signed_in(officer("officer"))
    search(other, "somebody else")
    assert address not in earlier(other)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/again").status_code == 404


def test_tabs_and_lists_that_nobody_asked_for_are_no_searches_of_ones_own() -> None:
    someone = person(record("custody", given_names="Robert", surname="Wick"))
    index()
    client = signed_in(officer("officer"))
    found = here(search(client, "robert wick"))
    page = f"/people/{someone.pk}"
    for address in (f"{found}/addresses", page, f"{page}/associates", "/recent"):
        assert client.get(address).status_code == 200, address
    assert Event.objects.filter(action="person.searched").count() == 4
    assert len(earlier(client)) == 1


def test_an_earlier_screen_stays_closed_where_access_has_changed() -> None:
    someone = person(record("custody", given_names="Robert", surname="Wick"))
    index()
    client = signed_in(officer("officer"))
    search(client, "robert wick")
    (address,) = earlier(client)
    assert "Robert Wick" in client.get(address).content.decode()
    Restriction.objects.create(
        person=someone, level="restricted", reason="Protects a source", set_at=timezone.now(),
        owner_unit=unit("Sapphire"), owner=officer("supervisor"), review_on=date(2099, 1, 1),
    )  # fmt: skip
    page: Any = client.get(address).content.decode()
    assert "Robert Wick" not in page
    assert "what you may see has changed" in page
