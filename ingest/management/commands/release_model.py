"""`manage.py release_model 0002 --reason "…"`: put a model to use, if it passes the gate."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.resolution import release


class Command(BaseCommand):
    help = "Put a matching model to use if it keeps the limits of gate.toml (a minute or two)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="a model in ingest/resolution/models")
        parser.add_argument("--reason", required=True, help="why; kept with the release")

    def handle(self, *args: Any, **options: Any) -> None:
        before = release.current()
        try:
            release.release(options["version"], options["reason"])
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        except release.RefusedError as error:
            lines = "\n".join(f"  {failed}" for failed in error.failed)
            raise CommandError(f"Refused; {before} stays in use:\n{lines}") from error
        self.stdout.write(f"{options['version']} is in use from the next run on, not {before}")
