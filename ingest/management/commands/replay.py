"""`manage.py replay SYSTEM`: take the quarantine again after a corrected mapping."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest.errors import SpecError
from ingest.pipeline import Plan, RefreshRunning, UnknownSystem, replay_source


class Command(BaseCommand):
    help = "Try a source's rejected rows again under its source file as it is now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = replay_source(Plan(systems=[options["system"]]))
        except (SpecError, UnknownSystem, RefreshRunning) as error:
            raise CommandError(str(error)) from error
        for row in done:
            self.stdout.write(
                f"{row.stream}: {row.taken:,} of {row.tried:,} taken, {row.left:,} still bad"
            )
        self.stdout.write("Run `manage.py refresh` to resolve and index them.")
