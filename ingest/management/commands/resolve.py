"""`manage.py resolve`: records into people, now."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.resolution.run import ResolutionBusyError, resolve


class Command(BaseCommand):
    help = "Resolve all live records into people; does nothing if nothing has changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="run even if nothing has changed")

        parser.add_argument(
            "--whole", action="store_true", help="look at every record, not only what changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = resolve(force=options["force"], whole=options["whole"])
        except ResolutionBusyError as error:
            raise CommandError(str(error)) from error
        summary = {
            "run": run.pk,
            "model_version": run.model_version,
            "records": run.records,
            "people": run.people,
            "people_changed": run.people_changed,
            "mentions": run.mentions,
            "input": run.report["input"],
            "pairs_scored": run.pairs_scored,
            "peak_rss_mb": run.peak_rss_mb,
            "stages": run.stages,
        }
        self.stdout.write(json.dumps(summary, indent=1))
