"""Answers a notice of drift: what was looked at and what follows, published to the panel."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wmp_search.panel.models import Notice


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("notice", type=int)
        parser.add_argument("--by", required=True, help="who answers for the force")
        parser.add_argument("--answer", required=True)

    def handle(self, *_: Any, **options: Any) -> None:
        if len(options["answer"].split()) < 3:
            raise CommandError("Say what was looked at and what follows")
        open_ones = Notice.objects.filter(pk=options["notice"], answered_at=None)
        given = {"answer": options["answer"], "answered_by": options["by"]}
        if not open_ones.update(answered_at=timezone.now(), **given):
            raise CommandError("There is no such notice without an answer")
        self.stdout.write(f"Notice {options['notice']} is answered")
