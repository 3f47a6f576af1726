"""`manage.py restore FOLDER`: a backup into an empty database; 1 if somebody must act."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.places import PlaceError
from audit.record import AuditUnavailable
from wmp_search.operations.backups.bring_back import Restored, restore
from wmp_search.operations.backups.crypt import CryptError
from wmp_search.operations.backups.dumps import DumpError
from wmp_search.operations.backups.take import BackupError


class Command(BaseCommand):
    help = "Restore a backup into an empty database, without what was erased since."
    requires_system_checks = ()  # there is no table to check yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = restore(options["folder"].absolute(), self.stdout.write)
        except (BackupError, DumpError, CryptError, PlaceError, AuditUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The database is as of {report.manifest.taken_at}")
        to_do = list(open_ends(report))
        for line in to_do:
            self.stdout.write(line)
        if to_do:
            sys.exit(1)


def open_ends(report: Restored) -> list[str]:
    """What somebody has to do before officers are let in, one line each."""
    lines = []
    done = report.replayed
    if done is None:
        lines.append("NO LEDGER: what was erased or restricted since the backup has come back")
    elif done.unplaced:
        lines.append(f"RESTRICT AGAIN before the next refresh: {', '.join(done.unplaced)}")
    if report.lost_seals:
        first, last = report.lost_seals[0], report.lost_seals[-1]
        lines.append(
            f"LOST: the events of seals {first} to {last}. Their checkpoints stand in the second "
            "place: keep it, and set AUDIT_CHECKPOINTS to a new one"
        )
    return lines
