"""`manage.py load_populations FILE`: how many people live where, for rates on trends."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crime.trends import rates


class Command(BaseCommand):
    help = "Add or change populations from a CSV file: area, year, population, source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            rows = rates.read(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        written, refused = rates.load(rows)
        for line, why in refused:
            self.stderr.write(f"Line {line}: {why}")
        self.stdout.write(f"{written} populations, {len(refused)} rows refused")
