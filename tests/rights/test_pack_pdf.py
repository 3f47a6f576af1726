"""The pack as PDF: what the JSON has and nothing that is withheld."""

import io
import json
import time
import zipfile
from typing import Any

import pytest

from audit import pdf
from tests.rights.test_pack import GIVEN, SYSTEMS, WHY, asked, disclosing, many_looks, whitlock
from wmp_search.rights import pack_pdf

pytestmark = pytest.mark.django_db


class Read(pdf.Pages):
    """The document as it is made, with the text that is drawn into it."""

    drawn: list[str]

    def _text(self, text: str, face: str) -> None:
        self.drawn.append(text)
        super()._text(text, face)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(Read, "drawn", lines, raising=False)
    monkeypatch.setattr(pack_pdf, "Pages", Read)
    return lines


def taken(client: Any, request: Any) -> tuple[bytes, dict[str, Any]]:
    answer = client.post(f"/requests/{request.pk}/pack", GIVEN)
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    return files.read("disclosure.pdf"), json.loads(files.read("disclosure.json"))


def test_every_section_record_and_earlier_state_is_in_the_document(drawn: list[str]) -> None:
    who, records = whitlock()
    client = disclosing()
    document, data = taken(client, asked(client, who))
    assert document.startswith(b"%PDF-")
    text = "\n".join(drawn)
    for system in SYSTEMS:
        for said in (f"raw of {system}", f"earlier of {system}", f"summary of {system}"):
            assert said in text, said
        assert f"Dee {system}" in text
    assert all(one.source_ref in text for one in records)
    sections = [name for name in data if name != "about"]
    for name in sections:
        title = pack_pdf.TITLES.get(name, name.replace("_", " ").capitalize())
        assert any(line.startswith(title) for line in drawn), name
    assert "Charged" in text
    assert "section 46" in text


def test_what_is_withheld_is_not_in_the_document(drawn: list[str]) -> None:
    who, records = whitlock()
    hidden = next(r for r in records if r.system == "intelligence")
    client = disclosing()
    request = asked(client, who)
    for item in (f"record:{hidden.pk}", f"record:{records[0].pk}:delivered.NOTE"):
        client.post(
            f"/requests/{request.pk}",
            {"do": "withhold", "item": item, "ground": "e", "reason": WHY},
        )
    taken(client, request)
    text = "\n".join(drawn)
    for said in ("raw of intelligence", "earlier of intelligence", "Dee intelligence",
                 hidden.source_ref, "raw of custody", WHY):  # fmt: skip
        assert said not in text, said
    assert "earlier of custody" in text
    assert "section 45(4)" in text


def test_a_section_that_comes_later_is_told_too(drawn: list[str]) -> None:
    about = {"reference": "SAR/1", "recipient": "Jane", "organisation": "Herself",
             "received_on": None, "made_at": None, "restricted": False}  # fmt: skip
    data = {"statements": [{"key": "statement:1", "values": {"text": "I never lived there"}}]}
    pack_pdf.make(data, about)
    assert "Statements, 1" in drawn
    assert "text: I never lived there" in drawn
    assert not any("statement:1" in line for line in drawn)


def test_ten_thousand_looks_are_all_in_the_document(drawn: list[str]) -> None:
    who, _ = whitlock()
    many_looks(who.pk, 10_000)
    client = disclosing()
    request = asked(client, who)
    started = time.monotonic()
    taken(client, request)
    print(f"pack with PDF, 10,000 looks: {time.monotonic() - started:.1f} s")  # noqa: T201
    assert sum("what: Viewed a person" in line for line in drawn) == 10_000
