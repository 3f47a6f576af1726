"""Bring the search indices to their declarations; safe on every deployment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wmp_search.search import outbox, reconcile, sync
from wmp_search.search.client import SearchError, SearchUnavailable
from wmp_search.search.index import spec_of


class Command(BaseCommand):
    help = "Build search indices whose declaration changed aside, verify, swap, keep the old one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="rebuild unchanged ones too")
        parser.add_argument("--rollback", metavar="ENTITY", help="go back to the build before")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(force=options["force"], rollback=options["rollback"])
        except (sync.BuildFailed, sync.BuildRunning, SearchError, SearchUnavailable) as error:
            raise CommandError(str(error)) from error

    def _run(self, *, force: bool, rollback: str | None) -> None:
        if rollback:
            spec = spec_of(rollback)
            if spec is None:
                raise CommandError(f"There is no index of {rollback}")
            self.stdout.write(f"{spec.alias} is {sync.rollback(spec)} again")
            drift = sum(found.drift for found in reconcile.reconcile())
            outbox.drain()
            self.stdout.write(f"{drift:,} documents had changed since and were indexed again")
            return
        builds = sync.migrate(force=force)
        for build in builds:
            self.stdout.write(
                f"{build.name}: {build.documents:,} documents, {build.seconds:.1f} s"
            )
        if not builds:
            self.stdout.write("All search indices are up to date")
