"""Makes the demonstration: eleven feeds of synthetic people."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.generator import make


class Command(BaseCommand):
    """`manage.py make_feeds --people N --seed S --out DIR`."""

    help = (
        "Write eleven synthetic feeds with their ground truth (docs/guides/demonstration-data.md)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument(
            "--people", type=int, required=True, help="number of people; about ten records each"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed makes the same files"
        )
        parser.add_argument(
            "--out", type=Path, required=True, help="folder; one folder per system is made in it"
        )
        parser.add_argument(
            "--now", type=dt.date.fromisoformat, default=None,
            help="day of the extract, YYYY-MM-DD; today if left out",
        )  # fmt: skip

    def handle(self, *args: object, **options: Any) -> None:
        """Writes the feeds and prints how many rows."""
        today = options["now"] or dt.datetime.now(tz=dt.UTC).date()
        started = time.monotonic()
        try:
            order = make.Order(options["people"], options["seed"], options["out"], today)
            counts = make.make(order, self._report(options["people"]))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("")  # the progress stays on a line of its own
        rows = sum(stream["rows"] for system in counts.values() for stream in system.values())
        elapsed = time.monotonic() - started
        self.stdout.write(
            f"{rows:,} rows for {len(counts)} systems in {elapsed:.0f} s: {order.out}"
        )

    def _report(self, people: int) -> make.Progress:
        def report(done: int) -> None:
            self.stdout.write(f"{done:,} of {people:,} people", ending="\r")
            self.stdout.flush()

        return report
