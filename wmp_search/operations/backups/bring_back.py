"""Restore a backup into an empty database, without what was erased since (policing.md K9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db.migrations.loader import MigrationLoader

from audit import restored as trail
from audit.actions import Action
from audit.record import Entry, event
from wmp_search.operations.backups import dumps, ledger
from wmp_search.operations.backups.take import (
    DUMP,
    OPERATOR,
    BackupError,
    Manifest,
    manifest_of,
)

# whoever was signed in then may have been signed out since; tokens may have been revoked
_SIGNED_IN = ("django_session", "knox_authtoken")


@dataclass(slots=True)
class Restored:
    """What came back, and what a person has to look at."""

    manifest: Manifest
    replayed: ledger.Replayed | None = None  # None: there is no ledger in the second place
    lost_seals: list[int] = field(default_factory=list)


def restore(path: Path, say: Callable[[str], None] = lambda _line: None) -> Restored:
    """Bring the backup back, replay the ledger, resolve and rebuild the index.

    Nothing is written before the backup and the database have been looked at; the dump comes back
    whole or not at all. Raises BackupError, DumpError, CryptError, PlaceError, AuditUnavailable.
    """
    manifest = manifest_of(path)
    _same_release(manifest)
    state = ledger.newest()
    with dumps.connect() as owner:
        _empty(owner)
        say("Reading the dump")
        dumps.read(path / DUMP)
        _as_written(owner, manifest)
        trail.count_anew(owner)
        for table in _SIGNED_IN:
            owner.execute(f"DELETE FROM {table}".encode())
        report = Restored(manifest, lost_seals=trail.lost(manifest.audit))
    detail = {"taken_at": manifest.taken_at, "seal": manifest.audit.seal}
    event(Entry(Action.BACKUP_RESTORED, OPERATOR, detail=detail))
    if state is not None:
        say("Withdrawing again what was erased since")
        with dumps.connect() as owner:
            report.replayed = ledger.replay(state, owner)
    _derive(say)
    return report


def _same_release(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if known != set(manifest.migrations):
        raise BackupError(
            "The backup is of another release: its migrations are not this one's. Restore it with "
            "the release that took it, then upgrade"
        )


def _empty(owner: psycopg.Connection) -> None:
    if owner.execute(dumps.TABLES).fetchone():
        raise BackupError("The database is not empty: a backup is restored into an empty one only")


def _as_written(owner: psycopg.Connection, manifest: Manifest) -> None:
    found = dumps.tables(owner)
    wrong = [t for t in {*found, *manifest.tables} if found.get(t) != manifest.tables.get(t)]
    if wrong:
        raise BackupError(
            f"What came back is not what was counted, in: {', '.join(sorted(wrong))}"
        )
    if trail.head(owner) != manifest.audit:
        raise BackupError("The last seal that came back is not the one that was noted")


def _derive(say: Callable[[str], None]) -> None:
    """People without what was withdrawn, then every index from the database."""
    from ingest.resolution.run import resolve  # large libraries, only when needed
    from wmp_search.search import sync

    say("Resolving")
    resolve(whole=True)
    say("Building the indices")
    sync.migrate(force=True)
