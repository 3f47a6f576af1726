"""Who searched for these words: found however it was asked, and by an index (migration 0007)."""

from datetime import date, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.oversight import who
from audit.words import pairs
from tests.officers import officer, reading, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.access.scope import scope_of

pytestmark = pytest.mark.django_db
PURPOSE = {"code": "CRIME-INV", "reference": "20/123456/26"}


def reader() -> Client:
    return reading(signed_in(officer("auditor")))


def test_searches_on_pages_and_over_the_api_are_found_by_their_words() -> None:
    person(record(given_names="Robert", surname="Featherstone", born_on=date(1989, 6, 8)))
    index()
    pages, api = officer("officer", username="pages"), officer("officer", username="overapi")
    asked = {"text": "Robert Featherstone", **PURPOSE}
    with_purpose(signed_in(pages)).post("/people/search", asked, follow=True)
    client = signed_in(api)
    for address, words in (
        ("/api/v1/people/search", {"name": "Robert Featherstone"}),
        ("/api/v1/crimes/search", {"text": "Quillfeather Lane"}),
    ):
        answer = client.post(address, {**words, "purpose": PURPOSE}, "application/json")
        assert answer.status_code == 200, answer.content
    found = reader().post("/audit/words", {"words": "featherst"}).content.decode()
    assert "pages" in found
    assert "overapi" in found
    found = reader().post("/audit/words", {"words": "feather lane"}).content.decode()
    assert "overapi" in found
    assert "Robert" not in found


def test_the_index_stands_over_just_what_the_search_asks() -> None:
    scope = scope_of(officer("auditor"))
    since = timezone.now() - timedelta(days=365)
    asked = who.searches(scope, "featherstone", only_nothing=False, since=since)
    with connections["audit"].cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'audit_event_words'")
        (definition,) = cursor.fetchone()
    expression = "upper((query ->> 'text'::text))"
    assert f"USING gin ({expression} gin_trgm_ops)" in definition
    assert f"{expression} ~~ '%FEATHERSTONE%'" in asked.explain()
    assert all(f"'{action.value}'" in definition for action in who.SEARCHES)


def test_a_moment_is_told_by_the_clock_on_the_wall() -> None:
    told = pairs({"until": "2026-06-29T13:07:25.889188+00:00", "born_on": "1990-05-12"})
    assert told == [("Until", "29 June 2026, 14:07:25"), ("Born on", "1990-05-12")]
