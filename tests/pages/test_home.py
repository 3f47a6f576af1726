"""The start page by role: what waits, and links that the role may open."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from ingest.review.models import Task
from tests.access.test_every_route import ROLES
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import person, record
from wmp_search.access.models import Role, RoleRequest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [slug for slug in ROLES if slug])
def test_every_link_of_the_start_page_opens_for_the_role(role: str) -> None:
    client = with_purpose(signed_in(officer(role)))
    page = client.get("/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for address in set(re.findall(r'href="(/[^"]*)"', main)):
        assert client.get(address).status_code in (200, 302), address


def test_the_analyst_reads_how_many_matches_wait_and_the_officer_nothing_of_them() -> None:
    left, right = (person(record("custody", surname="Wick")) for _ in range(2))
    assert "to decide on" not in signed_in(officer("analyst")).get("/").content.decode()
    _task(left.pk, right.pk)
    page = with_purpose(signed_in(officer("analyst"))).get("/").content.decode()
    assert "1 match to decide on" in page
    assert "to decide on" not in signed_in(officer("officer")).get("/").content.decode()


def test_the_administrator_reads_how_many_requests_of_others_wait() -> None:
    first, second, who = officer("administrator"), officer("administrator"), officer("officer")
    RoleRequest.objects.create(
        officer=who, requested_by=first, role=Role.objects.get(slug="analyst"),
        starts_on=timezone.localdate(), reason="For Operation Ash",
        expires_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    assert "1 request for a role to decide on" in signed_in(second).get("/").content.decode()
    assert "to decide on" not in signed_in(first).get("/").content.decode()


def test_a_search_for_nothing_does_not_say_that_nothing_was_delivered() -> None:
    sent = with_purpose(signed_in(officer("officer"))).post("/people/search", {"text": ""})
    assert "Enter a name, date of birth, postcode" in sent.content.decode()
    assert "How fresh it is" not in sent.content.decode()


def _task(left: int, right: int) -> None:
    Task.objects.create(
        kind="pair", left_person=left, right_person=right, worth=1, opened_at=timezone.now()
    )
