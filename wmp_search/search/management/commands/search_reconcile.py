"""Compare the number of documents with what the database expects."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wmp_search.search import sync
from wmp_search.search.client import SearchError, SearchUnavailable


class Command(BaseCommand):
    help = "Compare indices with the database; fails if they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
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
