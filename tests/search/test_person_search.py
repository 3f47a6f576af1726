"""Searching for people from outside: what is found, how strongly, and the words for it."""

from datetime import date

import pytest
from django.db import connection

from people import rule, selectors
from people.models import Person
from people.search import CriteriaError, Match, PersonCriteria, Strength, search
from people.sources import title
from people.summary import summary_of
from tests.people_data import index, person, record
from tests.search.scopes import EVERYTHING, OPEN
from wmp_search.search.client import SearchUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def robert() -> Person:
    someone = person(
        record(
            given_names="Robert James", surname="Huddlestone", born_on=date(1980, 3, 9),
            pnc_id="1981/0000034U", cro="SF05/482703J", phones=["07700900123"],
            vehicles=["AB12CDE"], emails=["bob@example.org"],
            addresses=[{"postcode": "B21 9AA"}],
        ),
        record("pnc", given_names="Robert", surname="Huddlestone",
               names=[{"kind": "alias", "full": "Rickstar"}], born_on=date(1980, 3, 9)),
    )  # fmt: skip
    person(record(given_names="Roberta", surname="Middlestone", born_on=date(1999, 1, 1)))
    index()
    return someone


def _only(criteria: PersonCriteria) -> Match:
    found = search(criteria, OPEN)
    assert found.matches, "nobody was found"
    return found.matches[0]


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        (PersonCriteria(name="Robert Huddlestone"), "same name"),
        (PersonCriteria(name="Bob Huddlestone"), "Bob is a form of Robert"),
        (PersonCriteria(name="Robert Hudlestone"), "Hudlestone sounds like Huddlestone"),
        (PersonCriteria(name="Robert Huddlestome"), "Huddlestome: one letter different from"),
        (PersonCriteria(name="R Huddlestone"), "R is an initial of Robert"),
        (PersonCriteria(name="Robert Huddle Stone"), "is written as several words for"),
        (PersonCriteria(name="Rickstarr"), "alias in {pnc}"),
        (PersonCriteria(name="Robert Huddlestone", born_on="1980-03-09"), "same date of birth"),
        (
            PersonCriteria(name="Robert Huddlestone", born_on="1980-09-03"),
            "day and month of birth swapped",
        ),
        (PersonCriteria(name="Robert Huddlestone", born_on="1980"), "same year of birth"),
        (PersonCriteria(name="Robert Huddlestone", postcode="B21"), "postcode area B21"),
        (PersonCriteria(name="Robert Quigley Huddlestone"), "not in this name: Quigley"),
    ],
)
def test_the_words_name_the_true_relation(
    robert: Person, criteria: PersonCriteria, words: str
) -> None:
    match = _only(criteria)
    assert match.person_id == robert.pk
    assert words.format(pnc=title("pnc")) in "; ".join(match.why)


@pytest.mark.parametrize(
    ("identifier", "strength"),
    [
        ("81/34U", Strength.STRONG),
        ("1981/0000034u", Strength.STRONG),
        ("SF05/482703J", Strength.STRONG),
        ("BOB@example.org", Strength.STRONG),
        ("+44 (0)7700 900 123", Strength.POSSIBLE),
        ("AB I2 CDE", Strength.POSSIBLE),
    ],
)
def test_an_identifier_alone_finds_its_holder_in_any_notation(
    robert: Person, identifier: str, strength: Strength
) -> None:
    found = search(PersonCriteria(identifier=identifier), OPEN)
    assert [m.person_id for m in found.matches] == [robert.pk]
    assert found.matches[0].strength is strength


def test_a_postcode_alone_and_a_date_of_birth_alone_find_people(robert: Person) -> None:
    assert _only(PersonCriteria(postcode="b219aa")).person_id == robert.pk
    assert _only(PersonCriteria(born_on="1980-03-09")).person_id == robert.pk


def test_the_phone_of_another_name_is_only_possible(robert: Person) -> None:
    match = _only(PersonCriteria(name="Zachary Quill", identifier="07700900123"))
    assert match.person_id == robert.pk
    assert match.strength is not Strength.STRONG


def test_the_same_name_with_another_date_of_birth_is_not_strong(robert: Person) -> None:
    match = _only(PersonCriteria(name="Robert Huddlestone", born_on="2004-11-27"))
    assert match.strength is not Strength.STRONG
    assert "date of birth differs" in match.why


def test_an_age_that_fits_helps_and_one_that_does_not_is_said(robert: Person) -> None:
    years = date.today().year - 1980  # noqa: DTZ011
    assert any("age fits" in w for w in _only(PersonCriteria("Robert Huddlestone", "", years)).why)
    off = _only(PersonCriteria("Robert Huddlestone", "", years - 25))
    assert any(w.startswith("age differs") for w in off.why)


def test_pages_continue_where_the_one_before_ended() -> None:
    for number in range(7):
        person(record(given_names="Araminta", surname=f"Golightly-{'abcdefg'[number]}"))
    index()
    asked = PersonCriteria(name="Araminta Golightly")
    whole = [m.person_id for m in search(asked, OPEN, limit=7).matches]
    parts = [search(asked, OPEN, limit=3, offset=o).matches for o in (0, 3, 6)]
    assert [m.person_id for part in parts for m in part] == whole
    assert search(asked, OPEN, limit=3).total == 7


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"name": " '-. "}, {"born_on": "1990"}, {"age": 30}, {"name": "x" * 201},
        {"name": "A", "born_on": "31/12/1990"}, {"name": "A", "born_on": "1990-02-30"},
        {"name": "A", "age": -1}, {"name": "A", "born_on": "٢٠٠٠"},
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused_in_words(fields: dict[str, object]) -> None:
    with pytest.raises(CriteriaError, match=r"Give|Use"):
        PersonCriteria(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "*", "a*", '"; DROP TABLE people_person; --', "<script>alert(1)</script>", "name:* OR 1=1",
        "\U0001d4e1\U0001d4f8\U0001d4eb", "🙂" * 60 + " a", "\u202eabc", "\x00\x01 abc",
        "a " * 100,
        "z" * 200,
        "'" * 199 + "b",
        "{}[]()/\\^~!&|a", "0" * 200, "é" * 200, "محمد" * 40, "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p",
    ],
)  # fmt: skip
def test_hostile_input_gives_an_answer(robert: Person, name: str) -> None:
    try:
        found = search(PersonCriteria(name=name), EVERYTHING)
    except CriteriaError:
        return
    assert found.took_ms["index"] < 1000


def test_an_outage_is_told_apart_from_no_result(robert: Person, opensearch_relay: object) -> None:
    opensearch_relay.cut()  # type: ignore[attr-defined]
    with pytest.raises(SearchUnavailable):
        search(PersonCriteria(name="Robert"), OPEN)


def test_one_prepared_statement_rechecks_who_was_found(
    robert: Person, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, told_apart = [], rule.told_apart
    monkeypatch.setattr(
        rule,
        "told_apart",
        lambda *of: asked.append(of) or told_apart(*of),  # type: ignore[func-returns-value]
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = search(PersonCriteria(name="Robert Huddlestone"), OPEN)
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'bool_and'")
        assert cursor.fetchone() == (1,)
    assert found.index_build.startswith("wmp-test")


def test_a_list_says_of_a_person_what_the_page_says() -> None:
    someone = person(
        record("custody", given_names="Amina", surname="Wick", sex="F", role="suspect",
               event_on=date(2024, 5, 2), recorded_on=date(2024, 5, 3)),
        record("pnc", given_names="Amina", surname="Wick", sex="F", role="victim"),
    )  # fmt: skip
    listed = selectors.summaries([someone.pk], OPEN)
    held = selectors.gather([someone.pk], OPEN)
    assert listed == {someone.pk: summary_of(held[someone.pk])}
    assert listed[someone.pk].last_seen_on == date(2024, 5, 3)
