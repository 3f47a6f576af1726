"""Measure person search with judged queries."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import evaluations
from people.evaluation import measures, read, run
from wmp_search.search.client import SearchError, SearchUnavailable


class Command(BaseCommand):
    help = "Ask judged queries (JSON Lines) and print hit rates and false strong matches as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queries", type=Path, metavar="QUERIES.jsonl")
        parser.add_argument(
            "--keep", action="store_true", help="keep the figures for the page on search quality"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = list(run(read(options["queries"])))
            if options["keep"]:
                evaluations.keep(options["queries"], outcomes)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"Cannot read {options['queries']}: {error}") from error
        except (SearchError, SearchUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(measures(outcomes), indent=2))
