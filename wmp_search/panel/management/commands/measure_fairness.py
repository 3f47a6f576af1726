"""Measures missed and false matches by group on generated people; the figures stay for ever."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingest.resolution import release, workspace
from wmp_search.panel import fairness
from wmp_search.panel.models import Snapshot, digest_of

SEED = 20_260_601


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--names", type=int, default=0, metavar="PEOPLE",
            help="also so many people under the names of each tradition in turn",
        )  # fmt: skip
        parser.add_argument("--model", default="", help="a version; the one in use if left out")

    def handle(self, *_: Any, **options: Any) -> None:
        version = options["model"] or release.current()
        try:
            with workspace.opened() as space:
                figures = fairness.measure(space, version, options["people"], options["seed"])
            if options["names"]:
                names = fairness.under_other_names(version, options["names"], options["seed"])
                figures |= {"names": names}
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        made = Snapshot.objects.create(
            model_version=version,
            people=options["people"],
            seed=options["seed"],
            figures=figures,
            digest=digest_of(figures),
        )
        self.stdout.write(f"Snapshot {made.pk} of model {version}: {made.digest}")
