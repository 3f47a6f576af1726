"""`manage.py load_shifts FILE.csv`: the duty roster, by which looks off duty are found."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import record as door
from audit.actions import Action
from audit.oversight import roster


class Command(BaseCommand):
    help = f"Replace the shifts of the file's days; columns: {', '.join(roster.COLUMNS)}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if missing := set(roster.COLUMNS) - set(rows.fieldnames or ()):
                names = ", ".join(sorted(missing))
                raise CommandError(f"The first line must name the columns; missing: {names}")
            try:
                count = roster.replace(rows)
            except roster.RosterError as error:
                raise CommandError(str(error)) from error
        detail = {"what": "roster replaced", "shifts": count}
        door.event(door.Entry(action=Action.MISUSE_CHANGED, actor=door.SYSTEM, detail=detail))
        self.stdout.write(f"{count} shifts")
