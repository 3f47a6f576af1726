"""Index what waits in the outbox, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wmp_search.search import outbox
from wmp_search.search.client import SearchError, SearchUnavailable


class Command(BaseCommand):
    help = "Index what waits in the outbox (beat does it every few seconds)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="stop after about this many entries")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = outbox.drain(options["limit"])
        except (SearchError, SearchUnavailable) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done:,} entries done, {outbox.backlog():,} wait")
