"""Seals: nothing is skipped, nothing is taken twice, everything is also kept outside."""

import json
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from django.db import connections
from moto.server import ThreadedMotoServer

from audit import keys, leaves, places, record, seal, signing, verify
from audit.actions import Action
from audit.compare import Finding
from audit.models import Event, Seal
from audit.record import SYSTEM, Entry, event
from tests import databases

pytestmark = pytest.mark.django_db(transaction=True)


def write(count: int = 1, **fields: Any) -> list[uuid.UUID]:
    entry = {"action": Action.PERSON_VIEWED, "actor": SYSTEM, "subject_ids": ["41"], **fields}
    return [event(Entry(**entry)) for _ in range(count)]


def sealed() -> list[uuid.UUID]:
    """The ids of every sealed event, in the order of the seals."""
    found = []
    for packed in Seal.objects.order_by("number").values_list("leaves", flat=True):
        found += [place.uuid for place, _ in leaves.unpack(bytes(packed))]
    return found


def findings(**options: Any) -> list[Finding]:
    return verify.verify(**options).findings


def writer() -> psycopg.Connection:
    """Another connection of the trail's own role, in a transaction of its own."""
    made = connections["audit"].get_connection_params()
    return psycopg.connect(
        host=made["host"],
        port=made["port"],
        user=made["user"],
        password=made["password"],
        dbname=str(django_settings.DATABASES["audit"]["NAME"]),
    )


def slowly(connection: psycopg.Connection) -> uuid.UUID:
    """Insert an event without committing."""
    values = record._values(Entry(action=Action.CRIME_VIEWED, actor=SYSTEM))
    values["content_hash"] = record.content_hash(values)
    audit = connections["audit"]
    columns = Event._meta.concrete_fields
    row = [f.get_db_prep_save(values[f.attname], audit) for f in columns]
    names = ", ".join(str(f.column) for f in columns)
    holes = ", ".join(["%s"] * len(row))
    connection.execute(f"INSERT INTO audit_event ({names}) VALUES ({holes})".encode(), row)
    identifier: uuid.UUID = values["id"]
    return identifier


def test_every_event_is_sealed_once_and_the_seals_are_chained() -> None:
    ids = write(3)
    assert seal.run() == [1]
    ids += write(2)
    assert seal.run() == [2]
    assert seal.run() == []
    assert sorted(sealed()) == sorted(ids)
    first, second = Seal.objects.order_by("number")
    assert bytes(second.previous) == bytes(first.hash)
    said = json.loads(second.header)
    assert (said["size"], said["total"]) == (2, 5)
    assert said["since"] == json.loads(first.header)["until"]
    report = verify.verify()
    assert (report.seals, report.events, report.unsealed, report.findings) == (2, 5, 0, [])


def test_an_event_that_commits_late_is_sealed_later_and_never_skipped() -> None:
    write(2)
    with writer() as slow:
        late = slowly(slow)
        others = write(2)
        seal.run()
        assert late not in sealed()
        assert set(others) <= set(sealed())
        write(1)
        seal.run()
        assert late not in sealed()
        slow.commit()
    assert seal.run() == [3]
    assert sealed().count(late) == 1
    assert Seal.objects.get(number=3).strays == 1
    assert findings() == []


def test_a_long_transaction_elsewhere_delays_nothing(owner_connection: psycopg.Connection) -> None:
    with databases.owner(str(django_settings.DATABASES["default"]["NAME"])) as busy:
        busy.autocommit = False
        busy.execute("CREATE TABLE long_work (id int)")  # has a transaction number and stays open
        ids = write(3)
        seal.run()
        assert sorted(sealed()) == sorted(ids)
        busy.rollback()


def test_a_backlog_becomes_many_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 4)
    ids = write(11)
    assert seal.run() == [1, 2, 3]
    assert sorted(sealed()) == sorted(ids)
    assert findings() == []


def test_a_rolled_back_event_leaves_no_gap() -> None:
    with writer() as slow:
        slowly(slow)
        slow.rollback()
    write(1)
    seal.run()
    assert verify.verify().findings == []


def test_two_sealers_at_once_make_one_chain() -> None:
    made: list[int] = []

    def work() -> None:
        try:
            for _ in range(5):
                write(2)
                made.extend(seal.run())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal.run()
    assert len(made) == len(set(made))
    assert len(sealed()) == len(set(sealed())) == 40
    assert findings() == []


def test_an_event_is_written_while_the_sealer_is_at_work() -> None:
    with writer() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [seal.LOCK])
        assert write(1)
        assert seal.run() == []
    assert seal.run() == [1]


def test_every_seal_is_kept_outside_and_not_written_twice(second_place: Path) -> None:
    write(1)
    seal.run()
    kept = second_place / "seal-000000000001.json"
    said = json.loads(kept.read_text())
    assert said["header"] == Seal.objects.get().header
    assert kept.stat().st_mode & 0o222 == 0
    assert seal.publish() == 0


def test_a_second_place_that_was_away_is_caught_up(second_place: Path) -> None:
    second_place.parent.joinpath("checkpoints").write_text("a file where the folder should be")
    write(1)
    with pytest.raises(places.PlaceError):
        seal.run()
    assert Seal.objects.count() == 1
    second_place.unlink()
    write(1)
    seal.run()
    assert len(list(second_place.iterdir())) == 2
    assert findings() == []


def test_what_stands_in_the_second_place_is_never_replaced(second_place: Path) -> None:
    second_place.mkdir(parents=True)
    (second_place / "seal-000000000001.json").write_text("another history")
    write(1)
    with pytest.raises(places.ConflictError):
        seal.run()


def test_a_bucket_with_object_lock_keeps_the_seals(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
        client: Any = boto3.client("s3")
        client.create_bucket(
            Bucket="seals",
            ObjectLockEnabledForBucket=True,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-2"},
        )
        settings.AUDIT_CHECKPOINTS = "s3://seals/wmp"
        write(2)
        seal.run()
        assert findings() == []
        held = client.head_object(Bucket="seals", Key="wmp/seal-000000000001.json")
        assert held["ObjectLockMode"] == "COMPLIANCE"
        assert held["ObjectLockRetainUntilDate"] > held["LastModified"] + timedelta(days=2555)
        with pytest.raises(places.ConflictError):
            places.place().put("seal-000000000001.json", b"another")
    finally:
        server.stop()
        places._place.cache_clear()


def test_a_database_restored_from_a_dump_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1)
    seal.run()
    monkeypatch.setattr(seal, "_xmax", _falling())
    with pytest.raises(seal.SealingError, match="restored from a dump"):
        seal.run()


def _falling() -> Any:
    numbers = iter([10, 1_000])
    return lambda _snapshot: next(numbers)


def test_a_new_key_takes_over_and_the_former_one_still_counts(
    settings: Any, tmp_path: Path
) -> None:
    old = tmp_path / "old.pem"
    keys.generate(old)
    settings.AUDIT_SIGNING_KEY_FILE = str(old)
    write(1)
    seal.run()
    new = tmp_path / "new.pem"
    keys.generate(new)
    settings.AUDIT_SIGNING_KEY_FILE = str(new)
    write(1)
    seal.run()
    assert any("not that of a known key" in str(f) for f in findings())
    settings.AUDIT_FORMER_KEYS_FILE = f"{old}.pub"
    assert findings() == []


def test_a_signing_key_is_for_its_owner_only_and_of_the_right_kind(
    settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    keys.generate(path)
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    keys.generate(path)
    assert path.read_bytes() == before
    assert isinstance(keys.private(path), Ed25519PrivateKey)
    settings.AUDIT_SIGNING_KEY_FILE = str(tmp_path / "none.pem")
    settings.AUDIT_SIGNING_KEY_MADE_HERE = False
    with pytest.raises(keys.UnusableKeyError):
        signing.key()


@pytest.mark.parametrize("missing", ["AUDIT_SIGNING_KEY_FILE", "AUDIT_CHECKPOINTS"])
def test_production_does_not_start_without_key_or_second_place(missing: str) -> None:
    present = {
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgres://a@127.0.0.1:1/a",
        "AUDIT_DATABASE_URL": "postgres://a@127.0.0.1:1/a",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "OPENSEARCH_URL": "http://127.0.0.1:1",
        "AUDIT_SIGNING_KEY_FILE": "/nonexistent/key.pem",
        "AUDIT_CHECKPOINTS": "file:///nonexistent",
    }
    given = {name: value for name, value in present.items() if name != missing}
    done = subprocess.run(
        [sys.executable, "-c", "import wmp_search.settings.base"],
        env=given,
        cwd=databases.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert missing in done.stderr
