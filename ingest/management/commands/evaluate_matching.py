"""`manage.py evaluate_matching TRUTH.csv`: how well the people now agree with a known truth."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.resolution import evaluation, workspace


class Command(BaseCommand):
    help = "Print pairwise and B-cubed precision, recall and F1 of the people now, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("truth", type=Path, help="CSV with columns system,source_ref,truth")

    def handle(self, *args: Any, **options: Any) -> None:
        with workspace.opened() as space:
            try:
                found = evaluation.against(space, options["truth"])
            except evaluation.TruthError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found, indent=1))
