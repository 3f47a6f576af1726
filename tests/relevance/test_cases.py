"""Relevance is a test: each case of cases.yaml, among neighbours, on the real index."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
import yaml

from people.evaluation import SYSTEM_SCOPE, measures, read, run
from people.search import PersonCriteria, Strength, search
from tests.people_data import index
from tests.relevance.population import DATA, Someone, development, insert, neighbours

pytestmark = pytest.mark.django_db

NEIGHBOURS = 1_500
FIRST = 5_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """One line of cases.yaml."""

    category: str
    query: str
    dob: str
    person: Someone
    strong: bool | None  # None: being first is enough


def _cases() -> Iterator[Case]:
    file = Path(__file__).with_name("cases.yaml")
    for category, lines in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        for line in lines:
            given, family, dob, *aliases = (part.strip() for part in line["person"].split("/"))
            who = Someone(line["query"], given, family, tuple(aliases), dob)
            yield Case(category, line["query"], str(line.get("dob", "")), who, line.get("strong"))


def _asked(case: Case) -> tuple[int, Strength | None]:
    """The rank (from 1, 0 not found) and strength of the case's person."""
    criteria = PersonCriteria(name=case.query, born_on=case.dob)
    found = search(criteria, SYSTEM_SCOPE, limit=10).matches
    wanted = FIRST + CASES.index(case)
    at = next((n for n, m in enumerate(found, 1) if m.person_id == wanted), 0)
    return at, found[at - 1].strength if at else None


CASES = list(_cases())


def test_every_case_of_the_file_holds() -> None:
    insert(chain((c.person for c in CASES), neighbours(NEIGHBOURS)), first=FIRST)
    index()
    asked = [(case, *_asked(case)) for case in CASES]
    missed = [c.query for c, rank, _ in asked if c.strong is not False and rank != 1]
    misled = [c.query for c, _, s in asked if c.strong is False and s is Strength.STRONG]
    assert (missed, misled) == ([], [])
    wanted = [s for c, _, s in asked if c.strong is not False]
    assert sum(s is Strength.STRONG for s in wanted) / len(wanted) >= 0.85


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data IS ABSENT: no development set")
def test_the_development_set_is_found() -> None:
    insert(chain(development(), neighbours(NEIGHBOURS)), first=FIRST)
    index()
    found = measures(list(run(read(DATA / "name_queries_dev.jsonl"))))
    assert found["hit_at_1"] >= 0.96
    assert found["category_mean_hit_at_1"] >= 0.95
    assert found["hit_at_10"] >= 0.98
    assert found["right_first"] >= 0.96
    assert found["true_strong"] >= 0.85
    assert found["false_strong"]["all"] <= 0.10
