"""Generated documents say what code and declarations say."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ingest.fields import FIELDS
from wmp_search.governance import declared, documents, dpia, law, policy

PROTECTED = 9  # characteristics, Equality Act 2010 s.4


@pytest.mark.parametrize("path", documents.DOCUMENTS)
def test_a_document_is_what_the_code_says(path: str) -> None:
    said = (settings.BASE_DIR / path).read_text(encoding="utf-8")
    assert said == documents.DOCUMENTS[path](), "run manage.py governance_docs"


def test_a_stale_document_is_found_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "DOCUMENTS", {"docs/a.md": lambda: "new\n"})
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("old\n")
    with pytest.raises(CommandError, match=r"docs/a\.md"):
        call_command("governance_docs", check=True)
    call_command("governance_docs")
    call_command("governance_docs", check=True)
    assert (tmp_path / "docs/a.md").read_text() == "new\n"


def test_every_sensitive_field_stands_in_a_class_of_the_policy_document() -> None:
    known = {name for kind in FIELDS.values() for name in kind}
    assert policy.sensitive_fields() <= policy.declared_fields() <= known


def test_every_risk_names_rows_that_there_are_and_what_remains() -> None:
    rows = {row.id for row in law.read()}
    for risk in declared.load()["risk"]:
        assert set(risk["rows"]) <= rows, risk["id"]
        assert risk["remains"], risk["id"]


def test_every_protected_characteristic_has_what_is_known_and_what_is_not() -> None:
    found = declared.load()["characteristic"]
    assert len({one["id"] for one in found}) == PROTECTED
    assert all(one["known"] and one["unknown"] and one["done"] for one in found)


def test_what_nobody_decided_is_said_to_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    said = declared.load()
    assert dpia.open_points(), "the last one was decided: test that the document says by whom"
    asked = {**said["consultation"], "dpia_version": "3 of the board", "needed": "no"}
    monkeypatch.setattr(dpia, "load", lambda: {**said, "consultation": asked})
    text = dpia.render()
    assert "Version approved: 3 of the board." in text
    assert "Needed: no." in text
    open_ones = sum(not said["consultation"][key] for key in ("reason", "asked"))
    assert text.count(declared.NOT_DECIDED) >= len(dpia.open_points()) + open_ones
