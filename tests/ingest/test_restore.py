"""The drill: back up, go on, lose the database, restore; what was erased since stays erased."""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit import places, seal, verify
from audit import restored as trail
from audit.actions import Action
from audit.models import Event
from audit.record import SYSTEM, Entry, event
from ingest.models import SourceRecord
from ingest.pipeline import Plan, refresh
from people.models import Person, Restriction, RestrictionUserPermission
from tests import databases
from tests.conftest import _close_connections
from tests.ingest.conftest import HEADER, PEOPLE, Feed
from tests.officers import officer
from wmp_search.access.models import Officer, Unit
from wmp_search.operations.backups import bring_back, crypt, dumps, ledger, take
from wmp_search.operations.management.commands.restore import open_ends
from wmp_search.search import sync
from wmp_search.search.client import client
from wmp_search.search.index import spec_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Force:
    """A small force with its own checkpoints; `path` is where the backup goes."""

    feed: Feed
    settings: Any
    path: Path

    def deliver(self, *rows: str) -> None:
        lines = "".join(f"{row}\n" for row in rows)
        self.feed.file("people.csv", HEADER + lines)
        refresh(Plan(feeds=self.feed.feeds, index=False))

    def lose(self) -> None:
        """Nothing is left of the database but its name and what roles.sql granted."""
        _close_connections()
        name = str(django_settings.DATABASES["default"]["NAME"])
        databases.clone(name, "template1")

    def new_place(self, name: str) -> None:
        self.settings.AUDIT_CHECKPOINTS = f"file://{self.path.parents[1] / name}"
        places._place.cache_clear()


@pytest.fixture
def force(people: Feed, settings: Any, tmp_path: Path) -> Force:
    people.source(PEOPLE)
    settings.VAR_DIR = tmp_path / "var"
    name = str(django_settings.DATABASES["default"]["NAME"])
    settings.OWNER_DATABASE_URL = databases.owner_url(name)
    made = Force(people, settings, tmp_path / "backups" / "monday")
    made.new_place("checkpoints")
    return made


@pytest.fixture
def encrypted(settings: Any, tmp_path: Path) -> None:
    key = tmp_path / "backup-key"
    key.write_text("5a" * 32)
    settings.BACKUP_KEY_FILE = str(key)


def names() -> list[str]:
    current = Person.objects.filter(status="current").order_by("surname")
    return [f"{p.given_names} {p.surname}" for p in current]


def restrict(record: str, level: str = "restricted") -> Restriction:
    held = SourceRecord.objects.get(source_ref=record)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_link WHERE record_id = %s", [held.pk])
        (person,) = cursor.fetchone()
    return Restriction.objects.create(
        person_id=person, level=level, reason="secret", records=[held.pk],
        owner=Officer.objects.get(username="owner"), owner_unit=Unit.objects.get(name="Vault"),
        review_on=timezone.localdate(), set_at=timezone.now(),
    )  # fmt: skip


def test_the_drill(force: Force, encrypted: None) -> None:
    officer("officer", username="owner", in_unit="Vault")
    leaver = officer("officer", username="leaver")
    force.deliver("1,WILSON,TOM,01/02/1990,", "2,KHAN,AMINA,03/04/1985,", "3,STONE,ROSE,,")
    standing = restrict("1")
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["1"], screen=b"<main>1</main>"))
    assert seal.run() == [1]
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["2"]))  # in no seal yet

    call_command("backup", force.path, stdout=StringIO())
    # life goes on: one erased, one restricted, one account closed, events sealed
    force.deliver("1,WILSON,TOM,01/02/1990,", "3,STONE,ROSE,,", "4,NEW,NORA,05/06/1999,")
    later = restrict("3", "covert")
    Officer.objects.filter(pk=leaver.pk).update(is_active=False)
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["3"]))
    assert ledger.write() is True
    assert ledger.write() is False  # nothing has changed
    assert seal.run() == [2]

    force.lose()
    report = bring_back.restore(force.path)
    # the person who was erased is in the backup and nowhere to be found
    assert SourceRecord.objects.get(source_ref="2").deleted_at is not None
    assert names() == ["Rose Stone", "Tom Wilson"]
    found = client().search(index=spec_of("person").alias)  # type: ignore[union-attr]
    assert found["hits"]["total"]["value"] == 2
    assert sync.reconcile_counts() == []
    # both restrictions stand, the later one to be reviewed, and the account is closed
    again = Restriction.objects.filter(lifted_at=None).order_by("pk")
    assert [str(r.root) for r in again] == [str(standing.root), str(later.root)]
    assert [r.level for r in again] == ["restricted", "covert"]
    assert again[1].inherited_at is not None
    assert not Officer.objects.get(username="leaver").is_active
    assert report.replayed == ledger.Replayed(records=1, restrictions=1, unplaced=[], closed=1)
    # the trail: what was lost is known, nothing else is wrong, and it is sealed again
    assert report.lost_seals == [2]
    assert [line.split(":")[0] for line in open_ends(report)] == ["LOST"]
    assert verify.verify(outside=False).findings == []
    force.new_place("after-the-restore")
    assert seal.run() == [2]
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["1"]))
    assert seal.run() == [3]
    assert verify.verify().findings == []
    kinds = list(
        Event.objects.filter(action__startswith="backup.").values_list("action", flat=True)
    )
    assert sorted(kinds) == ["backup.restored", "backup.taken"]
    # and the feeds go on
    force.deliver("1,WILSON,TOM,01/02/1990,", "4,NEW,NORA,05/06/1999,")
    assert names() == ["Nora New", "Tom Wilson"]


def test_from_a_server_that_had_counted_further(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a dump of another server: its transaction numbers are far beyond this one's."""
    for number in range(3):
        event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=[str(number)]))
        if number == 1:
            seal.run()
    count_anew = trail.count_anew

    def after_a_plain_restore(owner: psycopg.Connection) -> None:
        for table in ("audit_event", "audit_seal"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute(f"UPDATE audit_event SET tx = {later.format('tx::text')}::xid8".encode())
        xmax = later.format("split_part(snapshot, ':', 2)")
        owner.execute(f"UPDATE audit_seal SET snapshot = {xmax} || ':' || {xmax} || ':'".encode())
        for table in ("audit_event", "audit_seal"):
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
        with pytest.raises(seal.SealingError):
            seal.run()
        count_anew(owner)

    later = "(({})::bigint + 1000000000000)::text"
    monkeypatch.setattr(trail, "count_anew", after_a_plain_restore)
    take.take(force.path)
    force.lose()
    report = bring_back.restore(force.path)
    assert report.lost_seals == []
    assert report.replayed is None
    assert "NO LEDGER" in open_ends(report)[0]
    assert seal.run() == [2]
    event(Entry(Action.PERSON_VIEWED, SYSTEM, subject_ids=["9"]))
    assert seal.run() == [3]
    done = verify.verify()
    assert (done.findings, done.unsealed, done.events) == ([], 0, Event.objects.count())
    # the application's roles have what they had and no more
    with pytest.raises(psycopg.errors.RaiseException), dumps.connect() as owner:
        owner.execute("DELETE FROM audit_event")


def test_a_database_with_anything_in_it_is_refused(force: Force) -> None:
    take.take(force.path)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", force.path)


def test_a_restriction_that_finds_nobody_is_named(force: Force) -> None:
    officer("officer", username="owner", in_unit="Vault")
    call_command("backup", force.path, stdout=StringIO())
    force.deliver("1,WILSON,TOM,01/02/1990,")
    made = restrict("1")
    ledger.write()
    force.lose()
    report = bring_back.restore(force.path)
    assert report.replayed is not None
    assert report.replayed.unplaced == [str(made.root)]
    assert str(made.root) in open_ends(report)[0]


def test_who_is_let_in_is_as_the_ledger_says(force: Force) -> None:
    officer("officer", username="owner", in_unit="Vault")
    one, other = officer("officer", username="one"), officer("officer", username="other")
    force.deliver("1,WILSON,TOM,01/02/1990,")
    made = restrict("1")
    grant = {"content_object": made, "permission_id": see()}
    RestrictionUserPermission.objects.create(user=one, **grant)
    take.take(force.path)
    RestrictionUserPermission.objects.all().delete()
    RestrictionUserPermission.objects.create(user=other, **grant)
    ledger.write()
    force.lose()
    bring_back.restore(force.path)
    assert list(RestrictionUserPermission.objects.values_list("user", flat=True)) == [other.pk]


def see() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM auth_permission WHERE codename = 'see_restricted'")
        return int(cursor.fetchone()[0])


def test_nobody_else_reads_a_backup(force: Force, encrypted: None) -> None:
    force.deliver("1,UNMISTAKABLE,TOM,01/02/1990,")
    take.take(force.path)
    assert stat.S_IMODE(force.path.stat().st_mode) == 0o700
    files = sorted(force.path.iterdir())
    assert [f.name for f in files] == ["database.dump", "manifest.json"]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert (force.path / "database.dump").read_bytes()[:8] == crypt.MAGIC
    assert b"UNMISTAKABLE" not in (force.path / "manifest.json").read_bytes()
    with pytest.raises(CommandError, match="exists"):
        call_command("backup", force.path)


@pytest.mark.parametrize("how", ["cut", "changed", "other key"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    force: Force, encrypted: None, how: str
) -> None:
    take.take(force.path)
    dump = force.path / "database.dump"
    harm: dict[str, Callable[[], object]] = {
        "cut": lambda: dump.write_bytes(dump.read_bytes()[:-20]),
        "changed": lambda: dump.write_bytes(dump.read_bytes()[:-20] + b"x" * 20),
        "other key": lambda: Path(force.settings.BACKUP_KEY_FILE).write_text("6b" * 32),
    }
    harm[how]()
    force.lose()
    with pytest.raises(CommandError, match=r"checksum|key"):
        call_command("restore", force.path, stdout=StringIO())
    with dumps.connect() as owner:
        assert dumps.tables(owner) == {}


def test_a_failed_dump_leaves_nothing(force: Force, tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text(
        "#!/bin/sh\necho 'pg_dump: error: no space left' >&2; exit 1"
    )
    (tmp_path / "pg_dump").chmod(0o700)
    force.settings.POSTGRES_PROGRAMS = str(tmp_path)
    with pytest.raises(CommandError, match="no space left"):
        call_command("backup", force.path)
    assert list(force.path.parent.iterdir()) == []


def test_pieces_cannot_be_dropped_or_swapped(tmp_path: Path) -> None:
    word = bytes(32)
    pieces = list(crypt.closed([b"one", b"two", b"three"], word))
    whole = tmp_path / "file"

    def opened(parts: list[bytes]) -> bytes:
        whole.write_bytes(b"".join(parts))
        with whole.open("rb") as file:
            return b"".join(crypt.opened(file, word))

    assert opened(pieces) == b"onetwothree"
    head, one, two, three = pieces
    for wrong in ([head, one, two], [head, two, one, three], [head, one, three], [*pieces, one]):
        with pytest.raises(crypt.CryptError):
            opened(wrong)


def test_a_ledger_of_an_older_time_is_not_replayed(force: Force) -> None:
    """A record that a system delivers again is no erasure any more."""
    force.deliver("1,WILSON,TOM,01/02/1990,", "2,KHAN,AMINA,03/04/1985,")
    take.take(force.path)
    force.deliver("1,WILSON,TOM,01/02/1990,")
    assert ledger.write()
    force.deliver("1,WILSON,TOM,01/02/1990,", "2,KHAN,AMINA,03/04/1985,")
    assert ledger.write()
    force.lose()
    report = bring_back.restore(force.path)
    assert report.replayed is not None
    assert report.replayed.records == 0
    assert len(names()) == 2


def test_the_ledger_is_written_in_parts_and_only_what_changed(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PART", 2)
    everybody = [f"{n},PERSON{n},TOM,01/02/19{n:02d}," for n in range(10, 20)]
    force.deliver(*everybody)
    force.deliver(*everybody[5:])
    assert ledger.write()
    first = ledger.newest()
    assert first is not None
    assert len(first.parts) >= 3
    assert sum(part.count for part in first.parts) == 5
    written: list[str] = []
    put = ledger._put

    def noted(name: str, content: dict[str, Any]) -> None:
        written.append(name)
        put(name, content)

    monkeypatch.setattr(ledger, "_put", noted)
    force.deliver(*everybody[6:])
    assert ledger.write()
    assert [name.partition("-")[0] for name in written] == ["erased", "erasures"]
    second = ledger.newest()
    assert second is not None
    gone = SourceRecord.objects.exclude(deleted_at=None).values_list("pk", flat=True)
    assert sorted(pk for part in second.parts for pk in ledger.records_of(part)) == sorted(gone)
    force.deliver(*everybody[5:])  # as before: the part's earlier file serves again
    written.clear()
    assert ledger.write()
    assert [name.partition("-")[0] for name in written] == ["erasures"]
    assert ledger.newest() == first
    assert ledger.write() is False
