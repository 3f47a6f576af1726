"""Anybody with the export and the public key can check the trail, without the application."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from audit import keys, offline, seal
from audit.actions import Action
from audit.models import Event
from audit.record import SYSTEM, Entry, event

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> Path:
    """The public half of a signing key of this test's own."""
    path = tmp_path / "key.pem"
    keys.generate(path)
    settings.AUDIT_SIGNING_KEY_FILE = str(path)
    return Path(f"{path}.pub")


def sealed() -> list[Event]:
    for i in range(7):
        with time_machine.travel(BEGAN + timedelta(minutes=i), tick=False):
            screen = b"<main>Tom Wilson</main>" if i > 3 else b""
            event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=[str(i)], screen=screen))
        if i == 3:
            seal.run()
    seal.run()
    return list(Event.objects.order_by("at"))


def check(what: Path, key: Path, *more: str) -> tuple[int, str]:
    """What the script says when it is run alone, from a folder that holds nothing else of ours."""
    script = Path(offline.__file__)
    command = [sys.executable, "-I", str(script), str(what), "--key", str(key), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def edited(path: Path, change: Any) -> None:
    lines = path.read_text().splitlines()
    change(lines)
    path.write_text("".join(f"{line}\n" for line in lines))


def test_an_export_is_checked_and_every_kind_of_change_is_named(
    key: Path, tmp_path: Path, second_place: Path
) -> None:
    rows = sealed()
    folder = tmp_path / "export"
    said = StringIO()
    call_command("audit_export", str(folder), "--screens", stdout=said)
    assert "7 events under 2 seals" in said.getvalue()
    assert Event.objects.get(action=Action.AUDIT_EXPORTED).detail["screens"] is True
    code, words = check(folder, key, "--checkpoints", str(second_place))
    assert (code, "As it was sealed" in words) == (0, True), words

    events = folder / "events.jsonl"
    kept = events.read_text()

    def other_subject(lines: list[str]) -> None:
        lines[2] = lines[2].replace('"subject_ids":["2"]', '"subject_ids":["3"]')

    def swap(lines: list[str]) -> None:
        lines[1], lines[2] = lines[2], lines[1]

    def add(lines: list[str]) -> None:
        more = json.loads(lines[2])
        more["id"] = "00000000-0000-0000-0000-000000000000"
        lines.insert(2, json.dumps(more, sort_keys=True, separators=(",", ":")))

    for kind, change, named in (
        ("ALTERED", other_subject, rows[2]),
        ("MISSING", lambda lines: lines.pop(5), rows[5]),
        ("REORDERED", swap, rows[1]),
        ("INSERTED", add, None),
    ):
        edited(events, change)
        code, words = check(folder, key)
        assert code == 1
        expected = str(named.id) if named else "00000000-0000"
        assert any(kind in line and expected in line for line in words.splitlines()), words
        assert "FILE events.jsonl" in words
        events.write_text(kept)

    seals = folder / "seals.jsonl"
    edited(seals, lambda lines: lines.__setitem__(0, lines[0].replace("size", "sise")))
    code, words = check(folder, key)
    assert (code, "SEAL 1: its signature" in words) == (1, True), words


def test_another_key_vouches_for_nothing(key: Path, tmp_path: Path) -> None:
    sealed()
    call_command("audit_export", str(tmp_path / "export"), stdout=StringIO())
    other = tmp_path / "other.pem"
    keys.generate(other)
    code, words = check(tmp_path / "export", Path(f"{other}.pub"))
    assert code == 1
    assert "MANIFEST: its signature" in words
    assert "SEAL 1: its signature" in words


def test_the_days_asked_for_are_exported_alone(key: Path, tmp_path: Path) -> None:
    sealed()
    event(Entry(Action.PERSON_VIEWED, SYSTEM))
    seal.run()
    folder = tmp_path / "october"
    call_command(
        "audit_export", str(folder), "--since=2026-10-01", "--until=2026-10-01", stdout=StringIO()
    )
    assert len((folder / "events.jsonl").read_text().splitlines()) == 4
    assert check(folder, key)[0] == 0


def test_the_proof_of_one_event_holds_alone(key: Path, tmp_path: Path) -> None:
    rows = sealed()
    path = tmp_path / "proof.json"
    for row in rows:
        said = StringIO()
        call_command("audit_prove", str(row.id), stdout=said)
        path.write_text(said.getvalue())
        if row in (rows[0], rows[5]):
            code, words = check(path, key)
            assert (code, str(row.id) in words) == (0, True), words
    proof = json.loads(path.read_text())
    proof["event"] = proof["event"].replace('"officer":"system"', '"officer":"jones"')
    path.write_text(json.dumps(proof))
    code, words = check(path, key)
    assert (code, "ALTERED" in words) == (1, True)


def test_an_event_that_is_not_sealed_yet_has_no_proof(key: Path) -> None:
    identifier = event(Entry(Action.PERSON_VIEWED, SYSTEM))
    with pytest.raises(CommandError, match="not sealed yet"):
        call_command("audit_prove", str(identifier))
    seal.run()
    said = StringIO()
    call_command("audit_prove", str(identifier), stdout=said)
    assert json.loads(said.getvalue())["index"] == 0
