"""`manage.py load_staff_hashes FILE.csv`: personnel data in, keyed hashes kept, nothing else."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import record as door
from audit.actions import Action
from audit.oversight import hr


class Command(BaseCommand):
    help = f"Replace the keyed hashes of personnel data; columns: {', '.join(hr.COLUMNS)}"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if "officer" not in (rows.fieldnames or ()):
                raise CommandError("The first line must name the columns; `officer` is missing")
            try:
                count = hr.replace(rows)
            except hr.StaffError as error:
                raise CommandError(str(error)) from error
        detail = {"what": "personnel hashes replaced", "hashes": count}
        door.event(door.Entry(action=Action.MISUSE_CHANGED, actor=door.SYSTEM, detail=detail))
        self.stdout.write(f"{count} hashes")
