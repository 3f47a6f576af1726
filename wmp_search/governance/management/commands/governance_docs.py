"""Write the documents that are generated from the configuration, or say which are stale."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wmp_search.governance import documents


class Command(BaseCommand):
    help = "Write docs/compliance.md and docs/governance/ from code, sources and declarations"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            for path in documents.write(settings.BASE_DIR):
                self.stdout.write(f"Wrote {path}")
        elif found := documents.stale(settings.BASE_DIR):
            raise CommandError(f"Not what the code says: {', '.join(found)}. Run governance_docs")
