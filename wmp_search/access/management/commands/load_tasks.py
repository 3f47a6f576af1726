"""`manage.py load_tasks FILE`: officers' and units' tasks for the purpose form."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wmp_search.access import assigned


class Command(BaseCommand):
    help = "Add or change tasks from a CSV file or a file with one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            rows = assigned.read(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        loaded = assigned.load(rows)
        for line, why in loaded.refused:
            self.stderr.write(f"Row {line}: {why}")
        self.stdout.write(f"{loaded.written} tasks, {len(loaded.refused)} rows refused")
