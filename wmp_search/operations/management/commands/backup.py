"""`manage.py backup FOLDER`: the whole database, audit trail included, in one snapshot."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.places import PlaceError
from audit.record import AuditUnavailable
from wmp_search.operations.backups import ledger
from wmp_search.operations.backups.crypt import CryptError
from wmp_search.operations.backups.dumps import DumpError
from wmp_search.operations.backups.take import BackupError, take


class Command(BaseCommand):
    help = "Write a backup into a new folder; docs/guides/restore.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ledger.write()
            manifest = take(options["folder"].absolute())
        except (BackupError, DumpError, CryptError, PlaceError, AuditUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{sum(manifest.tables.values()):,} rows of {len(manifest.tables)} tables, up to seal "
            f"{manifest.audit.seal}, {'encrypted' if manifest.encrypted else 'not encrypted'}"
        )
