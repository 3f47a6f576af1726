"""The page on how well search finds: kept measurements beside the ones before."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from audit.models import Event
from people.evaluation import Outcome
from people.evaluations import figures
from people.models import Evaluation
from tests.officers import officer, signed_in
from tests.people_data import index, person, record

pytestmark = pytest.mark.django_db


def outcome(
    category: str, rank: int, *, is_match: bool = True, is_strong: bool = False
) -> Outcome:
    return Outcome("x", category, is_match, rank, is_strong, None)


def test_figures_are_grouped_by_category_and_tradition() -> None:
    found = figures(
        [
            outcome("polish_feminine", 1),
            outcome("baltic_endings", 2),
            outcome("typo_keyboard", 0),
            outcome("neg_twins", 1, is_match=False, is_strong=True),
        ]
    )
    assert found["all"] == {"queries": 4, "hit_at_1": 0.3333, "mrr": 0.5, "wrong_strong": 1.0}
    european = found["traditions"]["Central and Eastern European"]
    assert european == {"queries": 2, "hit_at_1": 0.5, "mrr": 0.75, "wrong_strong": None}
    assert found["traditions"]["Any"]["queries"] == 2
    assert found["categories"]["neg_twins"]["wrong_strong"] == 1.0


def test_a_kept_measurement_stands_on_the_page_with_the_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = record("custody", given_names="Robert", surname="Wick", source_ref="R1")
    person(known)
    index()
    file = tmp_path / "cases.jsonl"
    cases = [("nickname_english", "bob wick", "R1"), ("typo_keyboard", "xqzzv", "R1")]
    lines = [
        {"category": c, "person_id": pk, "expect": "match", "query": {"name": name}}
        for c, name, pk in cases
    ]
    file.write_text(json.dumps(lines[0]) + "\n")
    call_command("evaluate_search", file)
    assert not Evaluation.objects.exists()
    call_command("evaluate_search", file, "--keep")
    file.write_text("\n".join(map(json.dumps, lines)))
    call_command("evaluate_search", file, "--keep")
    capsys.readouterr()
    page = signed_in(officer("ethics")).get("/quality/search").content.decode()
    for words in ("cases.jsonl", "nickname_english", "English", "0.500 (-0.500)", "1.000"):
        assert words in page, words
    assert Event.objects.filter(action="quality.viewed").count() == 1
    assert signed_in(officer("officer")).get("/quality/search").status_code == 403
