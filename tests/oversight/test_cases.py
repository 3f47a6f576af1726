"""Cases: covert, with a hold, and a bundle whose hashes verify without the application."""

import subprocess
import sys
import uuid
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit import holds, keys, seal
from audit.actions import Action
from audit.models import Event
from audit.oversight.models import Alert, Case, ListedPerson
from audit.selectors import Key
from tests.officers import officer, reading, signed_in
from tests.oversight.test_alerts import raised, standards
from tests.oversight.trail import NOW, viewed
from tests.people_data import person, record
from wmp_search.access.models import Officer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_ten() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


def opened(client: Client, about: Officer) -> Case:
    client.post("/misuse/cases", {"title": "PSD/26/0071", "officer": about.username})
    return Case.objects.get()


def address_of(event_id: uuid.UUID) -> str:
    event = Event.objects.get(id=event_id)
    return f"/misuse/events/{Key.of(event).microsecond}/{event.id}"


def test_a_case_collects_an_alert_and_an_event_in_one_timeline_with_notes() -> None:
    constable = officer("officer", username="jones")
    alert, other = raised(constable), viewed(constable, 42, at=NOW - timedelta(days=3))
    client = standards()
    case = opened(client, constable)
    client.post(f"/misuse/alerts/{alert.pk}", {"do": "case", "case": str(case.pk)})
    client.post(address_of(other), {"case": str(case.pk)})
    client.post(f"/misuse/cases/{case.pk}", {"notes": "Spoke to the sergeant"})
    page = client.get(f"/misuse/cases/{case.pk}").content.decode()
    for words in ("PSD/26/0071", "Spoke to the sergeant", "person 41", "person 42", "jones"):
        assert words in page
    assert Alert.objects.get().case_id == case.pk
    changes = Event.objects.filter(action=Action.CASE_OPENED).order_by("at", "id")
    assert {row.detail["what"] for row in changes} == {
        *("opened", "alert added", "event added", "notes written")
    }


def test_a_case_about_oneself_is_neither_opened_nor_seen() -> None:
    investigator = officer("professional-standards", username="ruth")
    client = reading(signed_in(investigator))
    page = client.post("/misuse/cases", {"title": "PSD/26/1", "officer": "ruth"})
    assert "for somebody else" in page.content.decode()
    case = opened(standards(), investigator)
    assert client.get(f"/misuse/cases/{case.pk}").status_code == 404
    assert "PSD/26/0071" not in client.get("/misuse/cases").content.decode()


def test_a_hold_keeps_the_officers_events_and_nobody_else_reads_of_it() -> None:
    constable = officer("officer")
    viewed(constable, 41)
    client = standards()
    case = opened(client, constable)
    client.post(f"/misuse/cases/{case.pk}", {"do": "hold"})
    (held,) = holds.live()
    assert (held.kind, held.value) == ("officer", str(constable.pk))
    auditor = reading(signed_in(officer("auditor")))
    assert "on hold" not in auditor.get("/audit").content.decode().split("<table")[1]
    assert Case.objects.get().hold_id == str(held.id)
    again = client.post(f"/misuse/cases/{case.pk}", {"do": "hold"}, follow=True)
    assert "on hold already" in again.content.decode()
    client.post(f"/misuse/cases/{case.pk}", {"do": "close"})
    assert Case.objects.get().closed_at == LATER


def check(folder: Path, key: Path) -> tuple[int, str]:
    """What the script in the bundle says, run alone."""
    command = [sys.executable, "-I", str(folder / "verify_audit.py"), str(folder), "--key"]
    done = subprocess.run(
        [*command, f"{key}.pub"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_bundle_verifies_offline_until_a_byte_of_it_is_changed(
    settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_SIGNING_KEY_FILE = str(tmp_path / "key.pem")
    settings.AUDIT_CHECKPOINTS = f"file://{tmp_path / 'second'}"
    keys.generate(tmp_path / "key.pem")
    constable = officer("officer", username="jones")
    alert = raised(constable)
    client = standards()
    case = opened(client, constable)
    client.post(f"/misuse/alerts/{alert.pk}", {"do": "case", "case": str(case.pk)})
    seal.run()
    assert "Enter who receives" in client.post(f"/misuse/cases/{case.pk}/bundle").content.decode()
    to = {"recipient": "Jane Smith", "organisation": "Independent Office for Police Conduct"}
    answer = client.post(f"/misuse/cases/{case.pk}/bundle", to)
    folder = tmp_path / "bundle"
    zipfile.ZipFile(BytesIO(answer.content)).extractall(folder)
    assert "jones" in (folder / "timeline.csv").read_text(encoding="utf-8-sig")
    assert (folder / "timeline.pdf").read_bytes().startswith(b"%PDF")
    code, said = check(folder, tmp_path / "key.pem")
    assert (code, "1 events, 0 of them not sealed" in said) == (0, True), said
    detail = Event.objects.get(action=Action.CASE_EXPORTED).detail
    told = detail["manifest_sha256"]
    assert {name: detail[name] for name in to} == to
    assert "Jane Smith" in (folder / "manifest.json").read_text()
    assert told == Case.objects.get().exports.get().manifest_sha256
    text = (folder / "events.jsonl").read_text()
    (folder / "events.jsonl").write_text(text.replace("jones", "james"))
    code, said = check(folder, tmp_path / "key.pem")
    assert code == 1
    assert "FILE events.jsonl" in said
    assert "ALTERED" in said


def test_a_canary_is_set_for_a_person_that_exists_and_taken_away_again() -> None:
    client, pk = standards(), person(record(given_names="Dana", surname="Whitlock")).pk
    form = {"why": "canary", "person_id": pk, "note": "Laid out in May"}
    unknown = client.post("/misuse/listed", {**form, "person_id": pk + 1000}).content.decode()
    assert "no person with this number" in unknown
    client.post("/misuse/listed", form)
    assert "Laid out in May" in client.get("/misuse/listed").content.decode()
    client.post("/misuse/listed", {"do": "remove", "listed": ListedPerson.objects.get().pk})
    assert not ListedPerson.objects.exists()
    told = Event.objects.filter(action=Action.MISUSE_CHANGED).values_list("detail", flat=True)
    assert {row["what"] for row in told} == {"canary set", "canary removed"}


def test_a_complaint_needs_the_time_of_the_contact_which_is_past() -> None:
    client, pk = standards(), person(record(given_names="Dana", surname="Whitlock")).pk
    form = {"why": "contact", "person_id": pk, "contact_at": ""}
    for moment, said in (("", "when the contact was"), ("2099-01-01T10:00", "in the past")):
        page = client.post("/misuse/listed", {**form, "contact_at": moment}).content.decode()
        assert said in page, moment
    client.post("/misuse/listed", {**form, "contact_at": "2026-06-03T14:30"})
    assert ListedPerson.objects.filter(contact_at="2026-06-03T13:30:00Z").exists()
    assert "3 Jun 2026, 14:30" in client.get("/misuse/listed").content.decode()
