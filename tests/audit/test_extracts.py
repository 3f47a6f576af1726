"""What the regulator is given: a table, a document and signed fingerprints, itself recorded."""

import csv
import hashlib
import json
import re
import zipfile
import zlib
from base64 import a85decode, b64decode
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit import pdf, signing
from audit.actions import Action
from audit.models import Event
from audit.record import Actor, Entry, event
from tests.officers import officer, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
FORM = {
    "since": "2026-10-01",
    "until": "2026-10-06",
    "kind": "person",
    "subject": "41",
    "recipient": "Jane Smith",
    "organisation": "Information Commissioner",
    "reason": "Complaint about looks at one person",
}


def looks() -> None:
    for i in range(3):
        with time_machine.travel(NOW - timedelta(hours=i), tick=False):
            event(
                Entry(
                    Action.PERSON_SEARCHED,
                    Actor(7, "jones", roles=("officer",), ip="10.1.2.3"),
                    purpose_code="CRIME-INV",
                    purpose_reference="20/123456/26",
                    subject_kind="person",
                    subject_ids=["41", "42"] if i < 2 else ["43"],
                    query={"text": "=Tom Wilson"},
                    result_count=2,
                )
            )


def auditor() -> Client:
    return signed_in(officer("auditor", username="auditor"))


def taken(client: Client, **form: str) -> zipfile.ZipFile:
    answer = client.post("/audit/extract", {**FORM, **form})
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/zip", answer.content.decode()
    return zipfile.ZipFile(BytesIO(answer.content))


def test_an_extract_holds_the_events_and_its_hashes_are_signed_and_recorded() -> None:
    looks()
    files = taken(auditor())
    assert set(files.namelist()) == {"extract.csv", "extract.pdf", "manifest.json"}
    rows = list(csv.DictReader(StringIO(files.read("extract.csv").decode("utf-8-sig"))))
    assert [row["subjects"] for row in rows] == ["41 42", "41 42"]
    assert rows[0]["officer"] == "jones"
    assert rows[0]["when_utc"] < rows[1]["when_utc"]
    kept = json.loads(files.read("manifest.json"))
    said = json.loads(kept["statement"])
    key = signing.trusted()[said["key"]]
    key.verify(b64decode(kept["signature"]), kept["statement"].encode())
    for name, digest in said["files"].items():
        assert hashlib.sha256(files.read(name)).hexdigest() == digest
    assert (said["events"], said["about"]["recipient"]) == (2, "Jane Smith")
    recorded = Event.objects.get(action=Action.AUDIT_EXPORTED)
    assert recorded.query["subject"] == "41"
    assert recorded.result_count == 2
    assert recorded.detail["organisation"] == "Information Commissioner"
    assert recorded.detail["sha256"] == said["files"]


def test_the_document_is_marked_on_every_page_and_its_text_can_be_searched() -> None:
    pages = pdf.Pages("Extract of the audit trail")
    for i in range(60):
        pages.entry(f"Look {i}", ["Purpose: Crime investigation, Łukasz \u4e2d"])
    document = pages.finish()
    streams = re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL)
    assert document.count(b"/Type /Page\n") == pages.number == 3
    assert document.startswith(b"%PDF")
    assert b"/ToUnicode" in document
    drawn = [_inflated(stream) for stream in streams]
    marked = [text for text in drawn if text.count(b"Tj") > 3]
    assert len(marked) == 3


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(a85decode(stream.strip().removesuffix(b"~>")))
    except (ValueError, zlib.error):
        return b""


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    looks()
    from audit.extracts import harmless

    assert harmless("=1+1") == "'=1+1"
    assert "“=Tom Wilson”" in taken(auditor()).read("extract.csv").decode("utf-8-sig")


@pytest.mark.parametrize("missing", ["recipient", "organisation", "reason"])
def test_an_extract_without_its_recipient_or_reason_is_refused(missing: str) -> None:
    looks()
    answer = auditor().post("/audit/extract", {**FORM, missing: ""})
    assert answer.status_code == 400
    assert not Event.objects.filter(action=Action.AUDIT_EXPORTED).exists()


def test_too_many_events_are_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from audit import extract_views

    looks()
    monkeypatch.setattr(extract_views, "MOST", 1)
    answer = auditor().post("/audit/extract", FORM)
    assert answer.status_code == 400
    assert "More than 1 events match" in answer.content.decode()


def test_an_auditor_who_signed_in_long_ago_is_asked_again(settings: Any) -> None:
    client = auditor()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=8)):
        answer = client.get("/audit/extract")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("step-up"))


def test_an_extract_by_command_is_recorded(tmp_path: Path) -> None:
    looks()
    officer(username="jones")
    file = tmp_path / "extract.zip"
    given = [f"--{k}={FORM[k]}" for k in ("since", "until", "recipient", "organisation", "reason")]
    call_command("audit_extract", str(file), *given, "--subject=41", stdout=StringIO())
    assert "extract.pdf" in zipfile.ZipFile(file).namelist()
    assert Event.objects.get(action=Action.AUDIT_EXPORTED).result_count == 2
