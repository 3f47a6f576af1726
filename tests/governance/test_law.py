"""Law and standards beside the tests that hold them: nothing is claimed that is not there."""

import re

import pytest
from django.conf import settings

from wmp_search.governance import compliance, law

ROWS = law.read()
FROM_LAW = 51  # rows of the catalogue whose force is statute or case law
COVERED = 90  # of all rows, at least


def test_every_test_that_is_named_exists_and_no_row_is_without_a_word() -> None:
    assert law.faults(ROWS, settings.BASE_DIR) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[A1.tests]\n'audit/test_merkle.py' = ['test_gone']", "A1: audit/test_merkle.py has no"),
        ("[A1.tests]\n'nowhere/test_x.py' = ['test_x']", "A1: nowhere/test_x.py has no test_x"),
        ("rules = ['No such rule']", "A1: no import rule “No such rule”"),
        ("", "A1: neither tests nor a gap"),
        ("not_ours = 'x'\ngap = 'y'", "A1: does not concern us, and yet"),
    ],
)
def test_a_false_claim_is_found(text: str, fault: str) -> None:
    rows = law.read(f"[A1]\nwhat = 'x'\nsource = 'y'\n{text}")
    (found,) = law.faults(rows, settings.BASE_DIR)
    assert found.startswith(fault)


def test_no_row_is_left_out() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) == 107
    assert sum(row.law for row in ROWS) == FROM_LAW
    assert sum(row.covered for row in ROWS) >= COVERED


def test_a_gap_is_shown_and_not_hidden() -> None:
    text = compliance.render(ROWS)
    for row in ROWS:
        assert re.search(rf"^\| {row.id}[, ]", text, re.MULTILINE), row.id
        assert row.gap in text
    held = [row for row in ROWS if row.state == "Held"]
    assert text.count("| Held |") == len(held)
    assert text.count("**Gap:**") == sum(bool(row.gap) for row in ROWS)
