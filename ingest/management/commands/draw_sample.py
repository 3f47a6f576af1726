"""`manage.py draw_sample`: pairs of the last run for people to label (guide: review-matches)."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.resolution.run import ResolutionBusyError
from ingest.review import sampling


class Command(BaseCommand):
    help = "Draw a stratified sample of compared pairs; analysts label it under Matches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pairs", type=int, default=400)
        parser.add_argument("--seed", type=int, help="draws the same pairs of the same run again")

    def handle(self, *args: Any, **options: Any) -> None:
        seed = secrets.randbelow(2**31) if options["seed"] is None else options["seed"]
        if options["pairs"] < 1:
            raise CommandError("--pairs must be 1 or more")
        try:
            sample = sampling.draw(pairs=options["pairs"], seed=seed)
        except (sampling.NothingToSampleError, ResolutionBusyError) as error:
            raise CommandError(str(error)) from error
        drawn = sum(s["drawn"] for s in sample.strata)
        self.stdout.write(
            f"Sample {sample.pk} of run {sample.run_id}: {drawn} pairs "
            f"in {len(sample.strata)} strata, seed {seed}"
        )
