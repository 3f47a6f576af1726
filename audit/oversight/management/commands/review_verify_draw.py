"""`manage.py review_verify_draw 2026-10-05`: draws a day's sample again and compares."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.oversight import drawing


class Command(BaseCommand):
    help = "Check that a day's sample was drawn by the promised secret from that day's trail"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="for example 2026-10-05")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = drawing.check(options["day"])
        for one in checks:
            self.stdout.write(f"{'ok    ' if one.is_right else 'FAILED'} {one.what}")
        if not all(one.is_right for one in checks):
            raise CommandError("This draw cannot be confirmed")
