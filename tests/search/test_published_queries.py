"""HM Prison and Probation Service's own search cases: the people they expect come first.

Fuzzy extras may follow; where HMPPS expects nobody because it does not search fuzzily, by alias or
outside a prison, there is nothing to check. Sex "not known" is not a criterion here.
"""

import csv
import json
from datetime import date
from typing import Any

import pytest

from people.models import Identifier, Person
from people.search import PersonCriteria, search
from tests.people_data import index, person, record
from tests.search.scopes import OPEN
from tests.shared_data import SHARED, needs

FOLDER = SHARED / "name_matching" / "hmpps_prisoner_search"
pytestmark = [pytest.mark.django_db, needs("name_matching", "hmpps_prisoner_search")]
SEXES = {"Male": "M", "FEMALE": "F", "Female": "F"}


def test_the_expected_people_come_first() -> None:
    refs = {_loaded(json.loads(path.read_text())): path.stem for path in _prisoners()}
    numbers = {pk: stem.removeprefix("prisoner") for pk, stem in refs.items()}
    index()
    wrong, asked = [], 0
    for row in _queries():
        expected = row["expected_prisoner_numbers"].split()
        found = search(_criteria(row), OPEN, limit=30).matches
        first = [numbers[match.person_id] for match in found[: len(expected)]]
        asked += 1
        if sorted(first) != sorted(expected):
            wrong.append((row["case"], expected, first))
    assert wrong == []
    assert asked >= 25


def _prisoners() -> list[Any]:
    return sorted((FOLDER / "prisoners").glob("*.json"))


def _queries() -> list[dict[str, str]]:
    """The cases in which somebody is expected and everything asked for can be said."""
    with (FOLDER / "global_search_query_expected.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    said = [row for row in rows if row["gender"] in {"", "ALL", "F", "M"}]
    return [row for row in said if row["expected_prisoner_numbers"]]


def _criteria(row: dict[str, str]) -> PersonCriteria:
    return PersonCriteria(
        name=f"{row['firstName']} {row['lastName']}".strip(),
        born_on=row["dateOfBirth"],
        sex=row["gender"] if row["gender"] in {"M", "F"} else "",
        identifier=row["prisonerIdentifier"],
    )


def _loaded(prisoner: dict[str, Any]) -> int:
    """The person of one prisoner's document; its id."""
    aliases = [f"{a['firstName']} {a['lastName']}" for a in prisoner.get("aliases") or ()]
    born = date.fromisoformat(prisoner["dateOfBirth"])
    given = (prisoner["firstName"], prisoner.get("middleNames") or "")
    made: Person = person(
        record(
            given_names=" ".join(filter(None, given)),
            surname=prisoner["lastName"],
            born_on=born,
            sex=SEXES.get(prisoner.get("gender") or "", ""),
            names=[{"kind": "alias", "full": full} for full in aliases],
            alias_births=[
                date.fromisoformat(a["dateOfBirth"]) for a in prisoner.get("aliases") or ()
            ],
            pnc_id=prisoner.get("pncNumber") or "",
            cro=prisoner.get("croNumber") or "",
        )
    )
    for rank, field in enumerate(("prisonerNumber", "bookingId", "bookNumber"), start=10):
        if value := prisoner.get(field):
            Identifier.objects.create(
                person=made, kind="other", value=value, tier=0, rank=rank, records=[]
            )
    return made.pk
