"""`manage.py roll_back_model --reason "…"`: the model before the one in use, again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.resolution import release


class Command(BaseCommand):
    help = "Put the matching model before the one in use to use again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="why; kept with the release")

    def handle(self, *args: Any, **options: Any) -> None:
        now = release.current()
        try:
            before = release.roll_back(options["reason"])
        except (LookupError, FileNotFoundError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{before} is in use from the next run on, not {now}")
