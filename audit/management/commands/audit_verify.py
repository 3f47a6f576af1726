"""Verifies the audit trail against its seals; ends with 1 if anything is not as it was sealed.

Without options the whole trail; with days, the seals that cover them. What is wrong is named line
by line, the first in the trail first.
"""

import argparse
import sys
from datetime import date, datetime, time
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import places, verify
from audit.keys import UnusableKeyError


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="first day, YYYY-MM-DD")
        parser.add_argument("--until", type=date.fromisoformat, help="last day, YYYY-MM-DD")
        parser.add_argument(
            "--database-only",
            action="store_true",
            help="do not hold the seals against the second place",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        began = monotonic()
        try:
            report = verify.verify(
                edge(options["since"], time.min),
                edge(options["until"], time.max),
                outside=not options["database_only"],
            )
        except (places.PlaceError, UnusableKeyError) as error:
            raise CommandError(str(error)) from error
        took = monotonic() - began
        self.stdout.write(
            f"{report.events:,} events under {report.seals:,} seals read in {took:.1f} s; "
            f"{report.expired:,} expired, {report.unsealed:,} not sealed yet. "
            f"Fingerprint of the last seal: {report.state or 'none'}"
        )
        for finding in report.findings:
            self.stdout.write(str(finding))
        if report.findings:
            self.stdout.write("The trail is NOT as it was sealed")
            sys.exit(1)
        self.stdout.write("The trail is as it was sealed" if report.seals else "Nothing is sealed")


def edge(day: date | None, of_day: time) -> datetime | None:
    """The first or the last moment of a day of this country."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, of_day))
