"""`manage.py refresh`: load what was delivered, resolve, index; a table of counts."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest.errors import SpecError
from ingest.pipeline import Plan, RefreshReport, RefreshRunning, UnknownSystem, refresh

_COUNTS = ("read", "added", "changed", "unchanged", "rejected", "skipped", "deleted")
_EVERY_SECONDS = 5.0


class Command(BaseCommand):
    help = "Load new deliveries of the legacy systems, resolve people, bring the index up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", action="append", metavar="SYSTEM", help="only this system")
        parser.add_argument(
            "--sources-dir", action="append", type=Path, default=[], metavar="DIR",
            help="a further folder of source files",
        )  # fmt: skip
        parser.add_argument("--feeds", type=Path, metavar="DIR", help="where deliveries are")
        parser.add_argument("--no-resolve", action="store_true", help="load only")
        parser.add_argument("--no-index", action="store_true", help="leave the index as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(
            systems=options["source"],
            source_dirs=options["sources_dir"],
            feeds=options["feeds"],
            resolve=not options["no_resolve"],
            index=not options["no_index"] and not options["no_resolve"],
        )
        show = _Progress()
        try:
            report = refresh(plan, show.rows, show.stage)
        except (SpecError, UnknownSystem, RefreshRunning) as error:
            raise CommandError(str(error)) from error
        finally:
            show.end()
        self._print(report)
        for batch in report.held:
            self.stdout.write(self.style.WARNING(f"Held until somebody decides: {batch}"))
        if report.failed:
            raise CommandError(f"{len(report.failed)} of {len(report.batches)} batches failed")

    def _print(self, report: RefreshReport) -> None:
        if report.interrupted:
            self.stdout.write(f"{report.interrupted} batches of an interrupted refresh were reset")
        if not report.batches:
            self.stdout.write("Nothing new was delivered.")
        else:
            self.stdout.write(f"{'batch':<58}" + "".join(f"{c:>11}" for c in _COUNTS))
        for batch in report.batches:
            name = f"{batch.system}/{batch.stream} {batch.file_name}"[:57]
            counts = "".join(f"{getattr(batch, c):>11,}" for c in _COUNTS)
            self.stdout.write(f"{name:<58}{counts}")
            if batch.error:
                self.stdout.write(self.style.ERROR(f"  {batch.error}"))
        if report.run is not None:
            self.stdout.write(f"{report.run.records:,} records are {report.run.people:,} people")
        if report.documents is not None:
            self.stdout.write(f"{report.documents:,} changes indexed")
        if report.index_error:
            self.stdout.write(self.style.WARNING(report.index_error))


class _Progress:
    """One line that moves on a terminal, a plain line every few seconds elsewhere."""

    def __init__(self) -> None:
        self.moving = sys.stderr.isatty()
        self.last = 0.0

    def rows(self, what: str, rows: int) -> None:
        if self.moving:
            sys.stderr.write(f"\r\x1b[K{what}: {rows:,} rows")
            sys.stderr.flush()
        elif time.monotonic() - self.last > _EVERY_SECONDS:
            self.last = time.monotonic()
            sys.stderr.write(f"{what}: {rows:,} rows\n")

    def stage(self, name: str) -> None:
        self.end()
        sys.stderr.write(f"{name} …\n")

    def end(self) -> None:
        if self.moving:
            sys.stderr.write("\r\x1b[K")
