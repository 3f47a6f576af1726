"""`manage.py automatic_linking off --reason "…"`: the kill switch of matching."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ingest.resolution import release


class Command(BaseCommand):
    help = "Stop the model from linking records, or let it again. Existing links stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off"])
        parser.add_argument("--reason", required=True, help="why; kept with the switch")

    def handle(self, *args: Any, **options: Any) -> None:
        release.switch(on=options["state"] == "on", reason=options["reason"])
        self.stdout.write(f"Automatic linking is {options['state']}")
