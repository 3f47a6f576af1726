"""Searching for a person as an officer does it, seen from outside."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Event
from people.models import Person, SearchRequest
from people.tasks import forget_searches
from tests.officers import officer, signed_in, with_purpose
from tests.people_data import index, person, record
from wmp_search.search import client as opensearch

pytestmark = pytest.mark.django_db

ASKED = {"text": "bobby smith", "code": "CRIME-INV", "reference": "20/123456/26"}


def robert() -> Person:
    """A nickname in custody, an alias on the PNC, and a name that only restricted readers see."""
    return person(
        record(
            "custody",
            given_names="Robert",
            surname="Featherstone",
            born_on=date(1989, 6, 8),
            names=[{"kind": "nickname", "full": "Bobby Smith"}],
            markers=[{"code": "VI", "label": "Violent"}],
        ),
        record("pnc", names=[{"kind": "alias", "full": "Karl Ostrowski"}], role="convicted"),
        record("incidents", given_names="Robert", surname="Featherstone", role="reporting"),
        record("domestic_abuse", given_names="Zebedee", surname="Quillfeather"),
    )


def found(client: Any, text: str) -> Any:
    """The results page of a search for `text`."""
    return client.post("/people/search", {**ASKED, "text": text}, follow=True)


def test_a_search_gets_an_address_that_holds_nothing_personal() -> None:
    answer = signed_in(officer("officer")).post("/people/search", ASKED)
    kept = SearchRequest.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/s/{kept.pk}"
    assert kept.purpose_reference == "20/123456/26"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": ""}, "Choose why you are looking"),
        ({"reference": ""}, "Enter a reference or a reason"),
        ({"reference": "because"}, "reason of at least 15 characters"),
        ({"text": ""}, "Enter a name"),
        ({"text": "*"}, "at least two letters"),
        ({"text": "x" * 201}, "200 characters or fewer"),
    ],
)
def test_without_a_good_question_and_purpose_nothing_is_searched(
    change: dict[str, str], words: str
) -> None:
    answer = signed_in(officer("officer")).post("/people/search", {**ASKED, **change})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SearchRequest.objects.exists()
    assert not Event.objects.filter(action="person.searched").exists()


def test_a_nickname_and_an_alias_find_the_same_person_first() -> None:
    someone = robert()
    index()
    client = signed_in(officer("officer"))
    for text in ("bobby smith", "karl ostrowski"):
        page = found(client, text).content.decode()
        assert "1 person for" in page
        assert f'href="/people/{someone.pk}"' in page
        assert "Robert Featherstone" in page
    assert "Violent" in page
    assert "3 records in Custody, Incidents, Police National Computer" in page


def test_a_search_is_recorded_with_what_it_showed() -> None:
    someone = robert()
    index()
    who = officer("officer")
    found(signed_in(who), "bobby smith")
    row = Event.objects.get(action="person.searched")
    kept = SearchRequest.objects.get()
    assert (row.officer_id, row.operation_id) == (who.pk, kept.pk)
    assert (row.purpose_code, row.purpose_reference) == ("CRIME-INV", "20/123456/26")
    assert row.query["text"] == "bobby smith"
    assert row.query["understood"]["name"] == "bobby smith"
    assert row.subject_ids == [str(someone.pk)]
    assert row.shown == [{"id": str(someone.pk), "version": 3, "rank": 1, "strength": "strong"}]
    assert row.result_count == 1
    assert row.detail["index_build"]


def test_a_search_that_finds_nobody_is_recorded_too() -> None:
    index()
    page = found(signed_in(officer("officer")), "Ian Nixon")
    assert "0 people for “Ian Nixon”" in page.content.decode()
    row = Event.objects.get(action="person.searched")
    assert (row.result_count, row.query["text"]) == (0, "Ian Nixon")


def test_an_officer_never_meets_the_restricted_name_record_or_system() -> None:
    robert()
    index()
    client = signed_in(officer("officer"))
    assert "0 people" in found(client, "zebedee quillfeather").content.decode()
    page = found(client, "bobby smith").content.decode()
    for secret in ("Quillfeather", "Domestic abuse", "4 records"):
        assert secret not in page
    analyst = signed_in(officer("analyst"))
    assert "1 person" in found(analyst, "zebedee quillfeather").content.decode()
    assert "Domestic abuse" in found(analyst, "bobby smith").content.decode()


def test_a_stale_index_hides_but_never_leaks() -> None:
    someone = robert()
    index()
    Person.objects.filter(pk=someone.pk).update(status="withdrawn")
    page = found(signed_in(officer("officer")), "bobby smith").content.decode()
    assert "0 people" in page
    assert "Featherstone" not in page


def test_nobody_elses_search_opens_and_an_expired_one_neither() -> None:
    index()
    mine = signed_in(officer("officer"))
    address = mine.post("/people/search", ASKED)["Location"]
    assert mine.get(address).status_code == 200
    other = with_purpose(signed_in(officer("officer")))
    assert other.get(address).status_code == 404
    SearchRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert mine.get(address).status_code == 404
    assert Event.objects.filter(action="access.denied", subject_kind="search").count() == 2


def test_other_names_are_shown_with_aliases_and_nicknames_first() -> None:
    spellings = [record("incidents", given_names="Robert", surname=f"Wick{x}") for x in "abcd"]
    nickname = [{"kind": "nickname", "full": "Razor"}]
    person(*spellings, record("custody", given_names="Robert", surname="Wicke", names=nickname))
    index()
    page = found(signed_in(officer("officer")), "robert wicka").content.decode()
    assert "Also known as Razor, Robert Wickb, Robert Wickc and 2 more" in page


def test_what_was_typed_is_forgotten_after_the_shift() -> None:
    client = signed_in(officer("officer"))
    for _ in range(2):
        client.post("/people/search", ASKED)
    old = SearchRequest.objects.first()
    assert old is not None
    SearchRequest.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert forget_searches.delay().get() == 1
    assert SearchRequest.objects.exclude(pk=old.pk).count() == SearchRequest.objects.count() == 1


def test_without_an_audit_row_nothing_is_shown(owner_connection: Any) -> None:
    robert()
    index()
    client = signed_in(officer("officer"))
    address = client.post("/people/search", ASKED)["Location"]
    owner_connection.execute("REVOKE INSERT ON audit_event FROM wmp_audit")
    owner_connection.commit()
    try:
        answer = client.get(address)
    finally:
        owner_connection.execute("GRANT INSERT ON audit_event TO wmp_audit")
        owner_connection.commit()
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "The audit record is unavailable" in page
    assert "Featherstone" not in page


def test_a_search_costs_one_index_request_and_the_same_queries_for_one_and_for_many(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    for day in range(1, 13):
        person(record("custody", given_names="Robert", surname="Wick", born_on=date(1990, 1, day)))
    robert()
    index()
    client = signed_in(officer("officer"))
    asked: list[str] = []
    real = opensearch.search

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append("request")
        return real(*args, **kwargs)

    monkeypatch.setattr(opensearch, "search", counted)
    for text, count in (("robert wick", "12 people"), ("karl ostrowski", "1 person")):
        address = client.post("/people/search", {**ASKED, "text": text})["Location"]
        asked.clear()
        # session, officer, roles, kept search, six of people, one count; three of late feeds,
        # which are kept for 30 s outside tests
        with django_assert_num_queries(17):
            page = client.get(address).content.decode()
        assert count in page
        assert len(asked) == 1


def test_long_results_have_pages_without_anything_personal_in_their_links() -> None:
    for day in range(1, 26):
        person(record("custody", given_names="Robert", surname="Wick", born_on=date(1990, 1, day)))
    index()
    client = signed_in(officer("officer"))
    first = found(client, "robert wick").content.decode()
    assert "Page 1 of 2" in first
    assert 'href="?page=2"' in first
    address = f"/s/{SearchRequest.objects.get().pk}"
    second = client.get(f"{address}?page=2").content.decode()
    assert second.count('class="wmp-result"') == 5
    assert Event.objects.filter(action="person.searched").count() == 2
    assert client.get(f"{address}?page=nonsense").status_code == 200


def test_a_role_without_people_gets_neither_box_nor_results() -> None:
    client = signed_in(officer("administrator"))
    assert 'name="text"' not in client.get("/").content.decode()
    assert client.post("/people/search", ASKED).status_code == 403
