"""Erases whom two people decided to dispose of and whose quarantine is over.

Without --apply it only says who would go. It needs `OWNER_DATABASE_URL`, as backups do: screens of
the audit trail are the owner's to delete. Afterwards the erasure ledger is written.
"""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest.pipeline import RefreshRunning
from wmp_search.operations.backups import dumps, ledger
from wmp_search.retention import erase


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="erase, not only say")

    def handle(self, *_: Any, **options: Any) -> None:
        over = erase.waiting()
        for disposal in over:
            words = f"{disposal.pk}: {len(disposal.people):,} people, until {disposal.erase_after}"
            self.stdout.write(words)
            if options["apply"]:
                self._apply(disposal)
        if not over:
            self.stdout.write("No quarantine is over")
        elif options["apply"]:
            ledger.write()

    def _apply(self, disposal: Any) -> None:
        try:
            with dumps.connect() as owner:
                report = erase.carry_out(disposal, owner)
        except RefreshRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"  {report['people']:,} erased, {report['stopped']:,} brought back; "
            f"screens: {report.get('screens', {})}"
        )
        for name in report["files"]:
            self.stdout.write(f"  a delivery that held them may still lie there: {name}")
        if report.get("index"):
            self.stdout.write(f"  index: {report['index']}")
