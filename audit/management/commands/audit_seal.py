"""Seals what was recorded since the last seal; the worker does the same every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import places, seal
from audit.keys import UnusableKeyError


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            made = seal.run()
        except (seal.SealingError, places.PlaceError, UnusableKeyError) as error:
            raise CommandError(str(error)) from error
        state = seal.status()
        if not state:
            self.stdout.write("Nothing is recorded yet")
            return
        self.stdout.write(
            f"{len(made)} new seals. Seal {state['number']} covers {state['total']:,} events; "
            f"its fingerprint is {state['hash']}"
        )
