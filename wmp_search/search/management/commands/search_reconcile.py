"""Compare indices with the database: counts, or with --documents every id and version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wmp_search.search import reconcile, sync
from wmp_search.search.client import SearchError, SearchUnavailable


class Command(BaseCommand):
    help = "Compare indices with the database; fails if they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", action="store_true", help="ids and versions")
        parser.add_argument("--repair", action="store_true", help="queue what differs again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["documents"] or options["repair"]:
                self._documents(repair=options["repair"])
                return
            differences = sync.reconcile_counts()
        except (SearchError, SearchUnavailable) as error:
            raise CommandError(str(error)) from error
        for found in differences:
            self.stderr.write(
                f"{found.entity}: expected {found.expected:,}, found {found.found:,}"
            )
        if differences:
            raise CommandError("The index differs from the database; run search_migrate --force")
        self.stdout.write("Indices and database agree")

    def _documents(self, *, repair: bool) -> None:
        drift = 0
        for found in reconcile.reconcile(repair=repair):
            drift += found.drift
            self.stdout.write(
                f"{found.entity}: {found.checked:,} documents, {found.missing:,} missing, "
                f"{found.stale:,} stale, {found.surplus:,} surplus"
            )
        if drift and not repair:
            raise CommandError("The index differs from the database; say --repair")
        if drift:
            self.stdout.write("Queued again; documents of unknown ids need search_migrate --force")
