"""`manage.py load_demonstration`: accounts, feeds and a filled index, to try the product out."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wmp_search import demonstration


class Command(BaseCommand):
    help = "Make demonstration accounts and, in an empty database, load eleven made-up feeds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *_args: Any, people: int, seed: int, **_options: Any) -> None:
        try:
            demonstration.load(people=people, seed=seed, say=self._say)
        except demonstration.NotADemonstrationError as error:
            raise CommandError(
                "These settings are for real work: demonstration accounts are refused. "
                "Use DJANGO_SETTINGS_MODULE=wmp_search.settings.dev on a machine for trying out."
            ) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
