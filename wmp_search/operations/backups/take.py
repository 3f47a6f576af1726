"""Take a backup: one snapshot of the whole database, audit trail included, with its manifest.

A backup is a folder of mode 700: `database.dump` and `manifest.json`. It is complete or absent:
it is written under another name first. The index is not in it, since it is made from the database.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from django.utils import timezone

from audit.actions import Action
from audit.record import Actor, Entry, event
from audit.restored import Head, head
from wmp_search.operations.backups import crypt, dumps

FORMAT = "wmp-search-backup-1"
DUMP, MANIFEST = "database.dump", "manifest.json"
OPERATOR = Actor(officer_id=None, officer="operator")


class BackupError(Exception):
    """There is no backup, or it cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; counts and names only."""

    format: str
    taken_at: str
    server: int  # PostgreSQL's version number
    migrations: list[str]
    tables: dict[str, int]
    audit: Head
    encrypted: bool
    sha256: str


def take(path: Path) -> Manifest:
    """Write a backup into the new folder `path`; the trail says so first.

    Raises BackupError, DumpError, CryptError, AuditUnavailable.
    """
    if path.exists():
        raise BackupError(f"{path} exists: name a folder that does not")
    encrypted = crypt.key() is not None
    event(Entry(Action.BACKUP_TAKEN, OPERATOR, detail={"encrypted": encrypted}))
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.mkdir(mode=0o700, parents=True)
    try:
        manifest = _fill(half, encrypted=encrypted)
        half.rename(path)
    except BaseException:
        shutil.rmtree(half)
        raise
    return manifest


def _fill(folder: Path, *, encrypted: bool) -> Manifest:
    with dumps.connect() as owner, owner.transaction():
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = owner.execute("SELECT pg_export_snapshot()").fetchone()
        manifest = Manifest(
            format=FORMAT,
            taken_at=timezone.now().isoformat(),
            server=owner.info.server_version,
            migrations=applied(owner),
            tables=dumps.tables(owner),
            audit=head(owner),
            encrypted=encrypted,
            sha256=dumps.write(folder / DUMP, str(row[0]) if row else ""),
        )
    with crypt.open_new(folder / MANIFEST) as file:
        file.write(json.dumps(asdict(manifest), indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def manifest_of(path: Path) -> Manifest:
    """A backup's manifest, once its dump has been held against it. Raises BackupError."""
    try:
        said = json.loads((path / MANIFEST).read_bytes())
        manifest = Manifest(**{**said, "audit": Head(**said["audit"])})
        digest = dumps.checksum(path / DUMP)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{path} holds no whole backup") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{path} is of another format: {manifest.format}")
    if digest != manifest.sha256:
        raise BackupError(f"{path / DUMP} is not what was written: its checksum differs")
    return manifest


def applied(owner: psycopg.Connection) -> list[str]:
    """The migrations of the database, "app.name", in order."""
    found = owner.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
    return sorted({str(name) for (name,) in found})
