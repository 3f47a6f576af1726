"""Removes events whose time is over; run it as the owner of the tables, as migrations are.

Without --apply it only says what would go. Held events stay. Each month is recorded, stated in a
signed list and then removed.
"""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from audit import retention


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="remove, not only say")

    def handle(self, *_: Any, **options: Any) -> None:
        for month in retention.due():
            if options["apply"]:
                retention.expire(month)
            how = "the whole month" if month.whole else "single events"
            done = "removed" if options["apply"] else "would go"
            self.stdout.write(
                f"{month.name}: {month.expiring:,} events {done} ({how}), {month.held:,} on hold"
            )
