"""Measures wrong and missed links by group on a labelled sample; once for each, for ever."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from ingest.review.models import Sample
from wmp_search.panel import clerical
from wmp_search.panel.models import Snapshot, digest_of


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--sample", type=int, default=0, help="the latest if left out")

    def handle(self, *_: Any, **options: Any) -> None:
        wanted = Sample.objects.select_related("run").order_by("-pk")
        sample = (wanted.filter(pk=options["sample"]) if options["sample"] else wanted).first()
        if sample is None:
            raise CommandError("There is no such sample: manage.py draw_sample")
        try:
            figures = clerical.measure(sample)
            with transaction.atomic():
                made = Snapshot.objects.create(
                    model_version=sample.run.model_version,
                    people=figures["labelled"],
                    seed=sample.seed,
                    figures=figures,
                    digest=digest_of(figures),
                    sample=sample.pk,
                )
        except clerical.NotLabelledError as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError("This sample was measured: its figures stay") from error
        self.stdout.write(f"Snapshot {made.pk} of sample {sample.pk}: {made.digest}")
