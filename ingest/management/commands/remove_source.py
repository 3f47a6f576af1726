"""`manage.py remove_source SYSTEM`: withdraw all evidence of a source."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.record import Actor
from ingest import registry
from ingest.models import SourceRecord
from ingest.pipeline import RefreshRunning, remove_source


class Command(BaseCommand):
    help = "Withdraw all evidence of a source: its records become tombstones, people lose it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system")
        parser.add_argument("--reason", required=True, help="who decided it and why; is audited")
        parser.add_argument(
            "--yes", action="store_true", help="do it; else only say what would go"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        system = options["system"]
        for folder in settings.SOURCES_DIRS:
            if (folder / f"{system}.toml").exists():
                raise CommandError(
                    f"{folder / system}.toml stands: the next refresh would bring the records "
                    "back. Move it away first"
                )
        if system in registry.approved():
            raise CommandError(
                f"The source {system} is approved on the page Feeds: the next refresh would bring "
                "the records back. Stop it there first"
            )
        live = SourceRecord.objects.filter(system=system, deleted_at=None).count()
        if not live:
            raise CommandError(f"There are no records of {system}")
        if not options["yes"]:
            raise CommandError(f"{live:,} records would be withdrawn; say --yes")
        try:
            removed = remove_source(
                system, Actor(officer_id=None, officer="operator"), options["reason"]
            )
        except RefreshRunning as error:
            raise CommandError(str(error)) from error
        for stream, rows in removed.items():
            self.stdout.write(f"{system}/{stream}: {rows:,} records withdrawn")
