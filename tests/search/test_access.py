"""The access rule inside the query: the same as in SQL, and nothing of a higher tier leaks."""

from datetime import date

import pytest

from people.index import SPEC
from people.models import Person
from people.rule import index_filter, visible
from people.search import PersonCriteria, search
from tests.people_data import index, person, record
from tests.search.scopes import EVERYTHING, NOTHING, OPEN
from wmp_search.access.scope import Scope
from wmp_search.search import client

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Person]:
    made = {
        "open": person(record(given_names="Imogen", surname="Larkspur")),
        "mixed": person(
            record(given_names="Imogen", surname="Larkspur", born_on=date(1980, 1, 2)),
            record(
                "domestic_abuse", given_names="Imogen", surname="Hideaway", role="victim",
                phones=["07700900321"], addresses=[{"postcode": "B21 9ZZ"}],
                names=[{"kind": "alias", "full": "Genny Shelter"}], born_on=date(1981, 5, 6),
            ),
        ),
        "restricted": person(
            record("domestic_abuse", given_names="Imogen", surname="Larkspur", role="victim")
        ),
        "gone": person(record(given_names="Imogen", surname="Larkspur")),
    }  # fmt: skip
    Person.objects.filter(pk=made["gone"].pk).update(status="withdrawn")
    index()
    return made


def _in_index(scope: Scope) -> list[int]:
    body = {"size": 100, "query": {"bool": {"filter": [index_filter(scope)]}}}
    hits = client.search(SPEC.alias, body)["hits"]["hits"]
    return sorted(hit["_source"]["person_id"] for hit in hits)


@pytest.mark.parametrize("scope", [NOTHING, OPEN, EVERYTHING], ids=["nothing", "open", "all"])
def test_the_index_and_sql_let_the_same_people_through(
    people: dict[str, Person], scope: Scope
) -> None:
    in_sql = sorted(visible(scope).values_list("pk", flat=True))
    assert _in_index(scope) == in_sql  # each person once, too


def test_each_scope_sees_the_people_of_its_tier(people: dict[str, Person]) -> None:
    assert _in_index(OPEN) == sorted([people["open"].pk, people["mixed"].pk])
    assert people["restricted"].pk in _in_index(EVERYTHING)
    assert _in_index(NOTHING) == []


@pytest.mark.parametrize(
    "criteria",
    [
        PersonCriteria(name="Genny Shelter"),
        PersonCriteria(name="Imogen Hideaway"),
        PersonCriteria(identifier="07700 900321"),
        PersonCriteria(postcode="B21 9ZZ"),
        PersonCriteria(born_on="1981-05-06"),
    ],
    ids=["alias", "surname", "phone", "postcode", "birth"],
)
def test_restricted_evidence_finds_nobody_for_an_open_scope(
    people: dict[str, Person], criteria: PersonCriteria
) -> None:
    seen = {match.person_id: match for match in search(criteria, EVERYTHING).matches}
    assert people["mixed"].pk in seen
    hidden = [m for m in search(criteria, OPEN).matches if m.person_id == people["mixed"].pk]
    assert all(m.matched_name == "Imogen Larkspur" for m in hidden)
    assert all("Shelter" not in " ".join(m.why) for m in hidden)
    if not criteria.name:
        assert hidden == []


def test_a_document_holds_nothing_of_a_higher_tier(people: dict[str, Person]) -> None:
    opened, everything, *_ = (d.source for d in SPEC.documents([people["mixed"].pk]))
    assert opened is not None
    assert everything is not None
    assert "hideaway" not in str(opened).lower()
    assert "domestic_abuse" not in str(opened)
    assert opened["roles"] == ["suspect"]
    assert opened["records"] == 1
    assert "hideaway" in everything["n_tok"]
    assert sorted(everything["roles"]) == ["suspect", "victim"]


def test_the_score_of_an_open_scope_does_not_know_restricted_evidence(
    people: dict[str, Person],
) -> None:
    asked = PersonCriteria(name="Imogen Larkspur", born_on="1981-05-06")
    (mixed,) = [m for m in search(asked, OPEN).matches if m.person_id == people["mixed"].pk]
    assert "same date of birth" not in mixed.why
    assert mixed.tier == 0
